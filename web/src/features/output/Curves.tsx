/** Loss and score of both splits along the steps, held imperatively: no array passes through React. */

import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';

import { count, digits } from '../../core/numbers';
import type { TimelineData } from '../../core/timeline';
import { css, signColor } from '../../draw/colors';
import type { Values } from '../../protocol/frames';
import { usePlotStyle } from '../Canvas';
import { followWidth, lineChart, LOGARITHMIC } from '../lineChart';
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
  const mark = useRef<HTMLDivElement>(null);
  const style = usePlotStyle();
  useEffect(() => {
    const node = root.current;
    if (!node) return;
    const plot = lineChart(
      node,
      style,
      {
        height: HEIGHT,
        cursor: { points: { size: 6 } },
        y: logarithmic ? { distr: LOGARITHMIC } : { range: (_, low, high) => padded(low, high, quantity) },
        steps: { size: 24, words: short },
        values: { size: 44, values: (_, ticks) => ticks.map((tick) => tickText(tick)) },
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
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    let drawnAt = 0;
    const draw = () => {
      clearTimeout(timer);
      timer = undefined;
      drawnAt = performance.now();
      plot.setData(columns(studio.stores.timeline.getState(), quantity));
      point();
    };
    // In the past, the step that everything else shows.
    const point = () => {
      const picture = studio.pictures.latest?.picture;
      const line = mark.current;
      if (line === null) return;
      const x = plot.valToPos(picture?.step ?? 0, 'x');
      line.hidden = picture?.at == null || !Number.isFinite(x) || x < 0;
      if (!line.hidden)
        line.style.transform = `translateX(${Math.min(x, plot.over.clientWidth) + plot.over.offsetLeft}px)`;
    };
    const update = () => {
      const wait_ms = drawnAt + INTERVAL_MS - performance.now();
      if (wait_ms <= 0) draw();
      else timer ??= setTimeout(draw, wait_ms);
    };
    const end = studio.stores.timeline.subscribe(update);
    const endPointing = studio.pictures.subscribe(point);
    point();
    const unfollow = followWidth(plot, node, point);
    return () => {
      end();
      endPointing();
      clearTimeout(timer);
      unfollow();
      plot.destroy();
    };
  }, [quantity, logarithmic, style]);
  return (
    <div className="relative overflow-hidden">
      <div
        ref={root}
        role="img"
        aria-label={title}
        data-testid={testId}
        className="h-[132px] w-full overflow-hidden"
      />
      <div
        ref={mark}
        aria-hidden="true"
        hidden
        data-testid={`${testId}-mark`}
        className="pointer-events-none absolute top-2 bottom-6 left-0 -ml-px w-[1.5px] bg-accent"
      />
    </div>
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
