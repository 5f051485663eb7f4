/** Where the columns and flags of the timeline lie. */

import type { TimelineData } from '../core/timeline';
import type { Values } from '../protocol/frames';
import type { Flag } from '../protocol/messages';
import { type Range, stepsOf } from './timelineZoom';

/** Consecutive flags that would overlap, as one. */
export interface FlagGroup {
  readonly x: number;
  readonly flags: readonly Flag[];
}

/** Least and greatest loss of steps in equal columns; NaN where it is not known. */
export interface LossColumns {
  /** The first step of the first column. */
  readonly firstStep: number;
  readonly stepsPerColumn: number;
  readonly low: Values;
  readonly high: Values;
}

/** Steps that the whole strip stands for: the whole run, or its plan while that is longer. */
export function timelineSpan(steps: number, plannedSteps: number): number {
  return Math.max(1, steps, plannedSteps);
}

/** Pixels from the left edge; steps outside the range lie beyond the edges. */
export function stepToX(step: number, range: Range, width: number): number {
  return ((step - range.from) / stepsOf(range)) * width;
}

/** The step at a place of the strip: a whole one, within the range. */
export function xToStep(x: number, range: Range, width: number): number {
  const share = Math.min(1, Math.max(0, x / Math.max(1, width)));
  return Math.round(range.from + share * stepsOf(range));
}

/** Those in sight from left to right; those closer than `apart` pixels join the one before. */
export function groupFlags(flags: readonly Flag[], range: Range, width: number, apart: number): FlagGroup[] {
  const groups: { x: number; flags: Flag[] }[] = [];
  const seen = flags.filter(({ step }) => step >= range.from && step <= range.to);
  for (const flag of seen.sort((a, b) => a.step - b.step)) {
    const x = stepToX(flag.step, range, width);
    const last = groups.at(-1);
    if (last && x - last.x < apart) last.flags.push(flag);
    else groups.push({ x, flags: [flag] });
  }
  return groups;
}

/** Places of ticks: those in sight, no two closer than `apart` pixels. */
export function tickPlaces(
  steps: readonly number[],
  range: Range,
  width: number,
  apart: number,
): readonly number[] {
  const places: number[] = [];
  for (const step of steps) {
    if (step < range.from || step > range.to) continue;
    const x = stepToX(step, range, width);
    if (x - (places.at(-1) ?? -Infinity) >= apart) places.push(x);
  }
  return places;
}

/** A column of the screen: least and greatest loss of the updates it covers. */
export interface Band {
  readonly x: number;
  readonly width: number;
  readonly low: number;
  readonly high: number;
}

/** The loss as one band for each pixel column that has any: step k fills the place between k - 1 and k. */
export function bands(columns: LossColumns, range: Range, width: number): Band[] {
  const { firstStep, stepsPerColumn, low: lows, high: highs } = columns;
  const found: { x: number; width: number; low: number; high: number }[] = [];
  const each = Math.max(1, Math.ceil((stepsPerColumn / stepsOf(range)) * width));
  const before = firstStep - 1;
  const first = Math.max(0, Math.floor((range.from - before) / stepsPerColumn));
  const end = Math.min(lows.length, Math.ceil((range.to - before) / stepsPerColumn));
  for (let index = first; index < end; index++) {
    const low = lows[index] ?? Number.NaN;
    const high = highs[index] ?? Number.NaN;
    if (!Number.isFinite(low) || !Number.isFinite(high)) continue;
    const x = Math.floor(stepToX(before + index * stepsPerColumn, range, width));
    const last = found.at(-1);
    if (last?.x === x) {
      last.low = Math.min(last.low, low);
      last.high = Math.max(last.high, high);
    } else {
      found.push({ x, width: each, low, high });
    }
  }
  return found;
}

/** Least and greatest loss of the column that a step lies in; null where it is not known. */
export function lossAt(columns: LossColumns, step: number): { low: number; high: number } | null {
  const column = Math.floor((Math.max(1, step) - columns.firstStep) / columns.stepsPerColumn);
  const [low, high] = [columns.low[column], columns.high[column]];
  return low === undefined || high === undefined || !Number.isFinite(low) ? null : { low, high };
}

/** Some steps in a row: the least and the greatest loss of their batches. */
export interface TimelineRow {
  readonly first: number;
  readonly last: number;
  readonly low: number;
  readonly high: number;
}

/** The loss as at most so many rows; steps whose loss is not finite are left out. */
export function tableRows(data: TimelineData, most: number): TimelineRow[] {
  const each = Math.max(1, Math.ceil(data.low.length / most));
  const rows: TimelineRow[] = [];
  for (let start = 0; start < data.low.length; start += each) {
    const end = Math.min(data.low.length, start + each);
    const low = Array.from(data.low.slice(start, end)).filter(Number.isFinite);
    const high = Array.from(data.high.slice(start, end)).filter(Number.isFinite);
    if (low.length === 0) continue;
    rows.push({
      first: start * data.stepsPerColumn + 1,
      last: Math.min(data.steps, end * data.stepsPerColumn),
      low: Math.min(...low),
      high: Math.max(...high),
    });
  }
  return rows;
}
