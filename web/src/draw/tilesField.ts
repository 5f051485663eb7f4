/** An image of which a rectangle is lit and the rest is dimmed. */

import type { Theme } from '../core/view';
import { isObject } from '../core/json';
import { css, signColor } from './colors';

export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** A rectangle as an answer has it; null where there is none. */
export function fieldOf(value: unknown): Rectangle | null {
  if (!isObject(value)) return null;
  const { top, left, height, width } = value;
  return typeof top === 'number' &&
    typeof left === 'number' &&
    typeof height === 'number' &&
    typeof width === 'number'
    ? { top, left, height, width }
    : null;
}

export function paintField(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  image: HTMLCanvasElement,
  [rows, columns]: readonly [number, number],
  lit: Rectangle | null,
  theme: Theme,
): void {
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, width, height);
  if (lit === null) return;
  const [x, y] = [(lit.left / columns) * width, (lit.top / rows) * height];
  const [wide, tall] = [(lit.width / columns) * width, (lit.height / rows) * height];
  context.fillStyle = 'rgb(0 0 0 / 0.55)';
  context.fillRect(0, 0, width, y);
  context.fillRect(0, y + tall, width, height - y - tall);
  context.fillRect(0, y, x, tall);
  context.fillRect(x + wide, y, width - x - wide, tall);
  context.strokeStyle = css(signColor(1, theme));
  context.lineWidth = 2;
  context.strokeRect(x, y, wide, tall);
}
