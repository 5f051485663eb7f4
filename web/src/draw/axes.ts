/** A plot's scale: from values to pixels, and round numbers for its ticks. */

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** From a value to a pixel. */
export function scaled(value: number, range: Range, from: number, to: number): number {
  const span = range.high - range.low || 1;
  return from + ((value - range.low) / span) * (to - from);
}

/** From a pixel back to a value. */
export function unscaled(pixel: number, range: Range, from: number, to: number): number {
  return range.low + ((pixel - from) / (to - from || 1)) * (range.high - range.low);
}

/** Round values within a range, about so many. */
export function ticks(range: Range, about: number): number[] {
  const span = range.high - range.low;
  if (!(span > 0) || !Number.isFinite(span)) return [range.low];
  const raw = span / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10) * power;
  const first = Math.ceil(range.low / step - 1e-9);
  const last = Math.floor(range.high / step + 1e-9);
  const values: number[] = [];
  for (let index = first; index <= last; index++) values.push(Number((index * step).toPrecision(12)));
  return values;
}

/** The range of values, with some room on either side; finite values only. */
export function rangeOf(values: Iterable<number | null>, room = 0.05): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { low: -1, high: 1 };
  const margin = low === high ? 0.5 : (high - low) * room;
  return { low: low - margin, high: high + margin };
}
