import { describe, expect, it } from 'vitest';

import type { BoundaryPart, DatasetPreview } from '../protocol/messages';
import { placesOf, planeOf } from './plane';

const column = (name: string, low: number, high: number) => ({ name, low, high, read_as: 'numeric' });

const wide = {
  task: 'multiclass',
  raw_names: ['length', 'width', 'depth'],
  target_name: 'kind',
  class_names: ['a', 'b', 'c'],
  columns: [column('length', 0, 10), column('width', 0, 1), column('depth', -5, 5)],
  points: {
    inputs: [
      [1, 2],
      [0.1, 0.2],
      [-1, null],
    ],
    target: [0, 2],
    validation: [false, true],
    components: [
      [0, 20],
      [4, 5],
    ],
  },
} as unknown as DatasetPreview;

const part = (x: string, y: string | null): BoundaryPart => ({
  x: { name: x, low: -1, high: 1 },
  y: y === null ? null : { name: y, low: -2, high: 2 },
  description: '',
});

describe('the plane of the plot', () => {
  it('shows samples where they are projected to', () => {
    const plane = planeOf(part('component 1', 'component 2'), wide, 'pca');
    expect(plane.columns).toBeNull();
    expect(placesOf(wide, plane)).toEqual({ xs: [0, 20], ys: [4, 5] });
  });

  it('covers the samples before there is a picture', () => {
    const { x, y } = planeOf(null, wide, 'pca');
    expect([x.low, x.high, x.name, y.name]).toEqual([-1, 21, 'component 1', 'component 2']);
  });

  it('shows samples by the two inputs that were chosen', () => {
    const plane = planeOf(part('depth', 'length'), wide, [2, 0]);
    expect(plane.columns).toEqual([2, 0]);
    expect(placesOf(wide, plane)).toEqual({ xs: [-1, null], ys: [1, 2] });
  });

  it('is that of the picture while other axes are on their way', () => {
    expect(planeOf(part('component 1', 'component 2'), wide, [0, 1]).columns).toBeNull();
    expect(planeOf(part('length', 'width'), wide, 'pca').columns).toEqual([0, 1]);
    expect(planeOf(part('length', 'width'), wide, [0, 2]).columns).toEqual([0, 1]);
  });

  it('of one input puts classes between 0 and 1', () => {
    const plane = planeOf(part('length', null), wide, [0, 1]);
    expect(plane.isLine).toBe(true);
    expect(placesOf(wide, plane).ys).toEqual([0, 1]);
  });
});
