/** The losses of several runs over each other: a band for every step's batch, a line with marks for evaluations. */

import { type Along, lengthOf } from '../core/library';
import { count, digits } from '../core/numbers';
import type { ComparedRun } from '../protocol/messages';
import { scaled, ticks } from './axes';
import { classColor, css } from './colors';
import { drawMarks } from './marks';
import type { PlotStyle } from './plotFrame';

export interface OverlayOptions {
  readonly along: Along;
  readonly logarithmic: boolean;
  /** Where the pictures below stand along the axis. */
  readonly place: number;
  readonly titles: readonly string[];
  /** Whether the names are written on it: for a picture that stands alone. */
  readonly legend: boolean;
}

const MARGIN = { left: 48, right: 24, top: 24, bottom: 34 };
const LEGEND_LINE = 18;
const MOST_MARKS = 24;
/** Fewer points than this are no curve: a line between them would tell of steps that nobody measured. */
const LEAST_LINE = 6;
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 4], [4, 2, 1, 2]];
export const AXIS_WORDS: Readonly<Record<Along, string>> = {
  steps: 'step',
  epochs: 'epoch',
  seconds: 'seconds of training',
};

/** The color of the run at a place of the comparison. */
export function runColor(index: number, style: PlotStyle): string {
  return css(classColor(index, 10, style.theme));
}

/** How its line is dashed: color is not the only difference. */
export function runDash(index: number): readonly number[] {
  return DASHES[index % DASHES.length] ?? [];
}

export function paintOverlay(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  runs: readonly ComparedRun[],
  options: OverlayOptions,
  style: PlotStyle,
): void {
  const { along, logarithmic, place, titles, legend } = options;
  context.clearRect(0, 0, width, height);
  context.fillStyle = style.paper;
  context.fillRect(0, 0, width, height);
  const top = MARGIN.top + (legend ? LEGEND_LINE * runs.length + 6 : 0);
  const [left, right, bottom] = [MARGIN.left, width - MARGIN.right, height - MARGIN.bottom];
  const span = lengthOf(runs, along);
  const shown = lossRange(runs, logarithmic);
  const x = (value: number) => scaled(value, { low: 0, high: span || 1 }, left, right);
  const level = (value: number) => (logarithmic ? Math.log10(value) : value);
  const y = (value: number) => scaled(level(value), shown, bottom, top);
  paintGrid(context, { left, right, top, bottom, width, height }, span, shown, options, style, { x, y });
  if (span === 0) {
    context.fillStyle = style.muted;
    context.textAlign = 'center';
    context.fillText('Nothing is known along this axis.', (left + right) / 2, (top + bottom) / 2);
    return;
  }
  context.save();
  context.beginPath();
  context.rect(left, top - 4, right - left + 4, bottom - top + 8);
  context.clip();
  for (const [index, run] of runs.entries())
    paintBand(context, run, along, logarithmic, { x, y }, runColor(index, style));
  for (const [index, run] of runs.entries()) paintEvaluations(context, run, index, options, { x, y }, style);
  context.strokeStyle = style.ink;
  context.globalAlpha = 0.6;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(Math.min(place, span)), top);
  context.lineTo(x(Math.min(place, span)), bottom);
  context.stroke();
  context.restore();
  if (legend) paintLegend(context, titles, left, style);
}

interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** From the least to the greatest loss of all, as levels of the axis. */
function lossRange(runs: readonly ComparedRun[], logarithmic: boolean): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const { losses, evaluations } of runs) {
    for (const values of [losses.low, losses.high, evaluations.validation_loss, evaluations.train_loss]) {
      for (const value of values) {
        if (value === null || (logarithmic && value <= 0)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  if (low > high) return { low: 0, high: 1 };
  if (!logarithmic) return { low: Math.min(0, low), high: high * 1.04 || 1 };
  return { low: Math.floor(Math.log10(low)), high: Math.ceil(Math.log10(high) + 1e-9) };
}

function paintBand(
  context: CanvasRenderingContext2D,
  { losses }: ComparedRun,
  along: Along,
  logarithmic: boolean,
  { x, y }: Place,
  color: string,
): void {
  context.strokeStyle = color;
  context.globalAlpha = 0.34;
  context.lineWidth = 1;
  context.beginPath();
  let draws = false;
  for (const [column, at] of losses[along].entries()) {
    const least = losses.low[column] ?? null;
    const most = losses.high[column] ?? null;
    if (at === null || least === null || most === null || (logarithmic && least <= 0)) {
      draws = false;
      continue;
    }
    if (draws) context.lineTo(x(at), y(least));
    else context.moveTo(x(at), y(least));
    context.lineTo(x(at), y(most));
    draws = true;
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** The validation part; the training part where there is no other. */
function paintEvaluations(
  context: CanvasRenderingContext2D,
  { evaluations }: ComparedRun,
  index: number,
  { along, logarithmic }: OverlayOptions,
  { x, y }: Place,
  style: PlotStyle,
): void {
  const { validation_loss, train_loss } = evaluations;
  const values = validation_loss.some((value) => value !== null) ? validation_loss : train_loss;
  const points = evaluations[along].flatMap((at, point) => {
    const value = values[point] ?? null;
    return at === null || value === null || (logarithmic && value <= 0) ? [] : [[x(at), y(value)] as const];
  });
  context.strokeStyle = runColor(index, style);
  context.fillStyle = runColor(index, style);
  context.lineWidth = 1.75;
  context.setLineDash([...runDash(index)]);
  context.beginPath();
  for (const [point, [across, up]] of points.entries()) {
    if (point === 0 || points.length < LEAST_LINE) context.moveTo(across, up);
    else context.lineTo(across, up);
  }
  context.stroke();
  context.setLineDash([]);
  const every = Math.max(1, Math.ceil(points.length / MOST_MARKS));
  const marked = points.filter((_, point) => point % every === 0 || point === points.length - 1);
  const color = classColor(index, 10, style.theme);
  const marks = marked.map(([across, up]) => ({ x: across, y: up, label: index, color, hollow: false }));
  drawMarks(context, marks, points.length < LEAST_LINE ? 4.5 : 3, style.paper);
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

function paintGrid(
  context: CanvasRenderingContext2D,
  { left, right, top, bottom, height }: Box,
  span: number,
  shown: { low: number; high: number },
  { along, logarithmic }: OverlayOptions,
  style: PlotStyle,
  { x, y }: Place,
): void {
  context.font = "11px 'Inter Variable', system-ui, sans-serif";
  context.fillStyle = style.muted;
  context.strokeStyle = style.line;
  context.lineWidth = 0.5;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const tick of ticks(shown, logarithmic ? shown.high - shown.low : 5)) {
    if (logarithmic && !Number.isInteger(tick)) continue;
    const value = logarithmic ? 10 ** tick : tick;
    const up = y(value);
    context.beginPath();
    context.moveTo(left, up);
    context.lineTo(right, up);
    context.stroke();
    context.fillText(value === 0 ? '0' : digits(value, 2), left - 6, up);
  }
  context.textAlign = 'center';
  context.textBaseline = 'top';
  if (span > 0) {
    for (const tick of ticks({ low: 0, high: span }, Math.max(2, Math.floor((right - left) / 110)))) {
      context.fillText(Number.isInteger(tick) ? count(tick) : digits(tick, 2), x(tick), bottom + 6);
    }
  }
  context.textAlign = 'right';
  context.fillText(AXIS_WORDS[along], right, height - 13);
  context.textAlign = 'left';
  context.fillText('loss', 8, top - 18);
}

function paintLegend(
  context: CanvasRenderingContext2D,
  titles: readonly string[],
  left: number,
  style: PlotStyle,
): void {
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (const [index, title] of titles.entries()) {
    const up = MARGIN.top + LEGEND_LINE * index + 6;
    context.strokeStyle = context.fillStyle = runColor(index, style);
    context.lineWidth = 2;
    context.setLineDash([...runDash(index)]);
    context.beginPath();
    context.moveTo(left, up);
    context.lineTo(left + 28, up);
    context.stroke();
    context.setLineDash([]);
    const color = classColor(index, 10, style.theme);
    drawMarks(context, [{ x: left + 14, y: up, label: index, color, hollow: false }], 3.5, style.paper);
    context.fillStyle = style.ink;
    context.fillText(title, left + 38, up);
  }
}
