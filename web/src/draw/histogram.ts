/** A distribution as bars over its range. */

import { rangeOf, scaled } from './axes';
import type { Summary } from '../protocol/messages';
import { css, signColor } from './colors';
import type { Theme } from '../core/view';

/** Bars are colored by the sign of the values they stand for. */
export function paintHistogram(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  summary: Summary,
  theme: Theme,
  line: string,
): void {
  context.clearRect(0, 0, width, height);
  const { counts, minimum, maximum } = summary;
  const most = Math.max(1, ...counts);
  const low = minimum ?? 0;
  const span = (maximum ?? 0) - low || 1;
  const step = width / Math.max(1, counts.length);
  const reach = Math.max(Math.abs(low), Math.abs(low + span)) || 1;
  for (const [index, count] of counts.entries()) {
    const middle = low + ((index + 0.5) / counts.length) * span;
    const tall = (count / most) * (height - 2);
    const share = middle / reach;
    context.fillStyle = css(signColor(share < 0 ? share * 0.7 - 0.3 : share * 0.7 + 0.3, theme));
    context.fillRect(index * step, height - 1 - tall, Math.max(1, step - 1), tall);
  }
  context.fillStyle = line;
  context.fillRect(0, height - 1, width, 1);
  if (low < 0 && low + span > 0) context.fillRect((-low / span) * width, 0, 1, height);
}

/** Where each bar of a distribution begins and ends. */
export function binEdges({ counts, minimum, maximum }: Summary): [number, number][] {
  const low = minimum ?? 0;
  const each = ((maximum ?? low) - low) / Math.max(1, counts.length);
  return counts.map((_, index) => [low + index * each, low + (index + 1) * each]);
}

/** How many values fall into each of some equal bins of their range. */
export function histogram(values: readonly (number | null)[], bins: number): number[] {
  const range = rangeOf(values, 0);
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    if (value === null) continue;
    const bin = Math.min(bins - 1, Math.floor(scaled(value, range, 0, bins)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
