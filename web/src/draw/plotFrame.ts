/** The square of a plot within its margins, and the colors it is drawn in. */

import type { Theme } from '../core/view';

export interface PlotStyle {
  readonly theme: Theme;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly paper: string;
}

export interface PlotFrame {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** The square that the map fills, within the margins of the ticks. */
export function plotFrame(width: number, height: number): PlotFrame {
  const left = 36;
  const size = Math.max(40, Math.min(width - left - 8, height - 30));
  return { left, top: 6, size };
}
