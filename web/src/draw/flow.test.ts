import { describe, expect, it } from 'vitest';

import { shareOf, spans } from './flow';
import { decades, decadeTicks, logShare } from './flowScale';

describe('decades', () => {
  it('are whole ones around the values', () => {
    expect(decades([0.0031, 0.2, null, 0])).toEqual({ low: 1e-3, high: 1 });
    expect(decades([0.01, 0.1])).toEqual({ low: 1e-2, high: 1e-1 });
  });

  it('are one at least, and so many at most', () => {
    expect(decades([1])).toEqual({ low: 0.1, high: 1 });
    expect(decades([1e-30, 1], 6)).toEqual({ low: 1e-6, high: 1 });
    expect(decades([null, 0, Number.NaN])).toEqual({ low: 1e-4, high: 1 });
  });

  it('are named by powers of ten, not by more than fit', () => {
    expect(decadeTicks({ low: 1e-3, high: 1 }, 8)).toEqual([1e-3, 1e-2, 1e-1, 1]);
    expect(decadeTicks({ low: 1e-7, high: 10 }, 5)).toEqual([1e-6, 1e-4, 1e-2, 1]);
  });
});

describe('the place of a value', () => {
  const range = { low: 1e-4, high: 1 };

  it('is its share of the decades', () => {
    expect(logShare(1e-2, range)).toBeCloseTo(0.5);
    expect(logShare(1e-9, range)).toBe(0);
    expect(logShare(0, range)).toBeNull();
    expect(logShare(null, range)).toBeNull();
  });

  it('of a zero is the low end where it is a shade, and none where there is no value', () => {
    expect(shareOf(0, { kind: 'log', range })).toBe(0);
    expect(shareOf(null, { kind: 'log', range })).toBeNull();
    expect(shareOf(0.25, { kind: 'share', range: { low: 0, high: 1 } })).toBe(0.25);
  });
});

it('a moment is drawn until the next one, the newest to the end', () => {
  expect(spans([0, 25, 50, 100], { low: 0, high: 100 }, 200)).toEqual([
    [0, 50],
    [50, 100],
    [100, 200],
    [200, 200],
  ]);
});
