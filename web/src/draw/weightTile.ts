/** The weights of a unit as cells in sign colors, one of them framed; in large cells the number is written. */

import { digits } from '../core/numbers';
import { css, inkOn, signColor } from './colors';
import type { PlotStyle } from './plotFrame';

interface TileOptions {
  readonly rows: number;
  readonly columns: number;
  readonly chosen: number;
  readonly style: PlotStyle;
}

/** Narrower cells have no room for a number. */
const LEAST_WITH_NUMBER = 30;

/** Values row by row; the last row may be shorter. */
export function paintWeights(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  values: readonly number[],
  { rows, columns, chosen, style }: TileOptions,
): void {
  context.clearRect(0, 0, width, height);
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value) || 0), 0);
  const [across, down] = [width / columns, height / rows];
  const gap = Math.min(across, down) >= 8 ? 1 : 0;
  context.font = "10px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [at, value] of values.entries()) {
    const [x, y] = [(at % columns) * across, Math.floor(at / columns) * down];
    const color = signColor((value || 0) / (most || 1), style.theme);
    context.fillStyle = css(color);
    context.fillRect(x, y, across - gap, down - gap);
    if (across < LEAST_WITH_NUMBER) continue;
    context.fillStyle = inkOn(color);
    context.fillText(digits(value, 2), x + across / 2, y + down / 2);
  }
  const [x, y] = [(chosen % columns) * across, Math.floor(chosen / columns) * down];
  for (const [ink, line] of [
    ['#000000', 4],
    ['#ffffff', 2],
  ] as const) {
    context.strokeStyle = ink;
    context.lineWidth = line;
    context.strokeRect(x + 2, y + 2, Math.max(2, across - gap - 4), Math.max(2, down - gap - 4));
  }
}
