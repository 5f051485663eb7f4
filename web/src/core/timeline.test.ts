import { expect, it } from 'vitest';

import { emptyTimeline, evaluationsUntil } from './timeline';

it('keeps the evaluations up to a step', () => {
  const all = {
    ...emptyTimeline.evaluations,
    step: Float64Array.of(0, 20, 40, 60),
    trainLoss: Float32Array.of(4, 3, 2, 1),
  };
  expect([...evaluationsUntil(all, 40).trainLoss]).toEqual([4, 3, 2]);
  expect([...evaluationsUntil(all, 39).step]).toEqual([0, 20]);
  expect(evaluationsUntil(all, 60)).toBe(all);
});
