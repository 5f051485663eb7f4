/** The loss up to the state on screen: of every update's batch, and of the training part at this state. */

import { digits } from '../core/numbers';
import type { TimelineData } from '../core/timeline';
import { scaled, ticks } from './axes';
import type { PlotStyle } from './plotFrame';
import type { Panels } from './sevenPanels';

/** Losses that differ by more than this factor have a logarithmic axis. As in the package. */
const LOG_FROM = 20;
const LETTERS = "'Inter Variable', system-ui, sans-serif";
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 10, 6, 22];

export interface LossOptions {
  /** Where the axis ends, in steps. */
  readonly last: number;
  readonly stepsPerEpoch: number;
  /** Whether a batch is the training part: then its loss is that of the state before the update. */
  readonly isFullBatch: boolean;
}

/** The losses before a step, with the states they are of. */
export function lossesUntil(
  { low, high, stepsPerColumn }: TimelineData,
  step: number,
): { state: number; low: number; high: number }[] {
  const found: { state: number; low: number; high: number }[] = [];
  for (let column = 0; column < low.length; column++) {
    const state = column * stepsPerColumn;
    if (state + stepsPerColumn > step) break;
    found.push({ state, low: low[column] ?? NaN, high: high[column] ?? NaN });
  }
  return found;
}

/** The least and the greatest loss of the whole record, and whether their axis is logarithmic. */
export function lossAxis(
  timeline: TimelineData,
  loss: number | null,
): { low: number; high: number; isLog: boolean } {
  let [least, greatest] = [loss ?? Infinity, loss ?? 0];
  for (const value of timeline.low) if (Number.isFinite(value)) least = Math.min(least, value);
  for (const value of timeline.high) if (Number.isFinite(value)) greatest = Math.max(greatest, value);
  if (!(greatest > 0)) return { low: 0, high: 1, isLog: false };
  const isLog = least > 0 && greatest / least > LOG_FROM;
  return isLog ? { low: least / 1.3, high: greatest * 1.3, isLog } : { low: 0, high: 1.05 * greatest, isLog };
}

export function paintLoss(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  panels: Panels,
  timeline: TimelineData,
  options: LossOptions,
  style: PlotStyle,
): void {
  context.clearRect(0, 0, width, height);
  const axis = lossAxis(timeline, panels.loss);
  const [right, bottom] = [width - RIGHT, height - BOTTOM];
  const last = Math.max(1, options.last, panels.step);
  const toX = (step: number) => scaled(step, { low: 0, high: last }, LEFT, right);
  const along = (value: number) => (axis.isLog ? Math.log10(value) : value);
  const range = { low: along(axis.low), high: along(axis.high) };
  const toY = (value: number) => scaled(along(value), range, bottom, TOP);
  paintFrame(context, { toX, toY, right, bottom, last }, axis, options, style);
  context.save();
  context.beginPath();
  context.rect(LEFT, TOP - 4, right - LEFT + 6, bottom - TOP + 8);
  context.clip();
  const before = lossesUntil(timeline, panels.step);
  context.strokeStyle = options.isFullBatch ? style.ink : style.muted;
  context.lineWidth = options.isFullBatch ? 2 : 1;
  context.beginPath();
  for (const { state, low, high } of before) {
    context.lineTo(toX(state), toY(high));
    if (low !== high) context.lineTo(toX(state), toY(low));
  }
  if (options.isFullBatch && panels.loss !== null) context.lineTo(toX(panels.step), toY(panels.loss));
  context.stroke();
  if (panels.loss !== null) {
    context.fillStyle = style.ink;
    context.beginPath();
    context.arc(toX(panels.step), toY(panels.loss), 4.5, 0, 2 * Math.PI);
    context.fill();
  }
  context.restore();
  context.font = `11px ${LETTERS}`;
  context.fillStyle = style.muted;
  context.textAlign = 'right';
  context.textBaseline = 'top';
  if (!options.isFullBatch) context.fillText('line: batches · dot: training part', right - 4, TOP + 4);
}

interface Frame {
  readonly toX: (step: number) => number;
  readonly toY: (value: number) => number;
  readonly right: number;
  readonly bottom: number;
  readonly last: number;
}

function paintFrame(
  context: CanvasRenderingContext2D,
  { toX, toY, right, bottom, last }: Frame,
  axis: { low: number; high: number; isLog: boolean },
  { stepsPerEpoch }: LossOptions,
  style: PlotStyle,
): void {
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.strokeRect(LEFT + 0.5, TOP + 0.5, right - LEFT - 1, bottom - TOP - 1);
  context.font = `11px ${LETTERS}`;
  context.fillStyle = style.muted;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const value of axis.isLog ? powers(axis.low, axis.high) : ticks(axis, (bottom - TOP) / 40)) {
    context.fillText(tickText(value), LEFT - 5, toY(value));
    context.beginPath();
    context.moveTo(LEFT, toY(value));
    context.lineTo(right, toY(value));
    context.stroke();
  }
  context.textAlign = 'center';
  context.textBaseline = 'top';
  const range = { low: 0, high: last / stepsPerEpoch };
  for (const epoch of ticks(range, (right - LEFT) / 90)) {
    const x = toX(epoch * stepsPerEpoch);
    if (x < right - 44) context.fillText(String(epoch), x, bottom + 6);
  }
  context.fillStyle = style.ink;
  context.textAlign = 'right';
  context.fillText('epoch', right, bottom + 6);
}

function tickText(value: number): string {
  return value >= 1e-3 && value < 1e4 ? String(value) : digits(value, 1);
}

/** Powers of ten within a range; halves of them where there are few. */
function powers(low: number, high: number): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (value >= low && value <= high) found.push(value);
    }
  const tens = found.filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9);
  return (found.length > 7 && tens.length > 1 ? tens : found).map((value) => Number(value.toPrecision(2)));
}
