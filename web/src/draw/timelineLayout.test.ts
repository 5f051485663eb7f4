import { expect, it } from 'vitest';

import { emptyTimeline } from '../core/timeline';
import { bands, groupFlags, stepToX, tableRows, timelineSpan } from './timelineLayout';

it('spans the plan until the run is longer', () => {
  expect(timelineSpan(100, 4000)).toBe(4000);
  expect(timelineSpan(5000, 4000)).toBe(5000);
  expect(timelineSpan(0, 0)).toBe(1);
  expect(stepToX(1000, 4000, 800)).toBe(200);
});

it('joins flags that would overlap', () => {
  const flags = [10, 12, 500, 505].map((step) => ({ step, label: `at ${step}` }));
  const groups = groupFlags(flags, 1000, 1000, 12);
  expect(groups.map((group) => group.flags.length)).toEqual([2, 2]);
  expect(groups[1]?.x).toBe(500);
});

it('keeps least and greatest of the columns that share a pixel, and skips what is unknown', () => {
  const data = {
    ...emptyTimeline,
    stepsPerColumn: 1,
    low: Float32Array.of(3, 1, Number.NaN, 2),
    high: Float32Array.of(5, 4, Number.NaN, 2),
  };
  expect(bands(data, 8, 4)).toEqual([
    { x: 0, width: 1, low: 1, high: 5 },
    { x: 1, width: 1, low: 2, high: 2 },
  ]);
});

it('tells the same as rows of a table', () => {
  const data = {
    ...emptyTimeline,
    steps: 7,
    stepsPerColumn: 2,
    low: Float32Array.of(3, 1, Number.NaN, 2),
    high: Float32Array.of(5, 4, Number.NaN, 2),
  };
  expect(tableRows(data, 2)).toEqual([
    { first: 1, last: 4, low: 1, high: 5 },
    { first: 5, last: 7, low: 2, high: 2 },
  ]);
});
