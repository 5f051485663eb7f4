/** Grids of values as pictures. Row 0 of a grid is the smallest y, so pictures are flipped. */

import type { Theme } from '../core/view';
import { type FrameArray, valueAt } from '../protocol/frames';
import { PALETTES } from '../protocol/palette';
import { classColor, mix, pixel, type Rgb, rgb, signTable } from './colors';

/** What the colors of a map stand for. */
export type MapKind = 'probability' | 'classes' | 'values';

/** A canvas of one pixel for each grid point, kept between pictures. */
export class GridImage {
  private readonly canvas = document.createElement('canvas');
  private image: ImageData | null = null;
  private pixels = new Uint32Array();

  /** Paint the pixels; gives what to draw on the page. */
  paint(width: number, height: number, fill: (pixels: Uint32Array) => void): HTMLCanvasElement {
    const context = this.canvas.getContext('2d');
    if (context === null) return this.canvas;
    if (this.image === null || this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.image = context.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    fill(this.pixels);
    context.putImageData(this.image, 0, 0);
    return this.canvas;
  }
}

/** What is not a number, as diagonal stripes that no other map has. */
export function hatch(theme: Theme): (row: number, column: number) => number {
  const { ink, paper } = PALETTES[theme].not_a_number;
  const [stripe, ground] = [pixel(rgb(ink)), pixel(rgb(paper))];
  return (row, column) => ((row + column) % 4 < 2 ? stripe : ground);
}

/** One map out of `[maps, height, width]` in sign colors, `limit` being the value of full color. */
export function fillSigned(
  pixels: Uint32Array,
  array: FrameArray,
  map: number,
  limit: number,
  theme: Theme,
): void {
  const [, height = 0, width = 0] = array.shape;
  const colors = signTable(theme);
  const { data, scale, zero } = array;
  const start = map * width * height;
  const nan = hatch(theme);
  for (let row = 0; row < height; row++) {
    const target = (height - 1 - row) * width;
    const source = start + row * width;
    for (let column = 0; column < width; column++) {
      const value = (zero + scale * (data[source + column] ?? 0)) / limit;
      const index = Math.round((value + 1) * 127.5);
      pixels[target + column] = Number.isNaN(value)
        ? nan(row, column)
        : (colors[index < 0 ? 0 : index > 255 ? 255 : index] ?? 0);
    }
  }
}

/** The probability of the second class: its shade, or the winner alone. */
export function fillProbability(
  pixels: Uint32Array,
  array: FrameArray,
  discrete: boolean,
  theme: Theme,
): void {
  const [, height = 0, width = 0] = array.shape;
  const colors = signTable(theme);
  const { data, scale, zero } = array;
  for (let row = 0; row < height; row++) {
    const target = (height - 1 - row) * width;
    for (let column = 0; column < width; column++) {
      const p = zero + scale * (data[row * width + column] ?? 0);
      const index = discrete ? (p >= 0.5 ? 255 : 0) : Math.round(p * 255);
      pixels[target + column] = colors[index < 0 ? 0 : index > 255 ? 255 : index] ?? 0;
    }
  }
}

const SHADES = 64;

/** The class with the greatest output; in shades, the paler the less certain. */
export function fillClasses(
  pixels: Uint32Array,
  array: FrameArray,
  discrete: boolean,
  theme: Theme,
  paper: Rgb,
): void {
  const [outputs = 1, height = 0, width = 0] = array.shape;
  const size = width * height;
  const { data } = array;
  const shades = Array.from({ length: outputs }, (_, label) =>
    Array.from({ length: SHADES + 1 }, (_, step) =>
      pixel(mix(paper, classColor(label, outputs, theme), 0.2 + (0.8 * step) / SHADES)),
    ),
  );
  for (let row = 0; row < height; row++) {
    const target = (height - 1 - row) * width;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      let best = 0;
      let most = -1;
      for (let label = 0; label < outputs; label++) {
        const stored = data[label * size + at] ?? 0;
        if (stored > most) {
          most = stored;
          best = label;
        }
      }
      const p = array.zero + array.scale * most;
      const certainty = (p - 1 / outputs) / (1 - 1 / outputs);
      const step = discrete ? SHADES : Math.min(SHADES, Math.max(0, Math.round(certainty * SHADES)));
      pixels[target + column] = shades[best]?.[step] ?? 0;
    }
  }
}

/** The outputs at the grid point nearest to a place (0 to 1 across and up). */
export function outputsAt(array: FrameArray, across: number, up: number): number[] {
  const outputs = array.shape[0] ?? 1;
  const isGrid = array.shape.length === 3;
  const height = isGrid ? (array.shape[1] ?? 1) : 1;
  const width = array.shape[isGrid ? 2 : 1] ?? 1;
  const column = Math.min(width - 1, Math.max(0, Math.round(across * (width - 1))));
  const row = Math.min(height - 1, Math.max(0, Math.round(up * (height - 1))));
  return Array.from({ length: outputs }, (_, label) =>
    valueAt(array, (label * height + row) * width + column),
  );
}

/** The greatest absolute value of an array: a scale's end. */
export function limitOf(array: FrameArray): number {
  if (array.data instanceof Uint8Array) {
    return Math.max(Math.abs(array.zero), Math.abs(array.zero + 255 * array.scale)) || 1;
  }
  let most = 0;
  for (const stored of array.data) {
    const size = Math.abs(array.zero + array.scale * stored);
    if (size > most && Number.isFinite(size)) most = size;
  }
  return most || 1;
}
