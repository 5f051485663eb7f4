import { expect, it } from 'vitest';

import { comparableUntil, emptyTimeline } from './timeline';

const timeline = {
  ...emptyTimeline,
  evaluations: {
    ...emptyTimeline.evaluations,
    step: Float64Array.of(0, 20, 40, 60),
    trainLoss: Float32Array.of(4, 3, 2, 1),
  },
};

it('keeps the evaluations up to a step', () => {
  expect([...comparableUntil(timeline, 40).trainLoss]).toEqual([4, 3, 2]);
  expect([...comparableUntil(timeline, 39).step]).toEqual([0, 20]);
  expect([...comparableUntil(timeline, 60).step]).toEqual([0, 20, 40, 60]);
});

it('leaves out losses from before classes came to count otherwise', () => {
  const reweighted = { ...timeline, reweighted: [20, 50] };
  expect([...comparableUntil(reweighted, 40).step]).toEqual([40]);
  expect([...comparableUntil(reweighted, 60).step]).toEqual([60]);
  expect([...comparableUntil(reweighted, 10).step]).toEqual([0]);
  expect([...comparableUntil(reweighted, 20).step]).toEqual([]);
});
