import { describe, expect, it } from 'vitest';

import type { FrameArray } from '../protocol/frames';
import { classMeans, warpedRange, type WarpedScene } from './warped';

const array = (data: number[], shape: number[]): FrameArray => ({
  data: Float32Array.from(data),
  shape,
  scale: 1,
  zero: 0,
});

const scene = (seen_as: WarpedScene['part']['seen_as']): WarpedScene => ({
  part: {
    layer: 'hidden',
    units: [0, 2],
    count: 3,
    seen_as,
    x: 'x',
    y: 'y',
    training: 2,
    problem: '',
  },
  grid: array([0, -4, 2, -2, NaN, 0, 10, 4], [2, 2, 2]),
  samples: array([1, 2, 3, 6, 5, 0], [3, 2]),
  targets: array([0, 1, 1], [3]),
});

describe('the range of a unit', () => {
  it('is that of its function, so that the axis stands still', () => {
    expect(warpedRange(scene('activations'), 0, 'tanh')).toEqual({ low: -1.08, high: 1.08 });
    expect(warpedRange(scene('activations'), 1, 'sigmoid').high).toBeCloseTo(1.04);
  });

  it('is that of the grid where the function has none', () => {
    for (const [seen, activation] of [
      ['activations', 'relu'],
      ['pre-activations', 'tanh'],
    ] as const) {
      expect(warpedRange(scene(seen), 0, activation)).toEqual({ low: -0.5, high: 10.5 });
      expect(warpedRange(scene(seen), 1, activation)).toEqual({ low: -4.4, high: 4.4 });
    }
  });
});

it('says where the classes lie', () => {
  expect(classMeans(scene('activations'), 2)).toEqual([
    { label: 0, samples: 1, means: [1, 2] },
    { label: 1, samples: 2, means: [4, 3] },
  ]);
});
