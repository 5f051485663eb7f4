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
