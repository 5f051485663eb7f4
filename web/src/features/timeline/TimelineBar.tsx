/** The whole run at a glance: the loss of every step, and a flag wherever the user intervened. */

import { useCallback, useEffect, useRef, useState } from 'react';

import { count, digits } from '../../core/numbers';
import { isTrained } from '../../core/stores';
import { css, rgb } from '../../draw/colors';
import { scaled } from '../../draw/axes';
import { bands, groupFlags, stepToX, timelineSpan } from '../../draw/timelineLayout';
import { Icon } from '../../ui/Icon';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { PresetStrip } from '../header/PresetGallery';
import { studio, useStudio, useTimeline } from '../studio';
import { TimelineTable } from './TimelineTable';

const FLAG_APART = 14;
const FINISHED = 'finished';

export function TimelineBar() {
  const started = useStudio((state) => isTrained(state.status));
  const waits = useStudio((state) => state.wantsTraining);
  return (
    <section
      aria-label="Timeline"
      className="h-[76px] shrink-0 border-t border-line bg-panel"
      data-testid="timeline"
    >
      {started ? <Strip /> : waits ? <Compiling /> : <PresetStrip />}
    </section>
  );
}

/** What the wait before the very first step is for, and how long it has been. */
function Compiling() {
  const isOpen = useStudio((state) => state.status !== null && state.status.state !== 'opening');
  const seconds = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const started = performance.now();
    const timer = setInterval(() => {
      const passed = Math.floor((performance.now() - started) / 1000);
      if (seconds.current && passed > 0) seconds.current.textContent = ` ${passed} s`;
    }, 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="flex h-full flex-col justify-center px-4" data-testid="compiling">
      <p className="font-medium">
        <span role="status">
          {isOpen ? 'Preparing the training program for this network…' : 'Opening the run…'}
        </span>
        <span ref={seconds} className="font-normal text-muted tabular-nums" />
      </p>
      <p className="text-muted">
        Training starts by itself as soon as it is ready. This takes some seconds the first time; a network
        that was trained here before starts at once.
      </p>
    </div>
  );
}

function Strip() {
  const style = usePlotStyle();
  const data = useTimeline((all) => all);
  const { flags, steps } = data;
  // That a training has ended is no change of it, and the end of the strip says it already.
  const interventions = flags.filter((flag) => flag.label !== FINISHED);
  const planned = useStudio((state) =>
    state.status ? state.status.epochs * state.status.steps_per_epoch : 0,
  );
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  const [asTable, setAsTable] = useState(false);
  const [pointed, setPointed] = useState<number | null>(null);
  useEffect(() => {
    const node = frame.current;
    if (!node) return;
    const observer = new ResizeObserver(() => setWidth(node.clientWidth));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  const span = timelineSpan(steps, planned);
  const paint: Paint = useCallback(
    (context, w, h) => {
      context.clearRect(0, 0, w, h);
      const columns = bands(data, span, w);
      let top = 0;
      let bottom = Infinity;
      for (const { low, high } of columns) {
        top = Math.max(top, high);
        bottom = Math.min(bottom, low);
      }
      const range = { low: Math.min(0, bottom), high: top || 1 };
      context.fillStyle = css(rgb(style.ink), 0.7);
      for (const { x, width: wide, low, high } of columns) {
        const y = scaled(high, range, h - 1, 4);
        context.fillRect(x, y, wide, Math.max(2, scaled(low, range, h - 1, 4) - y));
      }
    },
    [data, span, style],
  );
  const lossAt = pointed === null ? null : lossRead(pointed);
  return (
    <div className="flex h-full items-stretch gap-3 px-4 py-2">
      <div className="flex w-14 shrink-0 flex-col justify-between text-[11px] text-muted max-sm:w-auto max-sm:[&>span:last-child]:hidden">
        <span className="flex items-center justify-between gap-1 font-medium text-ink">
          Loss
          <button
            type="button"
            className="button-quiet size-6 px-0"
            aria-label="Show the timeline as a table"
            title="Show as table"
            onClick={() => setAsTable(true)}
          >
            <Icon name="table" size={13} />
          </button>
        </span>
        <span>training</span>
      </div>
      <div
        ref={frame}
        className="relative min-w-0 flex-1"
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setPointed(Math.round(((event.clientX - box.left) / box.width) * span));
        }}
        onPointerLeave={() => setPointed(null)}
      >
        <Canvas
          paint={paint}
          className="absolute inset-x-0 top-2.5 bottom-3.5"
          style={{ width: '100%', height: 'calc(100% - 24px)' }}
          label={`Loss of each of ${count(steps)} steps, of the training batch`}
        />
        <Playhead span={span} width={width} />
        {groupFlags(interventions, span, width, FLAG_APART).map((group) => (
          <FlagMark
            key={`${group.x}-${group.flags.length}`}
            x={group.x}
            width={width}
            labels={group.flags.map((flag) => `step ${count(flag.step)}: ${flag.label}`)}
          />
        ))}
        <div className="absolute inset-x-0 bottom-0 flex justify-between text-[11px] leading-none text-muted tabular-nums">
          <span>0</span>
          <span>
            {pointed !== null && pointed <= steps && lossAt
              ? `step ${count(pointed)}: training loss ${lossAt}`
              : ''}
          </span>
          <span>{count(span)} steps</span>
        </div>
      </div>
      {asTable && <TimelineTable onClose={() => setAsTable(false)} />}
    </div>
  );
}

/** Where the step on screen lies; moved without drawing anything anew. */
function Playhead({ span, width }: { span: number; width: number }) {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const move = () => {
      const shown = studio.pictures.latest?.picture.step ?? studio.state.status?.step ?? 0;
      if (mark.current) mark.current.style.transform = `translateX(${stepToX(shown, span, width) - 0.75}px)`;
    };
    move();
    const ends = [studio.pictures.subscribe(move), studio.stores.state.subscribe(move)];
    return () => ends.forEach((end) => end());
  }, [span, width]);
  return (
    <div ref={mark} aria-hidden="true" className="absolute top-2.5 bottom-3.5 left-0 w-[1.5px] bg-ink" />
  );
}

/** The loss of the column that a step lies in. */
function lossRead(step: number): string {
  const { low, high, stepsPerColumn } = studio.stores.timeline.getState();
  const column = Math.max(0, Math.floor((step - 1) / stepsPerColumn));
  const [least, most] = [low[column], high[column]];
  if (least === undefined || most === undefined || !Number.isFinite(least)) return '';
  return stepsPerColumn === 1 || least === most ? digits(least) : `${digits(least)} to ${digits(most)}`;
}

function FlagMark({ x, width, labels }: { x: number; width: number; labels: readonly string[] }) {
  const text = `${labels.length > 1 ? `${labels.length} flags: ` : ''}${labels.join('; ')}`;
  return (
    <div
      className="group absolute top-0 bottom-3.5"
      style={{ left: Math.min(x, width - 2) }}
      data-testid="flag"
    >
      <span aria-hidden="true" className="absolute top-1 bottom-0 w-px bg-accent" />
      <button
        type="button"
        aria-label={text}
        className="absolute -top-1 -left-[7px] flex size-[15px] items-center justify-center rounded-full border border-panel bg-accent text-[9px] font-bold text-accent-ink"
      >
        <span aria-hidden="true">{labels.length > 1 ? labels.length : ''}</span>
      </button>
      <div
        className={`pointer-events-none absolute bottom-full z-30 mb-1 hidden w-max max-w-72 rounded-md border border-line bg-panel px-2 py-1 text-[12px] shadow-lg group-focus-within:block group-hover:block ${x > width * 0.6 ? 'right-0' : 'left-0'}`}
      >
        {labels.slice(0, 8).map((label, index) => (
          <p key={index}>{label}</p>
        ))}
        {labels.length > 8 && <p className="text-muted">and {labels.length - 8} more</p>}
      </div>
    </div>
  );
}
