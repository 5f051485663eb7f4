import { expect, test } from 'vitest';

import { exact, flatAt, indexOf, placeWords, planeOf, type Weights } from './weights';

/** What of an array, of the numbers 0, 1, 2…, belongs to a unit: as the worker cuts it. */
function cut(name: string, shape: readonly number[], own: readonly number[], unit: number | null): Weights {
  const size = own.reduce((product, length) => product * length, 1);
  const units = shape.at(-1) ?? 1;
  const data = Float32Array.from({ length: size }, (_, at) => (unit === null ? at : at * units + unit));
  return { name, own: { data, shape: own, scale: 1, zero: 0 }, shape, renewed: false };
}

const position = (index: readonly number[], shape: readonly number[]) =>
  index.reduce((sum, entry, axis) => sum * (shape[axis] ?? 1) + entry, 0);

test.each([
  ['a kernel', cut('kernel', [3, 3, 2, 4], [3, 3, 2], 3)],
  ['a kernel that reads an image', cut('kernel', [24, 5], [2, 3, 4], 3)],
  ['a row of features', cut('kernel', [7, 4], [7], 3)],
  ['a pointwise kernel', cut('pointwise_kernel', [1, 1, 6, 4], [6], 3)],
  ['a bias', cut('bias', [4], [1], 3)],
  ['a depthwise kernel, which is whole', cut('depthwise_kernel', [3, 3, 1, 6], [3, 3, 6], null)],
])('every weight of %s is found by its index', (_, weights) => {
  const { channels } = planeOf(weights, 0);
  const found = new Set<number>();
  for (let channel = 0; channel < channels; channel++) {
    const plane = planeOf(weights, channel);
    for (let place = 0; place < plane.count; place++) {
      const flat = flatAt(plane, place);
      // The value of an entry is its position in the whole array.
      expect(position(indexOf(weights, flat, 3), weights.shape)).toBe(weights.own.data[flat]);
      found.add(flat);
    }
  }
  expect(found.size).toBe(weights.own.data.length);
});

test('a row of features is folded, and its end is no weight', () => {
  const weights = cut('kernel', [7, 1], [7], 0);
  expect(planeOf(weights, 5)).toEqual({ rows: 3, columns: 3, channels: 1, channel: 0, count: 7 });
});

test('a place is named as people count', () => {
  const kernel = cut('kernel', [3, 3, 2, 4], [3, 3, 2], 0);
  expect(placeWords(kernel, planeOf(kernel, 1), 5)).toBe('row 2, column 3, input channel 2');
  const row = cut('kernel', [7, 4], [7], 0);
  expect(placeWords(row, planeOf(row, 0), 6)).toBe('input 7');
});

test('a weight is written exactly, and no longer than that', () => {
  expect(exact(Math.fround(0.1))).toBe('0.1');
  expect(exact(-1.5)).toBe('−1.5');
  const value = Math.fround(Math.PI / 7);
  expect(Math.fround(Number(exact(value)))).toBe(value);
  expect(exact(NaN)).toBe('NaN');
});
