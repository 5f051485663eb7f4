import { expect, it } from 'vitest';

import { labelsOf, scaleOf } from './labScale';

function grid(f: (x: number, y: number) => number, reach: number): Float32Array {
  const size = 61;
  const at = (index: number) => reach * ((2 * index) / (size - 1) - 1);
  return Float32Array.from({ length: size * size }, (_, index) =>
    f(at(index % size), at(Math.floor(index / size))),
  );
}

it('spaces levels evenly where the values spread evenly', () => {
  const scale = scaleOf(grid((x, y) => x * x - y * y, 3));
  expect(scale.isLog).toBe(false);
  const gaps = scale.levels.slice(1).map((level, index) => level - (scale.levels[index] ?? 0));
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeCloseTo(0);
  expect(scale.share(0)).toBeCloseTo(0.5, 1);
});

it('is logarithmic above the least value where the range is large, and says so', () => {
  const scale = scaleOf(grid((x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, 2));
  expect(scale.isLog).toBe(true);
  expect(scale.sentence).toMatch(/^Logarithmic above/);
  expect(scale.levels.length).toBeGreaterThan(6);
  expect(scale.levels.length).toBeLessThan(16);
  const shares = scale.levels.map((level) => scale.share(level));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(scale.share(scale.low)).toBe(0);
  expect(scale.share(scale.high)).toBe(1);
  expect(scale.isHeightLog).toBe(true);
});

it('leaves a bowl its form where its levels are logarithmic', () => {
  const scale = scaleOf(grid((x, y) => x * x + y * y, 3));
  expect(scale.isLog).toBe(true);
  expect(scale.isHeightLog).toBe(false);
  expect(scale.height(9)).toBeCloseTo(0.5);
});

it('cuts the ends off where a pole would take all of the scale, and says so', () => {
  const scale = scaleOf(grid((x, y) => y - 1e-6 / (x * x + y * y + 1e-12), 1));
  expect(scale.low).toBeGreaterThan(-2);
  expect(scale.sentence).toContain('beyond the ends');
  expect(scale.share(-1e6)).toBe(0);
});

it('stands what is not finite, and what is the same everywhere', () => {
  expect(scaleOf(new Float32Array([NaN, Infinity])).sentence).toContain('finite nowhere');
  expect(scaleOf(new Float32Array([2, 2, NaN])).share(2)).toBe(0.5);
});

it('prints no more labels than there is room for', () => {
  const scale = scaleOf(grid((x, y) => x * x + 100 * y * y, 10));
  expect(labelsOf(scale, 4).length).toBeLessThanOrEqual(4);
  expect(labelsOf(scale, 4)[0]?.share).toBe(0);
});
