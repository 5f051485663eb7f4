/** The step that is looked at, as a slider. It moves without React: with each picture, and with each position. */

import { useEffect, useRef } from 'react';

import { count } from '../../core/numbers';
import { stepToX } from '../../draw/timelineLayout';
import type { Range } from '../../draw/timelineZoom';
import { studio } from '../studio';

export function Playhead({ range, width }: { range: Range; width: number }) {
  const handle = useRef<HTMLDivElement>(null);
  const ghost = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const move = () => {
      const shown = studio.pictures.latest?.picture.step ?? studio.state.status?.step ?? 0;
      const at = studio.past.state.at ?? shown;
      const newest = Math.max(at, studio.newest);
      place(handle.current, stepToX(at, range, width), width);
      place(ghost.current, stepToX(shown, range, width), width);
      if (ghost.current) ghost.current.hidden ||= shown === at;
      const slider = handle.current;
      if (slider === null) return;
      slider.setAttribute('aria-valuemax', String(newest));
      slider.setAttribute('aria-valuenow', String(at));
      slider.setAttribute('aria-valuetext', `step ${count(at)} of ${count(newest)}`);
    };
    move();
    const ends = [
      studio.pictures.subscribe(move),
      studio.stores.state.subscribe(move),
      studio.past.store.subscribe(move),
    ];
    return () => ends.forEach((end) => end());
  }, [range, width]);
  return (
    <>
      <div ref={ghost} aria-hidden="true" className="absolute top-2.5 bottom-3.5 left-0">
        <span className="absolute inset-y-0 -left-px w-px bg-muted" />
      </div>
      <div
        ref={handle}
        role="slider"
        tabIndex={0}
        aria-label="Step on screen"
        aria-valuemin={0}
        aria-valuemax={0}
        aria-valuenow={0}
        aria-keyshortcuts="ArrowLeft ArrowRight Home End"
        data-testid="playhead"
        className="group absolute top-1 bottom-2 left-0 z-20 -ml-2 w-4 cursor-ew-resize rounded-sm"
      >
        <span className="absolute top-1.5 bottom-1.5 left-[7.25px] w-[1.5px] bg-ink" />
        <span className="absolute bottom-0 left-[2.5px] size-[11px] rounded-full border-2 border-panel bg-ink" />
      </div>
    </>
  );
}

/** Put a mark at a place; one that is out of sight is hidden. */
function place(mark: HTMLElement | null, x: number, width: number): void {
  if (mark === null) return;
  mark.hidden = x < -0.5 || x > width + 0.5;
  mark.style.transform = `translateX(${x}px)`;
}
