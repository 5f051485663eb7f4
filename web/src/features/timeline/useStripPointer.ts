/** Pointers on the strip: one goes through the past, two (or the wheel) zoom. */

import { type RefObject, useEffect, useRef, useState } from 'react';

import { xToStep } from '../../draw/timelineLayout';
import { panned, type Range, stepsOf, zoomed } from '../../draw/timelineZoom';
import { studio } from '../studio';

interface Zoom {
  readonly range: Range;
  readonly span: number;
  readonly onRange: (range: Range | null) => void;
}

const WHEEL = 0.0025;
const LINE_PX = 16;

/** The step under the pointer; null where there is none. */
export function useStripPointer(frame: RefObject<HTMLElement | null>, zoom: Zoom): number | null {
  const [pointed, setPointed] = useState<number | null>(null);
  const latest = useRef(zoom);
  useEffect(() => {
    latest.current = zoom;
  });
  useEffect(() => {
    const node = frame.current;
    if (!node) return;
    const down = new Map<number, number>();
    const left = () => node.getBoundingClientRect().left;
    const stepAt = (x: number) => xToStep(x - left(), latest.current.range, node.clientWidth);
    const pinch = (id: number, x: number) => {
      const before = down.get(id) ?? x;
      const other = [...down].find(([key]) => key !== id)?.[1] ?? x;
      down.set(id, x);
      const { range, span, onRange } = latest.current;
      const apart = Math.max(20, Math.abs(before - other));
      const factor = apart / Math.max(20, Math.abs(x - other));
      const around = range.from + ((other - left()) / node.clientWidth) * stepsOf(range);
      onRange(zoomed(range, factor, around, span));
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      down.set(event.pointerId, event.clientX);
      node.setPointerCapture(event.pointerId);
      if (down.size === 1) studio.past.move(stepAt(event.clientX));
    };
    const onMove = (event: PointerEvent) => {
      setPointed(stepAt(event.clientX));
      if (!down.has(event.pointerId)) return;
      if (down.size > 1) {
        pinch(event.pointerId, event.clientX);
      } else {
        down.set(event.pointerId, event.clientX);
        studio.past.move(stepAt(event.clientX));
      }
    };
    const onUp = (event: PointerEvent) => {
      if (!down.delete(event.pointerId) || down.size > 0) return;
      studio.past.rest();
      if (event.pointerType !== 'mouse') setPointed(null);
    };
    const onLeave = () => {
      if (down.size === 0) setPointed(null);
    };
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { range, span, onRange } = latest.current;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
      const [dx, dy] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      if (Math.abs(dx) > Math.abs(dy)) {
        const steps = ((dx * unit) / node.clientWidth) * stepsOf(range);
        if (stepsOf(range) < span) onRange(panned(range, steps, span));
      } else {
        onRange(zoomed(range, Math.exp(dy * unit * WHEEL), stepAt(event.clientX), span));
      }
    };
    const handlers = [
      ['pointerdown', onDown],
      ['pointermove', onMove],
      ['pointerup', onUp],
      ['pointercancel', onUp],
      ['pointerleave', onLeave],
    ] as const;
    for (const [name, handler] of handlers) node.addEventListener(name, handler);
    // Not passive: the page must not scroll meanwhile.
    node.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      for (const [name, handler] of handlers) node.removeEventListener(name, handler);
      node.removeEventListener('wheel', onWheel);
    };
  }, [frame]);
  return pointed;
}
