/** Lines along the steps, held imperatively: no array passes through React. A click goes to the step. */

import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';

import { count, digits } from '../../core/numbers';
import type { Columns } from '../../core/vitals';
import type { Vitals } from '../../protocol/messages';
import { stepText, tickText } from '../../draw/ridgeline';
import { decades, decadeTicks } from '../../draw/flowScale';
import { followWidth, lineChart, LOGARITHMIC } from '../lineChart';
import { studio } from '../studio';
import { vitals } from './feeds';
import { StepMark } from './StepMark';
import { type LineLook, useChartStyle } from './style';

export interface Line extends LineLook {
  readonly label: string;
}

interface Props {
  readonly title: string;
  readonly lines: readonly Line[];
  /** The columns of the lines, of all vitals that are known. */
  readonly read: (moments: readonly Vitals[]) => Columns;
  readonly scale: 'log' | 'linear' | 'share';
  /** A part of the axis that is pointed out. */
  readonly band?: { readonly low: number; readonly at: number; readonly high: number };
  readonly height?: number;
  /** The line that stands out, by its label. */
  readonly lit?: string | null;
  readonly testId: string;
}

const HEIGHT = 148;
const LEFT = 46;
/** So near is meant. */
const NEAR_PX = 24;

export function StepChart({ title, lines, read, scale, band, height = HEIGHT, lit, testId }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLParagraphElement>(null);
  const place = useRef<((step: number) => number) | null>(null);
  const end = useRef(0);
  const plotted = useRef<uPlot | null>(null);
  const style = useChartStyle();
  useEffect(() => {
    const node = root.current;
    if (!node) return;
    const yRange = (plot: uPlot): [number, number] => {
      const all = plot.data.slice(1).flatMap((column) => [...column] as (number | null)[]);
      if (scale === 'share') return [0, 1];
      const shown = scale === 'log' ? decades(band ? [...all, band.low, band.high] : all) : spanOf(all);
      return [shown.low, shown.high];
    };
    let near: number | null = null;
    const logarithmic = scale === 'log';
    const plot = lineChart(
      node,
      style,
      {
        height,
        cursor: { y: false, points: { size: 5 }, focus: { prox: NEAR_PX } },
        focus: { alpha: 0.25 },
        y: { ...(logarithmic ? { distr: LOGARITHMIC } : {}), range: (self) => yRange(self) },
        steps: { size: 22, space: 56, words: stepText },
        values: {
          size: LEFT,
          ...(logarithmic
            ? {
                splits: (_: uPlot, __: number, low: number, high: number) =>
                  decadeTicks({ low, high }, (height - 30) / 22),
                filter: (_: uPlot, ticks: number[]) => ticks,
              }
            : {}),
          values: (_, ticks) =>
            ticks.map((tick) => (scale === 'share' ? `${Math.round(100 * tick)} %` : tickText(tick))),
        },
        series: [
          {},
          ...lines.map(({ label, color, dash }) => ({
            label,
            stroke: color,
            width: 1.5,
            dash: [...dash],
            spanGaps: false,
            points: { show: false },
          })),
        ],
        hooks: {
          drawClear: band ? [(self: uPlot) => paintBand(self, band, style.accent)] : [],
          setSeries: [(_: uPlot, at: number | null) => (near = at)],
          setCursor: [(self: uPlot) => tell(self, words.current, lines, near, scale)],
        },
      },
      dataOf(read, scale),
    );
    plotted.current = plot;
    const point = () => {
      place.current = (step) => plot.valToPos(step, 'x') + plot.over.offsetLeft;
      end.current = plot.over.offsetLeft + plot.over.clientWidth;
    };
    point();
    const go = (event: MouseEvent) => {
      const x = event.clientX - plot.over.getBoundingClientRect().left;
      studio.past.seek(Math.round(plot.posToVal(x, 'x')));
    };
    plot.over.addEventListener('click', go);
    const stop = vitals.store.subscribe((state, before) => {
      if (state.moments !== before.moments) plot.setData(dataOf(read, scale));
    });
    const unfollow = followWidth(plot, node, point);
    return () => {
      stop();
      unfollow();
      plot.destroy();
      plotted.current = null;
    };
  }, [lines, read, scale, band, height, style]);
  useEffect(() => {
    const plot = plotted.current;
    const at = lines.findIndex(({ label }) => label === lit) + 1;
    if (plot === null) return;
    if (at > 0) plot.setSeries(at, { focus: true });
    else plot.setSeries(null, { focus: false });
  }, [lit, lines]);
  return (
    <div>
      <div className="relative overflow-hidden">
        <div
          ref={root}
          role="img"
          aria-label={title}
          data-testid={testId}
          className="w-full cursor-pointer overflow-hidden"
          style={{ height }}
        />
        <StepMark place={place} end={end} className="top-2 bottom-[22px]" testId={`${testId}-mark`} />
      </div>
      <p
        ref={words}
        aria-hidden="true"
        className="h-4 truncate pl-[46px] text-[11px] leading-4 text-muted tabular-nums"
      />
    </div>
  );
}

/** On a logarithmic scale only what is above zero has a place. */
function dataOf(read: Props['read'], scale: Props['scale']): uPlot.AlignedData {
  const [steps, ...lines] = read(vitals.store.getState().moments);
  const shown = lines.map((line) =>
    scale === 'log' ? line.map((value) => (value !== null && value > 0 ? value : null)) : line,
  );
  return [steps, ...shown];
}

function spanOf(values: readonly (number | null)[]): { low: number; high: number } {
  const known = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const room = (high - low || 1) * 0.06;
  return { low: low - (low < 0 ? room : 0), high: high + room };
}

function paintBand(plot: uPlot, { low, at, high }: NonNullable<Props['band']>, accent: string): void {
  const { ctx, bbox } = plot;
  const y = (value: number) =>
    Math.min(bbox.top + bbox.height, Math.max(bbox.top, plot.valToPos(value, 'y', true)));
  ctx.save();
  ctx.fillStyle = accent;
  ctx.globalAlpha = 0.12;
  ctx.fillRect(bbox.left, y(high), bbox.width, y(low) - y(high));
  ctx.globalAlpha = 0.6;
  ctx.fillRect(bbox.left, y(at), bbox.width, 1);
  ctx.restore();
}

/** What lies under the pointer: the nearest line, or all where they are few. */
function tell(
  plot: uPlot,
  node: HTMLElement | null,
  lines: readonly Line[],
  near: number | null,
  scale: Props['scale'],
): void {
  if (node === null) return;
  const { idx } = plot.cursor;
  const step = idx == null ? undefined : plot.data[0][idx];
  if (idx == null || step === undefined) {
    node.textContent = '';
    return;
  }
  const told = near !== null && near > 0 ? [near] : lines.length <= 3 ? lines.map((_, at) => at + 1) : [];
  const values = told.map((at) => {
    const value = plot.data[at]?.[idx] ?? null;
    const text = scale === 'share' && value !== null ? `${Math.round(1000 * value) / 10} %` : digits(value);
    return `${lines[at - 1]?.label ?? ''} ${text}`;
  });
  node.textContent = [`step ${count(step)}`, ...values].join(' · ');
}
