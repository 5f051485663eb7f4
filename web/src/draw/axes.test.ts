import { expect, it } from 'vitest';

import { rangeOf, scaled, ticks, unscaled } from './axes';

it('goes from values to pixels and back', () => {
  const range = { low: -6, high: 6 };
  expect(scaled(0, range, 0, 300)).toBe(150);
  expect(unscaled(scaled(2.5, range, 300, 0), range, 300, 0)).toBeCloseTo(2.5);
});

it('finds round ticks inside the range', () => {
  expect(ticks({ low: -6, high: 6 }, 4)).toEqual([-5, 0, 5]);
  expect(ticks({ low: 0, high: 0.3 }, 3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(ticks({ low: 3, high: 3 }, 3)).toEqual([3]);
});

it('takes the range of what is finite', () => {
  expect(rangeOf([0, 10, null, Number.NaN])).toEqual({ low: -0.5, high: 10.5 });
  expect(rangeOf([])).toEqual({ low: -1, high: 1 });
  expect(rangeOf([2])).toEqual({ low: 1.5, high: 2.5 });
});
