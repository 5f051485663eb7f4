/** The loss of every step at any zoom: drag anywhere to go back, click to go to a step. */

import { useCallback, useEffect, useRef, useState } from 'react';

import { count, digits } from '../../core/numbers';
import { scaled } from '../../draw/axes';
import { css, rgb } from '../../draw/colors';
import { bands, groupFlags, lossAt, stepToX, tickPlaces, timelineSpan } from '../../draw/timelineLayout';
import { following, whole, zoomed } from '../../draw/timelineZoom';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { FindingMarks } from '../health/FindingMarks';
import { studio, useStudio, useTimeline } from '../studio';
import { BranchMark, FlagMark } from './Marks';
import { Playhead } from './Playhead';
import { StripBar } from './StripBar';
import { useBranches } from './useBranches';
import { useLosses } from './useLosses';
import { useStripPointer } from './useStripPointer';

const FLAG_APART = 14;
const TICK_APART = 3;
const FINISHED = 'finished';
const ZOOM_STEP = 0.5;

export function Strip() {
  const style = usePlotStyle();
  const data = useTimeline((all) => all);
  const { flags, steps, keyframes } = data;
  // That a training has ended is no change of it, and the end of the strip says it already.
  const changes = flags.filter((flag) => flag.label !== FINISHED);
  const run = useStudio((state) => state.run);
  const planned = useStudio((state) =>
    state.status ? state.status.epochs * state.status.steps_per_epoch : 0,
  );
  const span = timelineSpan(steps, planned);
  const [chosen, setChosen] = useState<{ from: number; to: number } | null>(null);
  const range = chosen ?? whole(span);
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const node = frame.current;
    if (!node) return;
    const observer = new ResizeObserver(() => setWidth(node.clientWidth));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  const pointed = useStripPointer(frame, { range, span, onRange: setChosen });
  // What is looked at stays in sight.
  useEffect(
    () =>
      studio.past.store.subscribe(({ at }, before) => {
        if (at !== null && at !== before.at)
          setChosen((now) => (now === null ? null : following(now, at, span)));
      }),
    [span],
  );
  const losses = useLosses(run, data, chosen);
  const { branches } = useBranches(run);
  const paint: Paint = useCallback(
    (context, w, h) => {
      context.clearRect(0, 0, w, h);
      const columns = bands(losses, range, w);
      let top = 0;
      let bottom = Infinity;
      for (const { low, high } of columns) {
        top = Math.max(top, high);
        bottom = Math.min(bottom, low);
      }
      const scale = { low: Math.min(0, bottom), high: top || 1 };
      context.fillStyle = css(rgb(style.ink), 0.7);
      for (const { x, width: wide, low, high } of columns) {
        const y = scaled(high, scale, h - 6, 4);
        context.fillRect(x, y, wide, Math.max(2, scaled(low, scale, h - 6, 4) - y));
      }
      context.fillStyle = style.muted;
      for (const x of tickPlaces(keyframes, range, w, TICK_APART)) context.fillRect(x - 0.5, h - 3, 1, 3);
    },
    // The range is made anew with each drawing: its ends are what counts.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [losses, keyframes, range.from, range.to, style],
  );
  const zoom = (factor: number) => {
    const { at } = studio.past.state;
    const around = at ?? Math.min(studio.newest, range.to);
    setChosen(zoomed(range, factor, Math.min(range.to, Math.max(range.from, around)), span));
  };
  return (
    <div className="flex h-full flex-col gap-1 px-4 py-1.5 max-sm:px-3">
      <StripBar
        isWhole={chosen === null}
        canZoomIn={range.to - range.from > 10}
        onZoomIn={() => zoom(ZOOM_STEP)}
        onZoomOut={() => zoom(1 / ZOOM_STEP)}
        onWhole={() => setChosen(null)}
      />
      <div ref={frame} className="relative min-h-0 flex-1 touch-none select-none" data-testid="strip">
        <Canvas
          paint={paint}
          className="absolute inset-x-0 top-2.5 bottom-3.5"
          style={{ width: '100%', height: 'calc(100% - 24px)' }}
          label={`Loss of each of ${count(steps)} steps, of the training batch`}
        />
        {groupFlags(changes, range, width, FLAG_APART).map((group) => (
          <FlagMark key={`${group.x}-${group.flags.length}`} group={group} width={width} />
        ))}
        {branches
          .filter(({ step }) => step >= range.from && step <= range.to)
          .map(({ id, name, step }) => (
            <BranchMark key={id} x={stepToX(step, range, width)} step={step} name={name} run={id} />
          ))}
        <FindingMarks range={range} width={width} />
        <Playhead range={range} width={width} />
        <div className="pointer-events-none absolute inset-x-0 bottom-0 flex justify-between text-[11px] leading-none text-muted tabular-nums">
          <span>{count(range.from)}</span>
          <span data-testid="pointed">{pointed === null ? '' : words(pointed, steps, losses)}</span>
          <span>{count(range.to)} steps</span>
        </div>
      </div>
    </div>
  );
}

/** The loss at the pointer, of the step or of the column that it lies in. */
function words(step: number, steps: number, losses: Parameters<typeof lossAt>[0]): string {
  const found = step > 0 && step <= steps ? lossAt(losses, step) : null;
  if (found === null) return '';
  const { low, high } = found;
  const text = low === high ? digits(low) : `${digits(low)} to ${digits(high)}`;
  return `step ${count(step)}: training loss ${text}`;
}
