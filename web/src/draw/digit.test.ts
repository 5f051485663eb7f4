import { expect, test } from 'vitest';

import { fillImage } from './digit';

const rgba = (pixels: Uint32Array) => [...new Uint8Array(pixels.buffer)];

test('a gray image is gray, and opaque', () => {
  const pixels = new Uint32Array(2);
  fillImage(pixels, { data: new Uint8Array([9, 9, 0, 200]), height: 1, width: 2, channels: 1 }, 1);
  expect(rgba(pixels)).toEqual([0, 0, 0, 255, 200, 200, 200, 255]);
});

test('numbers from 0 to 1 are full at 1, and what lies beyond is cut', () => {
  const pixels = new Uint32Array(1);
  fillImage(pixels, { data: new Float32Array([0.5, 1.5, -1]), height: 1, width: 1, channels: 3 }, 0);
  expect(rgba(pixels)).toEqual([128, 255, 0, 255]);
});
