/** Where all racers begin: a handle that is dragged, or moved with the arrow keys. */

import { type KeyboardEvent, type PointerEvent, type RefObject, useRef } from 'react';

import type { Point } from '../../core/labSetup';
import { digits } from '../../core/numbers';
import { type LabFrame, pointAt } from '../../draw/labFrame';
import { change, lab, useDomain, useSetup } from './lab';

/** One press of an arrow key, as a share of what is shown; with Shift ten times as far. */
const KEY_SHARE = 0.005;

interface Props {
  readonly ref: RefObject<HTMLButtonElement | null>;
  readonly frame: RefObject<LabFrame | null>;
}

const move = (start: Point) => change((setup) => ({ ...setup, start }));

export function StartHandle({ ref, frame }: Props) {
  const { start } = useSetup();
  const domain = useDomain();
  const taken = useRef<{ readonly dx: number; readonly dy: number; readonly start: Point } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    event.currentTarget.setPointerCapture(event.pointerId);
    taken.current = {
      dx: event.clientX - (box.left + box.width / 2),
      dy: event.clientY - (box.top + box.height / 2),
      start,
    };
    lab.drag(true);
  };
  const onPointerMove = (event: PointerEvent<HTMLButtonElement>) => {
    const plot = event.currentTarget.offsetParent?.getBoundingClientRect();
    if (taken.current === null || frame.current === null || plot === undefined) return;
    const { dx, dy } = taken.current;
    move(pointAt(frame.current, event.clientX - dx - plot.left, event.clientY - dy - plot.top));
  };
  const release = () => {
    if (taken.current === null) return;
    taken.current = null;
    lab.drag(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && taken.current !== null) {
      event.preventDefault();
      move(taken.current.start);
      release();
      return;
    }
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 * KEY_SHARE : KEY_SHARE;
    const along = (value: number, [low, high]: Point, by: number) =>
      Number(Math.max(low, Math.min(high, value + by * far * (high - low))).toPrecision(6));
    move([along(start[0], domain.x, way[0] ?? 0), along(start[1], domain.y, way[1] ?? 0)]);
  };
  return (
    <button
      ref={ref}
      type="button"
      data-testid="lab-start"
      aria-label={`Start at x ${digits(start[0])}, y ${digits(start[1])}: drag it, or move it with the arrow keys, faster with Shift`}
      title="The start: drag it"
      className="group absolute z-10 -mt-5 -ml-5 grid size-10 cursor-grab touch-none place-items-center rounded-full active:cursor-grabbing"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={onKeyDown}
    >
      <span className="size-5 rounded-full border-[3px] border-panel bg-accent/25 outline-2 outline-accent group-hover:bg-accent/60" />
    </button>
  );
}
