/** How a number of every layer developed: a row for each layer in order of depth, steps to the right, a shade for the value. */

import { PALETTES } from '../protocol/palette';
import { type Range, scaled } from './axes';
import { css, mix, rgb } from './colors';
import { logShare } from './flowScale';
import type { PlotStyle } from './plotFrame';

export interface FlowRows {
  readonly steps: readonly number[];
  /** For each layer its value at each of the steps. */
  readonly rows: readonly (readonly (number | null)[])[];
}

export interface FlowScale {
  readonly kind: 'log' | 'share';
  readonly range: Range;
}

/** Where a value lies between the ends of its scale; null where it has no place. */
export function shareOf(value: number | null, { kind, range }: FlowScale): number | null {
  if (kind === 'log') return value === 0 ? 0 : logShare(value, range);
  return value === null || !Number.isFinite(value) ? null : Math.min(1, Math.max(0, value));
}

/** The shade of a place on a scale: paper at the low end, the blue of positive values at the high one. */
export function shadeOf(share: number, theme: PlotStyle['theme']): string {
  const { sign } = PALETTES[theme];
  const pale = rgb(theme === 'dark' ? '#1b1f24' : '#eef1f4');
  return css(mix(pale, rgb(sign.at(-1) ?? '#000000'), share));
}

/** From where to where each moment is drawn: to the next one, the newest to the end. */
export function spans(steps: readonly number[], range: Range, width: number): [from: number, to: number][] {
  return steps.map((step, index) => {
    const next = steps[index + 1];
    const from = scaled(step, range, 0, width);
    return [from, next === undefined ? width : scaled(next, range, 0, width)];
  });
}

export function paintFlow(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  flow: FlowRows,
  steps: Range,
  scale: FlowScale,
  style: PlotStyle,
): void {
  context.clearRect(0, 0, width, height);
  const tall = height / Math.max(1, flow.rows.length);
  const places = spans(flow.steps, steps, width);
  for (const [row, values] of flow.rows.entries()) {
    const top = Math.round(row * tall) + 1;
    const deep = Math.max(2, Math.round((row + 1) * tall) - 1 - top);
    for (const [index, [from, to]] of places.entries()) {
      const share = shareOf(values[index] ?? null, scale);
      if (share === null) continue;
      const left = Math.floor(from);
      context.fillStyle = shadeOf(share, style.theme);
      context.fillRect(left, top, Math.max(1, Math.ceil(to) - left), deep);
    }
  }
}
