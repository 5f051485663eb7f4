/** Where the columns and flags of the timeline lie. */

import type { TimelineData } from '../core/timeline';
import type { Flag } from '../protocol/messages';

/** Consecutive flags that would overlap, as one. */
export interface FlagGroup {
  readonly x: number;
  readonly flags: readonly Flag[];
}

/** Steps that the width stands for: the whole run, or its plan while that is longer. */
export function timelineSpan(steps: number, plannedSteps: number): number {
  return Math.max(1, steps, plannedSteps);
}

export function stepToX(step: number, span: number, width: number): number {
  return (Math.min(span, Math.max(0, step)) / span) * width;
}

/** Flags from left to right; those closer than `apart` pixels join the one before. */
export function groupFlags(flags: readonly Flag[], span: number, width: number, apart: number): FlagGroup[] {
  const groups: { x: number; flags: Flag[] }[] = [];
  for (const flag of [...flags].sort((a, b) => a.step - b.step)) {
    const x = stepToX(flag.step, span, width);
    const last = groups.at(-1);
    if (last && x - last.x < apart) last.flags.push(flag);
    else groups.push({ x, flags: [flag] });
  }
  return groups;
}

/** A column of the screen: least and greatest loss of the updates it covers. */
export interface Band {
  readonly x: number;
  readonly width: number;
  readonly low: number;
  readonly high: number;
}

/** The loss as one band for each pixel column that has any. */
export function bands(data: TimelineData, span: number, width: number): Band[] {
  const columns: { x: number; width: number; low: number; high: number }[] = [];
  const each = Math.max(1, Math.ceil((data.stepsPerColumn / span) * width));
  for (let index = 0; index < data.low.length; index++) {
    const low = data.low[index] ?? Number.NaN;
    const high = data.high[index] ?? Number.NaN;
    if (!Number.isFinite(low) || !Number.isFinite(high)) continue;
    const x = Math.floor(stepToX(index * data.stepsPerColumn, span, width));
    const last = columns.at(-1);
    if (last?.x === x) {
      last.low = Math.min(last.low, low);
      last.high = Math.max(last.high, high);
    } else {
      columns.push({ x, width: each, low, high });
    }
  }
  return columns;
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
