import { describe, expect, it } from 'vitest';

import type { LayerVitals, Vitals } from '../protocol/messages';
import { layerColumns, merged, momentAt, singleColumns, singleNames, singleWords, thinned } from './vitals';

function moment(step: number, more: Partial<Vitals> = {}): Vitals {
  return {
    step,
    epoch: 0,
    learning_rate: 0.1,
    samples: 256,
    loss: 1,
    inputs: { largest: 1, least_deviation: 1, greatest_deviation: 1 },
    layers: [],
    parameters: [],
    ...more,
  };
}

const steps = (moments: readonly Vitals[]) => moments.map(({ step }) => step);

describe('merging', () => {
  it('appends what is later', () => {
    expect(steps(merged([moment(0), moment(5)], [moment(9), moment(12)]))).toEqual([0, 5, 9, 12]);
  });

  it('weaves in what lies between, and takes the newer answer of one step', () => {
    const known = [moment(0), moment(5, { loss: 3 }), moment(9)];
    const all = merged(known, [moment(5, { loss: 7 }), moment(7)]);
    expect(steps(all)).toEqual([0, 5, 7, 9]);
    expect(all[1]?.loss).toBe(7);
  });

  it('is the same list where nothing came', () => {
    const known = [moment(0)];
    expect(merged(known, [])).toBe(known);
  });

  it('stays within a bound, and keeps the first and the newest', () => {
    let all: readonly Vitals[] = [];
    for (let step = 0; step <= 1000; step += 1) all = merged(all, [moment(step)], 64);
    expect(all.length).toBeLessThanOrEqual(64);
    expect([all[0]?.step, all.at(-1)?.step]).toEqual([0, 1000]);
    expect(
      steps(
        thinned(
          [1, 2, 3].map((step) => moment(step)),
          1,
        ),
      ),
    ).toEqual([1, 3]);
  });
});

it('finds the last moment at or before a step', () => {
  const all = [moment(2), moment(5), moment(9)];
  expect([0, 2, 4, 5, 8, 9, 99].map((step) => momentAt(all, step)?.step ?? null)).toEqual([
    null,
    2,
    2,
    5,
    5,
    9,
    9,
  ]);
});

it('reads a number of some layers along the steps, and says where there is none', () => {
  const layer = (id: string, norm: number | null) => ({ layer: id, gradient_norm: norm }) as LayerVitals;
  const all = [
    moment(0, { layers: [layer('a', 1), layer('b', 2)] }),
    moment(5, { layers: [layer('a', null)] }),
  ];
  expect(layerColumns(all, ['b', 'a'], ({ gradient_norm }) => gradient_norm)).toEqual([
    [0, 5],
    [2, null],
    [1, null],
  ]);
});

describe('single numbers', () => {
  const all = [0, 1].map((step) =>
    moment(step, {
      parameters: [
        { layer: 'a', parameter: 'kernel', shape: [2, 3], values: [0, 1, 2, 3, 4, step] },
        { layer: 'a', parameter: 'bias', shape: [3], values: [10, 11, null] },
        { layer: 'b', parameter: 'bias', shape: [1], values: [7] },
      ],
    }),
  );

  it('are named by where they come from and their unit', () => {
    const names = singleNames(all[0] ?? null, 'a', null);
    expect(names).toHaveLength(9);
    expect(names.map(singleWords).slice(4)).toEqual([
      'weight 2 → 2',
      'weight 2 → 3',
      'bias 1',
      'bias 2',
      'bias 3',
    ]);
  });

  it('of one unit are the weights into it and its bias', () => {
    const names = singleNames(all[0] ?? null, 'a', 2);
    expect(names.map(singleWords)).toEqual(['weight 1 → 3', 'weight 2 → 3', 'bias 3']);
    expect(singleColumns(all, names)).toEqual([
      [0, 1],
      [2, 2],
      [0, 1],
      [null, null],
    ]);
  });
});
