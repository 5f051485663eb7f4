/** All columns of a network that is wider than the page, with what is in sight framed: drag or press an arrow to move. */

import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useState } from 'react';

import type { NetworkLayout } from '../../draw/networkLayout';
import { useView } from '../studio';

interface Props {
  /** What is scrolled. */
  readonly frame: RefObject<HTMLElement | null>;
  readonly layout: NetworkLayout;
  /** How much of its width is in sight, in pixels. */
  readonly room: number;
}

const HEIGHT = 22;

export function ColumnsOverview({ frame, layout: { width, step, columns }, room }: Props) {
  const left = useScrollLeft(frame);
  const selected = useView((view) => view.selection?.layer ?? null);
  const inSight = columns.filter(({ center }) => center >= left && center <= left + room);
  const most = Math.max(1, ...columns.map(({ spots, hidden }) => spots.length + hidden));
  const go = (to: number) => frame.current?.scrollTo({ left: to });
  const follow = (event: PointerEvent) => {
    if (event.type === 'pointermove' && event.buttons === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
    go(((event.clientX - box.left) / box.width) * width - room / 2);
  };
  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowLeft: left - step, ArrowRight: left + step, Home: 0, End: width }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(to);
  };
  return (
    <div className="px-4 pt-1">
      <div
        role="scrollbar"
        aria-label="Overview of the layers"
        aria-controls="neurons"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.round(width - room)}
        aria-valuenow={Math.round(left)}
        aria-valuetext={`${inSight[0]?.id ?? ''} to ${inSight.at(-1)?.id ?? ''}`}
        tabIndex={0}
        data-testid="columns-overview"
        className="cursor-pointer touch-none rounded border border-line"
        onPointerDown={follow}
        onPointerMove={follow}
        onKeyDown={onKey}
      >
        <svg
          aria-hidden="true"
          className="block w-full"
          height={HEIGHT}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          preserveAspectRatio="none"
        >
          {columns.map(({ id, center, spots, hidden }) => {
            const tall = Math.max(3, ((spots.length + hidden) / most) * (HEIGHT - 8));
            return (
              <rect
                key={id}
                x={center - step / 4}
                y={(HEIGHT - tall) / 2}
                width={step / 2}
                height={tall}
                fill={id === selected ? 'var(--accent)' : 'var(--line-strong)'}
              />
            );
          })}
          <rect
            x={left}
            y={1}
            width={room}
            height={HEIGHT - 2}
            fill="var(--accent)"
            fillOpacity={0.12}
            stroke="var(--accent)"
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      </div>
      <p className="mt-0.5 text-[11px] text-muted tabular-nums">
        {inSight[0]?.id} to {inSight.at(-1)?.id} in sight, of {columns.length - 1} layers
      </p>
    </div>
  );
}

function useScrollLeft(frame: RefObject<HTMLElement | null>): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const node = frame.current;
    if (node === null) return undefined;
    const read = () => setLeft(node.scrollLeft);
    read();
    node.addEventListener('scroll', read, { passive: true });
    return () => node.removeEventListener('scroll', read);
  }, [frame]);
  return left;
}
