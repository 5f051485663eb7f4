/** Loss and score of both splits along the steps, held imperatively: no array passes through React. */

import 'uplot/dist/uPlot.min.css';

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

import { count, digits } from '../../core/numbers';
import type { TimelineData } from '../../core/timeline';
import { css, signColor } from '../../draw/colors';
import type { Values } from '../../protocol/frames';
import { usePlotStyle } from '../Canvas';
import { studio } from '../studio';

export type Quantity = 'loss' | 'score';

interface Props {
  readonly quantity: Quantity;
  readonly title: string;
  readonly logarithmic?: boolean;
  readonly testId: string;
}

const HEIGHT = 132;
/** Curves are drawn anew with each new timeline, which comes five times a second, and not more often than this. */
const INTERVAL_MS = 150;
/** `Scale.Distr` is a const enum, which single modules cannot read. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr;

function columns(data: TimelineData, quantity: Quantity): uPlot.AlignedData {
  const { step, trainLoss, validationLoss, trainScore, validationScore } = data.evaluations;
  const train = quantity === 'loss' ? trainLoss : trainScore;
  const validation = quantity === 'loss' ? validationLoss : validationScore;
  return [Array.from(step), known(train, step.length), known(validation, step.length)];
}

function known(values: Values, length: number): (number | null)[] {
  return Array.from({ length }, (_, index) => {
    const value = values[index];
    return value === undefined || !Number.isFinite(value) ? null : value;
  });
}

/** The train curve is solid, the validation curve dashed: color is not the only difference. */
export function CurvePlot({ quantity, title, logarithmic = false, testId }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const style = usePlotStyle();
  useEffect(() => {
    const node = root.current;
    if (!node) return;
    const axis = {
      stroke: style.muted,
      font: "11px 'Inter Variable', system-ui, sans-serif",
      grid: { stroke: style.line, width: 0.5 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: Math.max(120, node.clientWidth),
        height: HEIGHT,
        padding: [8, 16, 0, 0],
        cursor: { drag: { x: false, y: false }, points: { size: 6 } },
        legend: { show: false },
        scales: {
          x: { time: false },
          y: logarithmic ? { distr: LOGARITHMIC } : { range: (_, low, high) => padded(low, high, quantity) },
        },
        axes: [
          {
            ...axis,
            size: 24,
            values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? short(tick) : '')),
          },
          {
            ...axis,
            size: 44,
            values: (_, ticks) => ticks.map((tick) => tickText(tick)),
          },
        ],
        series: [
          {},
          { label: 'train', stroke: style.ink, width: 1.5, points: { show: false } },
          {
            label: 'validation',
            stroke: css(signColor(0.9, style.theme)),
            width: 1.75,
            dash: [5, 3],
            points: { show: false },
          },
        ],
      },
      columns(studio.stores.timeline.getState(), quantity),
      node,
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    let drawnAt = 0;
    const draw = () => {
      clearTimeout(timer);
      timer = undefined;
      drawnAt = performance.now();
      plot.setData(columns(studio.stores.timeline.getState(), quantity));
    };
    const update = () => {
      const wait_ms = drawnAt + INTERVAL_MS - performance.now();
      if (wait_ms <= 0) draw();
      else timer ??= setTimeout(draw, wait_ms);
    };
    const end = studio.stores.timeline.subscribe(update);
    const resized = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(120, node.clientWidth), height: HEIGHT }),
    );
    resized.observe(node);
    return () => {
      end();
      clearTimeout(timer);
      resized.disconnect();
      plot.destroy();
    };
  }, [quantity, logarithmic, style]);
  return (
    <div
      ref={root}
      role="img"
      aria-label={title}
      data-testid={testId}
      className="h-[132px] w-full overflow-hidden"
    />
  );
}

function padded(low: number | null, high: number | null, quantity: Quantity): [number, number] {
  const least = low ?? 0;
  const most = high ?? 1;
  if (quantity === 'loss') return [0, Math.max(most * 1.05, 1e-9)];
  return [Math.max(-1, Math.min(least, 0.5) - 0.02), Math.min(1.02, Math.max(most, 1) + 0.02)];
}

function short(step: number): string {
  return step >= 10_000 ? `${digits(step / 1000)}k` : count(step);
}

function tickText(value: number): string {
  return Math.abs(value) < 1e-3 && value !== 0
    ? value.toExponential(0).replace('-', '−')
    : String(Number(value.toPrecision(3)));
}
