import { expect, it } from 'vitest';

import { edgeAt, edges, weightScale } from './edges';
import { curvePoint, edgeCurve, layOut } from './networkLayout';

const layout = layOut(
  [
    { id: 'input', inputs: [], units: 2, dense: false, unfolded: false },
    { id: 'hidden', inputs: ['input'], units: 3, dense: true, unfolded: false },
    { id: 'drop', inputs: ['hidden'], units: 3, dense: false, unfolded: false },
  ],
  600,
  300,
);
const kernel = { data: Float32Array.of(1, 2, 3, -4, 5, -6), shape: [2, 3], scale: 1, zero: 0 };
const kernels = new Map([['hidden', kernel]]);

it('reads each weight at (feature, unit)', () => {
  const found = [...edges(layout, kernels)].filter(({ ref }) => ref.layer === 'hidden');
  expect(found).toHaveLength(6);
  expect(found.find(({ ref }) => ref.from === 1 && ref.unit === 2)?.weight).toBe(-6);
});

it('joins layers without weights one to one', () => {
  const found = [...edges(layout, kernels)].filter(({ ref }) => ref.layer === 'drop');
  expect(found.map(({ ref, weight }) => [ref.from, ref.unit, weight])).toEqual([
    [0, 0, null],
    [1, 1, null],
    [2, 2, null],
  ]);
});

it('finds the edge under the pointer, and has a round scale', () => {
  const from = layout.columns[0]?.spots[0];
  const to = layout.columns[1]?.spots[2];
  if (!from || !to) throw new Error('no spots');
  const [x, y] = curvePoint(edgeCurve(layout, from, to), 0.8);
  expect(edgeAt(layout, kernels, x, y)).toEqual({ layer: 'hidden', from: 0, unit: 2 });
  expect(edgeAt(layout, kernels, 0, 0)).toBeNull();
  expect(weightScale([kernel])).toBe(10);
});
