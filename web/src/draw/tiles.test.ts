import { expect, test } from 'vitest';

import type { FrameArray } from '../protocol/frames';
import { signColor } from './colors';
import { byteTable, fillInput, fillTiles, layTiles, tileAt, tilePlace, tilesHeight } from './tiles';

const maps = (shape: number[], bytes: number[]): FrameArray => ({
  data: new Uint8Array(bytes),
  shape,
  scale: 1 / 127,
  zero: -1,
});
const rgbOf = (pixel: number | undefined) =>
  [...new Uint8Array(new Uint32Array([pixel ?? 0]).buffer)].slice(0, 3);

test('zero has the middle color, the limits have the ends', () => {
  const table = byteTable('light');
  expect([0, 127, 254].map((stored) => rgbOf(table[stored]))).toEqual(
    [-1, 0, 1].map((value) => [...signColor(value, 'light')]),
  );
});

test('what is not finite has no color of the scale', () => {
  const pixels = new Uint32Array(4);
  fillTiles(pixels, maps([1, 1, 4], [0, 127, 254, 255]), 'dark');
  expect(byteTable('dark')).toContain(pixels[2]);
  expect(byteTable('dark')).not.toContain(pixels[3]);
});

test('the input looks as it is: its values, not the sign of its values', () => {
  const pixels = new Uint32Array(2);
  fillInput(pixels, maps([1, 1, 2], [127, 254]), {
    data: new Float32Array([0.5]),
    shape: [1],
    scale: 1,
    zero: 0,
  });
  expect([...pixels].map(rgbOf)).toEqual([
    [0, 0, 0],
    [128, 128, 128],
  ]);
});

test.each([1, 8, 31, 64])('%i tiles lie in their room, and are found where they lie', (count) => {
  const room = { width: 500, height: 200, least: 12, most: 120 };
  const layout = layTiles(count, [28, 28], room);
  expect(tilesHeight(layout, count)).toBeLessThanOrEqual(room.height);
  for (let index = 0; index < count; index++) {
    const [x, y] = tilePlace(layout, index);
    expect(x + layout.width).toBeLessThanOrEqual(room.width);
    expect(tileAt(layout, count, x + 1, y + 1)).toBe(index);
  }
  expect(tileAt(layout, count, room.width + layout.width, 1)).toBeNull();
});

test('kernels that read mere features are the rows of a table', () => {
  const layout = layTiles(10, [1, 64], { width: 300, height: 200, least: 12, most: 120 });
  expect(layout.columns).toBe(1);
  expect(layout.width).toBe(300);
});
