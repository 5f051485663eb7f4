/** The values that ridges are drawn over: linear, or logarithmic on both sides of zero where they shrink or grow much. */

import { type Range, scaled, ticks } from './axes';
import type { Moment } from './ridgelineLayout';

export interface ValueScale {
  readonly range: Range;
  /** Up to about here it is linear, beyond logarithmic; null where all of it is linear. */
  readonly bend: number | null;
}

/** Widths of ridges that differ by more than that would be needles beside blocks. */
const MOST_LINEAR = 20;
const MOST_DECADES = 6;
/** The narrowest ridge reaches so far beyond the bend. */
const BEYOND = 4;

export function valueScale(moments: readonly Moment[]): ValueScale {
  let [low, high] = [Infinity, -Infinity];
  let [narrowest, widest] = [Infinity, 0];
  for (const { summary } of moments) {
    const { minimum, maximum } = summary;
    if (minimum === null || maximum === null) continue;
    low = Math.min(low, minimum);
    high = Math.max(high, maximum);
    const reach = Math.max(Math.abs(minimum), Math.abs(maximum));
    if (reach > 0) narrowest = Math.min(narrowest, reach);
    widest = Math.max(widest, reach);
  }
  if (low > high) return { range: { low: -1, high: 1 }, bend: null };
  if (low === high) return { range: { low: low - 0.5, high: high + 0.5 }, bend: null };
  if (widest <= MOST_LINEAR * narrowest) return { range: { low, high }, bend: null };
  const bend = Math.max(narrowest / BEYOND, widest / 10 ** MOST_DECADES);
  return { range: { low: Math.min(low, 0), high: Math.max(high, 0) }, bend };
}

/** Where a value lies between two pixels. */
export function placeOf(value: number, { range, bend }: ValueScale, from: number, to: number): number {
  if (bend === null) return scaled(value, range, from, to);
  const ends = { low: bent(range.low, bend), high: bent(range.high, bend) };
  return scaled(bent(value, bend), ends, from, to);
}

/** sign(x) log(1 + |x| / bend). */
function bent(value: number, bend: number): number {
  return Math.sign(value) * Math.log10(1 + Math.abs(value) / bend);
}

/** Round values of the scale, at least so many pixels apart: zero and powers of ten where it is logarithmic. */
export function valueTicks(scale: ValueScale, width: number, apart: number): number[] {
  const { range, bend } = scale;
  if (bend === null) return ticks(range, width / apart);
  const most = Math.max(Math.abs(range.low), Math.abs(range.high));
  const found: number[] = [0];
  for (let exponent = Math.floor(Math.log10(most)); Number(`1e${exponent}`) > bend; exponent--) {
    for (const value of [-Number(`1e${exponent}`), Number(`1e${exponent}`)]) {
      if (value < range.low || value > range.high) continue;
      const x = placeOf(value, scale, 0, width);
      const isFree = found.every((other) => Math.abs(placeOf(other, scale, 0, width) - x) >= apart);
      if (isFree) found.push(value);
    }
  }
  return found.sort((a, b) => a - b);
}
