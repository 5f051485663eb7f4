import { expect, it } from 'vitest';

import type { Summary } from '../protocol/messages';
import { binEdges, histogram } from './histogram';

it('counts every value once, the greatest in the last bin', () => {
  expect(histogram([0, 1, 2, 3, null, 4], 4)).toEqual([1, 1, 1, 2]);
  expect(histogram([2, 2], 3).reduce((a, b) => a + b)).toBe(2);
});

it('names the ends of its bars', () => {
  const summary = { counts: [3, 0, 1], minimum: -1, maximum: 2 } as unknown as Summary;
  expect(binEdges(summary)).toEqual([
    [-1, 0],
    [0, 1],
    [1, 2],
  ]);
});
