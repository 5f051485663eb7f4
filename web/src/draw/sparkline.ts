/** The losses of a whole run in a few pixels: a band from the least to the greatest of each column. */

import type { LossRange } from '../protocol/messages';
import { scaled } from './axes';

export function paintSparkline(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { low, high }: Pick<LossRange, 'low' | 'high'>,
  color: string,
): void {
  context.clearRect(0, 0, width, height);
  const known = [...low, ...high].filter((value): value is number => value !== null);
  if (known.length === 0) return;
  const range = { low: Math.min(0, ...known), high: Math.max(...known, Number.MIN_VALUE) };
  const x = (column: number) => scaled(column, { low: 0, high: Math.max(1, low.length - 1) }, 1, width - 1);
  const y = (value: number) => scaled(value, range, height - 1.5, 1.5);
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.lineJoin = 'round';
  context.beginPath();
  let draws = false;
  for (const [column, least] of low.entries()) {
    const most = high[column];
    if (least === null || most == null) {
      draws = false;
      continue;
    }
    if (draws) context.lineTo(x(column), y(least));
    else context.moveTo(x(column), y(least));
    context.lineTo(x(column), y(most));
    draws = true;
  }
  context.stroke();
}
