/** Where the ridges of a distribution over time lie: steps go down, values to the right. */

import type { Summary } from '../protocol/messages';
import { type Range, scaled } from './axes';
import { placeOf, type ValueScale, valueScale } from './ridgelineScale';

/** The distribution of one quantity at a step. */
export interface Moment {
  readonly step: number;
  readonly summary: Summary;
}

export interface Ridge {
  readonly step: number;
  /** Of its baseline, in pixels from the top. */
  readonly y: number;
  /** Outline from left to right, in pixels; empty where there is nothing finite. */
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly isOnScreen: boolean;
}

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Ridgeline {
  readonly ridges: readonly Ridge[];
  readonly values: ValueScale;
  readonly steps: Range;
}

const LEAST_GAP = 6;
/** How many gaps a ridge may rise above its baseline, and how many pixels at most. */
const RISE_GAPS = 4;
const MOST_RISE = 30;

/** The steps of a run from the first to the last that is known. */
export function stepRange(moments: readonly { readonly step: number }[]): Range {
  const low = moments[0]?.step ?? 0;
  const high = moments.at(-1)?.step ?? 1;
  return { low, high: Math.max(high, low + 1) };
}

/**
 * Ridges that are at least some pixels apart: the first, the newest and the one on screen are always among them. Each
 * rises as high as its own fullest bin: what is compared is where the values lie, and how widely.
 */
export function layOut(moments: readonly Moment[], frame: Frame, onScreen: number | null): Ridgeline {
  const steps = stepRange(moments);
  const values = valueScale(moments);
  const chosen = spread(moments, steps, frame, onScreen);
  const gap = (frame.bottom - frame.top) / Math.max(1, chosen.length - 1);
  const rise = Math.min(MOST_RISE, Math.max(10, RISE_GAPS * gap), frame.top);
  const ridges = chosen.map(({ step, summary }) => {
    const y = scaled(step, steps, frame.top, frame.bottom);
    return { step, y, points: outline(summary, values, frame, y, rise), isOnScreen: step === onScreen };
  });
  return { ridges, values, steps };
}

function spread(moments: readonly Moment[], steps: Range, frame: Frame, onScreen: number | null): Moment[] {
  const newest = moments.at(-1);
  const fixed = moments.filter((moment) => moment.step === onScreen || moment === newest);
  const y = (step: number) => scaled(step, steps, frame.top, frame.bottom);
  const chosen: Moment[] = [];
  for (const moment of moments) {
    const isFixed = fixed.includes(moment);
    const last = chosen.at(-1);
    const isClose = (other: Moment | undefined) =>
      other !== undefined && Math.abs(y(moment.step) - y(other.step)) < LEAST_GAP;
    if (!isFixed && (isClose(last) || fixed.some(isClose))) continue;
    chosen.push(moment);
  }
  return chosen;
}

/** The outline of a histogram through the middles of its bins, down to the baseline at either end. */
function outline(
  { counts, minimum, maximum }: Summary,
  values: ValueScale,
  frame: Frame,
  y: number,
  rise: number,
): (readonly [number, number])[] {
  if (minimum === null || maximum === null || counts.length === 0) return [];
  const x = (value: number) => placeOf(value, values, frame.left, frame.right);
  if (minimum === maximum) {
    const at = x(minimum);
    return [
      [at - 2, y],
      [at, y - rise],
      [at + 2, y],
    ];
  }
  const most = Math.max(1, ...counts);
  const width = (maximum - minimum) / counts.length;
  const middles = counts.map((count, bin): readonly [number, number] => [
    x(minimum + (bin + 0.5) * width),
    y - (count / most) * rise,
  ]);
  return [[x(minimum), y], ...middles, [x(maximum), y]];
}
