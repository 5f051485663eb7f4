import { expect, it } from 'vitest';

import { histogram } from './histogram';

it('counts every value once, the greatest in the last bin', () => {
  expect(histogram([0, 1, 2, 3, null, 4], 4)).toEqual([1, 1, 1, 2]);
  expect(histogram([2, 2], 3).reduce((a, b) => a + b)).toBe(2);
});
