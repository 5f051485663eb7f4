import { describe, expect, it } from 'vitest';

import type { CheckResult, Layer, Spec } from '../protocol/messages';
import { hasSevenPanels, pictureCount, usualEvery } from './sevenPanels';

const dense = (id: string, units: number, inputs: readonly string[] | null = null) =>
  ({ kind: 'dense', id, units, inputs }) as unknown as Layer;

const spec = (layers: readonly Layer[], data = 'parabola') =>
  ({ data: { kind: data }, network: { layers } }) as unknown as Spec;

const check = (...shape: number[]) =>
  ({ examination: { layers: [{ input_shapes: [shape] }] } }) as unknown as CheckResult;

describe('networks with seven panels', () => {
  const plain = [dense('hidden', 10), dense('output', 1)];

  it('are small chains of dense layers', () => {
    expect(hasSevenPanels(spec(plain), check(1))).toBe(true);
    expect(hasSevenPanels(spec([dense('a', 32), dense('b', 8, ['a']), dense('c', 3)]), check(32))).toBe(true);
    const dropout = { kind: 'dropout', id: 'drop', inputs: null } as unknown as Layer;
    expect(hasSevenPanels(spec([dense('a', 4), dropout, dense('b', 1)]), check(2))).toBe(true);
  });

  it('are no others', () => {
    const norm = { kind: 'batch-norm', id: 'norm', inputs: null } as unknown as Layer;
    for (const [layers, shape] of [
      [[dense('a', 33), dense('b', 1)], [1]],
      [[dense('b', 1)], [1]],
      [[dense('a', 2), dense('b', 2), dense('c', 2), dense('d', 2), dense('e', 2), dense('f', 1)], [1]],
      [plain, [33]],
      [plain, [8, 8, 1]],
      [[dense('a', 2), norm, dense('b', 1)], [2]],
      [[dense('a', 2), dense('b', 2, ['input']), dense('c', 1)], [2]],
    ] as const)
      expect(hasSevenPanels(spec(layers), check(...shape))).toBe(false);
    expect(hasSevenPanels(spec(plain, 'images'), check(4))).toBe(false);
    expect(hasSevenPanels(spec(plain), null)).toBe(false);
  });
});

describe('a film', () => {
  it('has a picture of every fifth state, or of fewer of a long training', () => {
    expect([0, 101, 200, 205, 1000, 8000].map(usualEvery)).toEqual([5, 5, 5, 10, 50, 200]);
    expect(pictureCount(101, usualEvery(101))).toBe(21);
  });
});
