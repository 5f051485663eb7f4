import { expect, test } from 'vitest';

import type { FrameArray } from '../../protocol/frames';
import { channelsOf, termsOf } from './terms';

const array = (shape: number[], values: number[]): FrameArray => ({
  data: new Float32Array(values),
  shape,
  scale: 1,
  zero: 0,
});

test('the sums of the channels are the whole sum, the largest first', () => {
  const patch = array([1, 2, 2], [1, 2, 3, 4]);
  const kernel = array([1, 2, 2], [1, -1, 1, -2]);
  expect(channelsOf(patch, kernel)).toEqual([
    { channel: 1, sum: -10 },
    { channel: 0, sum: 4 },
  ]);
});

test('the terms of a weighted sum come by what they add, whatever their sign', () => {
  const terms = termsOf(array([3], [1, 2, 0]), array([3], [1, -3, 9]));
  expect(terms.map(({ index, product }) => [index, product])).toEqual([
    [1, -6],
    [0, 1],
    [2, 0],
  ]);
});
