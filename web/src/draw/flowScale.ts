/** Logarithmic scales in whole decades, and the shade of a value on one. */

import type { Range } from './axes';

/** Whole decades around the positive values; one at least. `most` cuts at the bottom what lies so many below. */
export function decades(values: Iterable<number | null>, most = 12): Range {
  let low = Infinity;
  let high = 0;
  for (const value of values) {
    if (value === null || !Number.isFinite(value) || value <= 0) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) return { low: 1e-4, high: 1 };
  const top = Math.ceil(Math.log10(high) - 1e-9);
  const bottom = Math.max(top - most, Math.min(top - 1, Math.floor(Math.log10(low) + 1e-9)));
  return { low: power(bottom), high: power(top) };
}

/** The powers of ten of a range; every second, third … where they are more than `about`. */
export function decadeTicks({ low, high }: Range, about: number): number[] {
  const [bottom, top] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const every = Math.max(1, Math.ceil((top - bottom + 1) / Math.max(1, about)));
  const found: number[] = [];
  for (let at = bottom; at <= top; at++) if (at % every === 0 || every === 1) found.push(power(at));
  return found;
}

/** Where a value lies on a logarithmic scale: 0 at the low end, 1 at the high one; null where it has no place. */
export function logShare(value: number | null, { low, high }: Range): number | null {
  if (value === null || !Number.isFinite(value) || value <= 0) return null;
  const share = Math.log(value / low) / Math.log(high / low);
  return Math.min(1, Math.max(0, share));
}

/** 1e-4, not 0.00009999999999999999. */
function power(exponent: number): number {
  return Number(`1e${exponent}`);
}
