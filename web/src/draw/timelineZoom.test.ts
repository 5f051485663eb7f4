import { expect, it } from 'vitest';

import { following, panned, stepsOf, whole, zoomed } from './timelineZoom';

it('keeps the step under the pointer where it is', () => {
  const near = zoomed(whole(1000), 0.5, 400, 1000);
  expect(near).toEqual({ from: 200, to: 700 });
  expect(zoomed(near ?? whole(1), 2, 400, 1000)).toBeNull();
});

it('shows ten steps at the least, and never more than there are', () => {
  expect(zoomed(whole(1000), 0.0001, 0, 1000)).toEqual({ from: 0, to: 10 });
  expect(zoomed({ from: 0, to: 10 }, 0.5, 5, 1000)).toEqual({ from: 0, to: 10 });
  expect(zoomed({ from: 990, to: 1000 }, 5, 1000, 1000)).toEqual({ from: 950, to: 1000 });
  expect(zoomed(whole(4), 0.5, 2, 4)).toBeNull();
});

it('moves along the run and stops at its ends', () => {
  expect(panned({ from: 100, to: 200 }, 50, 1000)).toEqual({ from: 150, to: 250 });
  expect(panned({ from: 100, to: 200 }, -500, 1000)).toEqual({ from: 0, to: 100 });
  expect(panned({ from: 100, to: 200 }, 5000, 1000)).toEqual({ from: 900, to: 1000 });
});

it('follows a step that leaves it, and stays where the step is in sight', () => {
  const range = { from: 100, to: 200 };
  expect(following(range, 150, 1000)).toBe(range);
  const after = following(range, 205, 1000);
  expect(after).toEqual({ from: 115, to: 215 });
  const before = following(range, 50, 1000);
  expect(before.from).toBeLessThan(50);
  expect(stepsOf(before)).toBe(100);
});
