/** What speaks for a class, in sign colors over the image: the stronger, the less of the image is seen. */

import type { Theme } from '../core/view';
import { signColor } from './colors';

/** Values on a grid that covers a part of an image. */
export interface Overlay {
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** What full color stands for. */
  readonly limit: number;
  /** Where the grid lies on the image, in its pixels. */
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The largest absolute value; 1 where all is zero. */
export function limitOfValues(values: ArrayLike<number>): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) most = Math.max(most, Math.abs(values[at] ?? 0));
  return most || 1;
}

/** By how much the probability falls where each place is covered, and where the grid of places lies. */
export function occlusionOverlay(
  probability: { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
  whole: number,
  size: number,
  stride: number,
): Overlay {
  const [rows = 1, columns = 1] = probability.shape;
  const values = Float32Array.from(
    { length: rows * columns },
    (_, at) => whole - (probability.data[at] ?? whole),
  );
  // A patch stands for its middle.
  const margin = (size - stride) / 2;
  return {
    values,
    rows,
    columns,
    limit: limitOfValues(values),
    top: margin,
    left: margin,
    height: rows * stride,
    width: columns * stride,
  };
}

/** How much of the image stays in sight below full color. */
const MOST_ALPHA = 0.92;

export function paintOverlay(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  [imageRows, imageColumns]: readonly [number, number],
  overlay: Overlay,
  theme: Theme,
): void {
  const [across, down] = [width / imageColumns, height / imageRows];
  const cell = [(overlay.width / overlay.columns) * across, (overlay.height / overlay.rows) * down] as const;
  for (let row = 0; row < overlay.rows; row++) {
    for (let column = 0; column < overlay.columns; column++) {
      const share = (overlay.values[row * overlay.columns + column] ?? 0) / overlay.limit;
      const [r, g, b] = signColor(share < 0 ? -1 : 1, theme);
      context.fillStyle = `rgb(${r} ${g} ${b} / ${MOST_ALPHA * Math.min(1, Math.abs(share))})`;
      const [x, y] = [overlay.left * across + column * cell[0], overlay.top * down + row * cell[1]];
      context.fillRect(x, y, cell[0] + 0.5, cell[1] + 0.5);
    }
  }
}
