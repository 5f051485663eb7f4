/** Over a chart along the steps: the step on screen as a line, and what comes after it pale. Moves without React. */

import { type RefObject, useEffect, useRef } from 'react';

import { studio } from '../studio';

interface Props {
  /** Pixels from the left edge of the frame for a step; NaN where it cannot be said. */
  readonly place: RefObject<((step: number) => number) | null>;
  /** The right end of the chart, in pixels. */
  readonly end: RefObject<number>;
  readonly className: string;
  readonly testId?: string;
}

export function StepMark({ place, end, className, testId }: Props) {
  const line = useRef<HTMLDivElement>(null);
  const later = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const move = () => {
      const picture = studio.pictures.latest?.picture;
      const isPast = picture?.at != null;
      const x = Math.min(end.current, place.current?.(picture?.step ?? 0) ?? Number.NaN);
      const isHidden = !Number.isFinite(x) || x < 0;
      for (const node of [line.current, later.current]) if (node) node.hidden = isHidden || !isPast;
      if (isHidden) return;
      if (line.current) line.current.style.transform = `translateX(${x}px)`;
      if (later.current) {
        later.current.style.left = `${x}px`;
        later.current.style.width = `${Math.max(0, end.current - x)}px`;
      }
    };
    move();
    const ends = [studio.pictures.subscribe(move), studio.past.store.subscribe(move)];
    return () => ends.forEach((stop) => stop());
  });
  return (
    <>
      <div
        ref={later}
        aria-hidden="true"
        hidden
        className={`pointer-events-none absolute bg-panel/65 ${className}`}
      />
      <div
        ref={line}
        aria-hidden="true"
        hidden
        data-testid={testId}
        className={`pointer-events-none absolute left-0 -ml-px w-[1.5px] bg-accent ${className}`}
      />
    </>
  );
}
