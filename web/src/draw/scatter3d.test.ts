import { expect, it } from 'vitest';

import { place, project } from './scatter3d';

it('keeps lengths when it turns', () => {
  const [x, y, z] = project([1, 0.5, -0.25], { turn: 0.7, tilt: 0.4 });
  expect(Math.hypot(x, y, z)).toBeCloseTo(Math.hypot(1, 0.5, -0.25));
});

it('shows the plane as it is without a turn', () => {
  expect(project([0.3, -0.4, 1], { turn: 0, tilt: 0 })).toEqual([0.3, -0.4, 1]);
  const range = { low: 0, high: 10 };
  expect(place([0, 5, 10], [range, range, range])).toEqual([-1, 0, 1]);
});
