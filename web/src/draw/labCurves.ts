/** Curves by step: one for each racer. Drawn once; the part that is still to come is pale. */

import { digits } from '../core/numbers';
import type { RaceRun } from '../core/labApi';
import { entryAt, lastOf } from '../core/labRace';
import { type Range, scaled, ticks } from './axes';
import { css } from './colors';
import { LAB_FONT } from './labMap';
import type { RacerLook } from './labPaths';
import type { PlotStyle } from './plotFrame';

export type CurveName = 'loss' | 'distance' | 'step';

export interface CurveScale extends Range {
  readonly isLog: boolean;
}

export interface CurveData {
  readonly title: string;
  /** Of each racer, by step. */
  readonly curves: readonly Float64Array[];
  readonly scale: CurveScale;
  readonly steps: number;
}

/** What a curve shows of a race, with words that say so exactly. */
export function curveData(name: CurveName, run: RaceRun): CurveData {
  const { steps, minima } = run.part;
  const least = minima.length > 0 ? Math.min(...minima.map(({ f }) => f)) : null;
  const base = name === 'loss' && least !== null && Math.abs(least) > 1e-12 ? least : 0;
  const curves = run.part.racers.map((_, racer) => {
    const first = racer * (steps + 1);
    const value = (step: number) => {
      if (name === 'loss') return entryAt(run, racer, step).f - base;
      return (name === 'distance' ? run.distance[first + step] : run.stepLength[first + step]) ?? NaN;
    };
    return Float64Array.from({ length: lastOf(run, racer) + 1 }, (__, step) =>
      // The start is reached by no step.
      name === 'step' && step === 0 ? NaN : value(step),
    );
  });
  const scale = curveScale(curves);
  const scaleWords = scale.isLog ? 'log' : 'linear';
  const words = {
    loss: base === 0 ? 'Loss f' : `Loss f above the minimum ${digits(base)}`,
    distance: 'Distance to nearest minimum',
    step: 'Length of the step',
  };
  return { title: `${words[name]} (${scaleWords})`, curves, scale, steps };
}

/** Decades are shown down to this far below the greatest value. */
const MOST_DECADES = 10;

/** Logarithmic where no value is negative; zeros lie at the lower end then. */
export function curveScale(curves: readonly Float64Array[]): CurveScale {
  let [low, high, least] = [Infinity, -Infinity, Infinity];
  for (const curve of curves) {
    for (const value of curve) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      if (value > 0 && value < least) least = value;
    }
  }
  if (low > high) return { isLog: false, low: 0, high: 1 };
  // What is below zero by rounding alone, such as a loss above its minimum, is zero.
  if (low < -1e-9 * Math.max(1, high) || !Number.isFinite(least)) {
    const room = 0.05 * (high - low || 1);
    return { isLog: false, low: low - room, high: high + room };
  }
  const top = Math.log10(high) + 0.15;
  const bottom = Math.max(Math.log10(least), top - MOST_DECADES) - 0.15;
  return { isLog: true, low: bottom, high: Math.max(top, bottom + 0.6) };
}

const MARGIN = { left: 44, right: 10, top: 6, bottom: 20 } as const;

export function curveFrame(width: number, height: number) {
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(20, width - MARGIN.left - MARGIN.right),
    height: Math.max(20, height - MARGIN.top - MARGIN.bottom),
  };
}

type Frame = ReturnType<typeof curveFrame>;

/** A curve's points on the canvas, thinned to its pixels: of each column the first, least, greatest and last. */
export function curveLine(curve: Float64Array, data: CurveData, frame: Frame): number[] {
  const { scale, steps } = data;
  const line: number[] = [];
  const toY = (value: number) => {
    const at = scale.isLog ? Math.log10(Math.max(value, 0)) : value;
    const y = scaled(Math.max(at, scale.low), scale, frame.top + frame.height, frame.top);
    return Math.max(frame.top - 50, y);
  };
  const perColumn = Math.max(1, Math.floor(steps / frame.width));
  for (let from = 0; from < curve.length; from += perColumn) {
    const to = Math.min(curve.length, from + perColumn);
    const marks = new Set([from, to - 1]);
    if (perColumn > 2) {
      let [lowest, highest] = [from, from];
      for (let step = from; step < to; step++) {
        const value = curve[step] ?? NaN;
        if (!(value >= (curve[lowest] ?? NaN))) lowest = step;
        if (!(value <= (curve[highest] ?? NaN))) highest = step;
      }
      marks.add(lowest).add(highest);
    }
    for (const step of [...marks].sort((a, b) => a - b)) {
      const value = curve[step] ?? NaN;
      if (Number.isFinite(value)) line.push(stepX(step, steps, frame), toY(value));
    }
  }
  return line;
}

export function stepX(step: number, steps: number, frame: Frame): number {
  return frame.left + (frame.width * step) / Math.max(1, steps);
}

/** All curves of a plot, with its axes. */
export function paintCurves(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  data: CurveData,
  looks: readonly RacerLook[],
  style: PlotStyle,
): void {
  const frame = curveFrame(width, height);
  context.clearRect(0, 0, width, height);
  paintGrid(context, frame, data, style);
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  context.lineJoin = 'round';
  for (const [racer, { color }] of looks.entries()) {
    const line = curveLine(data.curves[racer] ?? new Float64Array(), data, frame);
    context.beginPath();
    for (let at = 0; at < line.length; at += 2) context.lineTo(line[at] ?? 0, line[at + 1] ?? 0);
    context.strokeStyle = css(color);
    context.lineWidth = 1.75;
    context.stroke();
  }
  context.restore();
}

function paintGrid(
  context: CanvasRenderingContext2D,
  frame: Frame,
  { scale, steps }: CurveData,
  style: PlotStyle,
): void {
  const bottom = frame.top + frame.height;
  context.font = LAB_FONT;
  context.fillStyle = style.muted;
  context.strokeStyle = style.line;
  context.lineWidth = 0.6;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const at of levelsOf(scale, frame.height)) {
    const y = scaled(at, scale, bottom, frame.top);
    context.beginPath();
    context.moveTo(frame.left, y);
    context.lineTo(frame.left + frame.width, y);
    context.stroke();
    context.fillText(levelText(at, scale), frame.left - 6, Math.max(frame.top + 5, Math.min(bottom - 4, y)));
  }
  context.textBaseline = 'top';
  for (const step of ticks({ low: 0, high: steps }, frame.width / 70)) {
    if (!Number.isInteger(step)) continue;
    const x = stepX(step, steps, frame);
    context.textAlign = x > frame.left + frame.width - 14 ? 'right' : 'center';
    context.fillText(String(step), Math.min(x, frame.left + frame.width), bottom + 5);
  }
}

function levelsOf(scale: CurveScale, height: number): number[] {
  if (!scale.isLog) return ticks(scale, height / 30);
  const [first, last] = [Math.ceil(scale.low), Math.floor(scale.high)];
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(2, height / 22)));
  const found: number[] = [];
  for (let power = last; power >= first; power -= every) found.push(power);
  return found.length > 0 ? found : [scale.low + (scale.high - scale.low) / 2];
}

function levelText(at: number, { isLog }: CurveScale): string {
  return digits(isLog ? 10 ** at : Number(at.toPrecision(3)), isLog && Number.isInteger(at) ? 1 : 2);
}
