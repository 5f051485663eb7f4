import { describe, expect, it } from 'vitest';

import type { Spec } from '../protocol/messages';
import { changeWords, interventions, isLive } from './changes';
import { setAt } from './json';

const spec = {
  format: 1,
  name: '',
  seed: 0,
  data: { kind: 'circle', noise: 0 },
  network: { layers: [{ kind: 'dropout', id: 'drop', inputs: null, rate: 0.2 }] },
  training: {
    loss: { kind: 'auto' },
    optimizer: { kind: 'momentum', learning_rate: 0.01, momentum: 0.9 },
    schedule: { kind: 'constant' },
    batch_size: 10,
    epochs: 400,
    l1: 0,
    l2: 0,
    clip_norm: null,
    clip_value: null,
    early_stopping: null,
  },
} as unknown as Spec;

const set = (path: (string | number)[], value: unknown) => setAt(spec, path, value);

describe('interventions', () => {
  it('names only the number that changed', () => {
    expect(interventions(spec, set(['training', 'optimizer', 'momentum'], 0.5))).toEqual([
      { kind: 'set', path: 'training.optimizer.momentum', value: 0.5 },
    ]);
    expect(interventions(spec, set(['network', 'layers', 0, 'rate'], 0.5))).toEqual([
      { kind: 'set', path: 'network.layers[0].rate', value: 0.5 },
    ]);
  });

  it('sends another kind, or a part that was absent, as a whole', () => {
    const adam = { kind: 'adam', learning_rate: 0.01 };
    expect(interventions(spec, set(['training', 'optimizer'], adam))).toEqual([
      { kind: 'set', path: 'training.optimizer', value: adam },
    ]);
    const stopping = { patience: 20, min_delta: 0 };
    expect(interventions(spec, set(['training', 'early_stopping'], stopping))).toEqual([
      { kind: 'set', path: 'training.early_stopping', value: stopping },
    ]);
  });

  it('says where new weights are needed', () => {
    for (const other of [
      set(['seed'], 1),
      set(['data', 'noise'], 0.1),
      set(['training', 'loss'], { kind: 'huber', delta: 1 }),
      set(['network', 'layers', 0, 'id'], 'other'),
      set(['network', 'layers'], []),
    ]) {
      expect(interventions(spec, other)).toBeNull();
    }
  });

  it('takes the name of a training as no change', () => {
    expect(interventions(spec, set(['name'], 'mine'))).toEqual([]);
  });
});

it('knows which fields are live', () => {
  expect(isLive(['training', 'optimizer', 'learning_rate'])).toBe(true);
  expect(isLive(['training', 'loss'])).toBe(false);
  expect(isLive(['network', 'layers', 0, 'frozen'])).toBe(true);
  expect(isLive(['network', 'layers', 0, 'units'])).toBe(false);
});

it('says a change in a few words', () => {
  const set = (path: string, value: unknown) => changeWords({ kind: 'set', path, value });
  expect(set('training.optimizer.learning_rate', 0.03)).toBe('learning rate 0.03');
  expect(set('training.l2', 1e-7)).toBe('L2 1e−7');
  expect(set('training.optimizer', { kind: 'sgd', learning_rate: 0.1 })).toBe('optimizer sgd');
  expect(set('network.layers[1].frozen', true)).toBe('frozen on');
  expect(set('training.clip_norm', null)).toBe('clip norm off');
  const edit = { kind: 'edit', layer: 'hidden-1', parameter: 'kernel', index: [0, 0], value: -1.5 } as const;
  expect(changeWords(edit)).toBe('weight of hidden-1 −1.5');
  expect(changeWords({ ...edit, parameter: 'depthwise_kernel' })).toBe('weight of hidden-1 −1.5');
  expect(changeWords({ ...edit, parameter: 'scale' })).toBe('scale of hidden-1 −1.5');
});
