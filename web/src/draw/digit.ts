/** Images as they are: gray, or red, green and blue; the first row on top. */

import type { Values } from '../protocol/frames';

/** How bytes lie that are an image. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Several images, one behind the other: bytes [k, height, width, channels], or numbers from 0 to 1. */
export interface Images extends ImageSize {
  readonly data: Values;
}

/** One image among several, into pixels of rows that are `stride` long. */
export function fillImage(
  pixels: Uint32Array,
  images: Images,
  index: number,
  at = 0,
  stride = images.width,
): void {
  const { data, height, width, channels } = images;
  const full = data instanceof Uint8Array ? 1 : 255;
  const last = channels - 1;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = ((index * height + row) * width + column) * channels;
      const red = byte((data[from] ?? 0) * full);
      const green = channels === 1 ? red : byte((data[from + Math.min(1, last)] ?? 0) * full);
      const blue = channels === 1 ? red : byte((data[from + last] ?? 0) * full);
      pixels[at + row * stride + column] = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    }
  }
}

function byte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}

/** A canvas of the images' own pixels, one image beside the other. */
export function imageSheet(images: Images, count: number): HTMLCanvasElement {
  const sheet = document.createElement('canvas');
  sheet.width = Math.max(1, count * images.width);
  sheet.height = images.height;
  const context = sheet.getContext('2d');
  if (context === null || count === 0) return sheet;
  const image = context.createImageData(sheet.width, sheet.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < count; index++)
    fillImage(pixels, images, index, index * images.width, sheet.width);
  context.putImageData(image, 0, 0);
  return sheet;
}

/** Draw a part of a canvas as large as it can be in the middle of a rectangle, its pixels square. */
export function drawFitted(
  context: CanvasRenderingContext2D,
  source: HTMLCanvasElement,
  [left, width]: readonly [number, number],
  [x, y, across, down]: readonly [number, number, number, number],
): void {
  const scale = Math.min(across / width, down / source.height);
  const [wide, tall] = [width * scale, source.height * scale];
  context.imageSmoothingEnabled = false;
  context.drawImage(
    source,
    left,
    0,
    width,
    source.height,
    x + (across - wide) / 2,
    y + (down - tall) / 2,
    wide,
    tall,
  );
}
