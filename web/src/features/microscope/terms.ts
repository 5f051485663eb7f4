/** What of a sum counts most. */

import type { FrameArray } from '../../protocol/frames';

export interface Channel {
  readonly channel: number;
  /** Σ patch · kernel over the window. */
  readonly sum: number;
}

export interface Term {
  readonly index: number;
  readonly value: number;
  readonly weight: number;
  readonly product: number;
}

/** The channels of a window [height, width, channels], the largest share of the sum first. */
export function channelsOf(patch: FrameArray, kernel: FrameArray): Channel[] {
  const channels = patch.shape[2] ?? 1;
  const sums = Array.from({ length: channels }, () => 0);
  for (let at = 0; at < patch.data.length; at++) {
    const channel = at % channels;
    sums[channel] = (sums[channel] ?? 0) + (patch.data[at] ?? 0) * (kernel.data[at] ?? 0);
  }
  return sums
    .map((sum, channel) => ({ channel, sum }))
    .sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum) || a.channel - b.channel);
}

/** The terms of a weighted sum, the largest first. */
export function termsOf(patch: FrameArray, kernel: FrameArray): Term[] {
  return Array.from({ length: patch.data.length }, (_, index) => {
    const [value, weight] = [patch.data[index] ?? 0, kernel.data[index] ?? 0];
    return { index, value, weight, product: value * weight };
  }).sort((a, b) => Math.abs(b.product) - Math.abs(a.product) || a.index - b.index);
}

/** The largest absolute value; 1 where all is zero. */
export function largest({ data }: FrameArray): number {
  let most = 0;
  for (const value of data) most = Math.max(most, Math.abs(value));
  return most || 1;
}
