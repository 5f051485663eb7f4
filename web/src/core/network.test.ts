import { expect, it } from 'vitest';

import type { Spec } from '../protocol/messages';
import { addHiddenLayer, fitOutput, lastHiddenLayer, removeLayer, setUnits } from './network';

const spec = {
  network: {
    layers: [
      { kind: 'dense', id: 'hidden-1', inputs: null, units: 4, activation: 'tanh' },
      { kind: 'dense', id: 'output', inputs: null, units: 1, activation: 'sigmoid' },
    ],
  },
  training: { loss: { kind: 'auto' } },
} as unknown as Spec;
const ids = (changed: Spec) => changed.network.layers.map((layer) => layer.id);

it('adds a layer before the output, with a free name', () => {
  const added = addHiddenLayer(spec);
  expect(ids(added)).toEqual(['hidden-1', 'hidden-2', 'output']);
  expect(added.network.layers[1]).toMatchObject({ units: 4, activation: 'tanh' });
  expect(lastHiddenLayer(added)).toBe('hidden-2');
  expect(ids(removeLayer(added, 'hidden-2'))).toEqual(['hidden-1', 'output']);
});

it('keeps the number of units in its range', () => {
  expect(setUnits(spec, 0, 0).network.layers[0]).toMatchObject({ units: 1 });
  expect(setUnits(spec, 0, 99_999).network.layers[0]).toMatchObject({ units: 4096 });
});

it('fits the output to other data', () => {
  const three = fitOutput(spec, { task: 'multiclass', class_names: ['a', 'b', 'c'] });
  expect(three.network.layers[1]).toMatchObject({ units: 3, activation: 'softmax' });
  expect(fitOutput(three, { task: 'regression', class_names: [] }).network.layers[1]).toMatchObject({
    units: 1,
    activation: 'linear',
  });
  expect(fitOutput(spec, { task: 'binary', class_names: ['0', '1'] })).toBe(spec);
});
