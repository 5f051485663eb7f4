import { expect, it } from 'vitest';

import { emptyTimeline } from '../core/timeline';
import {
  bands,
  groupFlags,
  lossAt,
  stepToX,
  tableRows,
  tickPlaces,
  timelineSpan,
  xToStep,
} from './timelineLayout';
import { whole } from './timelineZoom';

it('spans the plan until the run is longer', () => {
  expect(timelineSpan(100, 4000)).toBe(4000);
  expect(timelineSpan(5000, 4000)).toBe(5000);
  expect(timelineSpan(0, 0)).toBe(1);
});

it('places steps, and finds the step at a place', () => {
  expect(stepToX(1000, whole(4000), 800)).toBe(200);
  expect(stepToX(150, { from: 100, to: 200 }, 800)).toBe(400);
  expect(xToStep(400, { from: 100, to: 200 }, 800)).toBe(150);
  expect(xToStep(-20, { from: 100, to: 200 }, 800)).toBe(100);
  expect(xToStep(900, { from: 100, to: 200 }, 800)).toBe(200);
});

it('joins flags that would overlap, and leaves out those that are not in sight', () => {
  const flags = [10, 12, 500, 505].map((step) => ({ step, label: `at ${step}` }));
  const groups = groupFlags(flags, whole(1000), 1000, 12);
  expect(groups.map((group) => group.flags.length)).toEqual([2, 2]);
  expect(groups[1]?.x).toBe(500);
  const near = groupFlags(flags, { from: 490, to: 510 }, 1000, 12);
  expect(near.map((group) => group.flags[0]?.step)).toEqual([500, 505]);
});

it('sets ticks apart', () => {
  expect(tickPlaces([0, 1, 2, 50, 60, 99], whole(100), 100, 2)).toEqual([0, 2, 50, 60, 99]);
  expect(tickPlaces([0, 40, 60], { from: 30, to: 50 }, 100, 2)).toEqual([50]);
});

const columns = (firstStep: number, stepsPerColumn: number, low: number[], high: number[]) => ({
  firstStep,
  stepsPerColumn,
  low: Float64Array.from(low),
  high: Float64Array.from(high),
});

it('keeps least and greatest of the columns that share a pixel, and skips what is unknown', () => {
  const data = columns(1, 1, [3, 1, Number.NaN, 2], [5, 4, Number.NaN, 2]);
  expect(bands(data, whole(8), 4)).toEqual([
    { x: 0, width: 1, low: 1, high: 5 },
    { x: 1, width: 1, low: 2, high: 2 },
  ]);
});

it('draws the columns that are in sight at any zoom', () => {
  const data = columns(11, 10, [1, 2, 3, 4], [1, 2, 3, 4]);
  expect(bands(data, { from: 20, to: 40 }, 100)).toEqual([
    { x: 0, width: 50, low: 2, high: 2 },
    { x: 50, width: 50, low: 3, high: 3 },
  ]);
});

it('reads the loss of a step', () => {
  const data = columns(11, 10, [1, 2, Number.NaN], [1.5, 2.5, Number.NaN]);
  expect(lossAt(data, 20)).toEqual({ low: 1, high: 1.5 });
  expect(lossAt(data, 21)).toEqual({ low: 2, high: 2.5 });
  expect(lossAt(data, 31)).toBeNull();
  expect(lossAt(data, 10)).toBeNull();
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
