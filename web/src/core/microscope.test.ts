import { afterEach, expect, test } from 'vitest';

import type { LayerLook } from '../protocol/messages';
import { lookView, microscopeStore, want } from './microscope';

const look = (layer: string, start = 0, count = 8): LayerLook => ({ layer, start, count, channel: null });
const view = () => lookView(microscopeStore.getState());
const ends: (() => void)[] = [];
const wants = (...all: Parameters<typeof want>) => ends.push(want(...all));

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

test('nothing is asked for that nobody looks at', () => {
  expect(view()).toEqual({ microscope: null, predictions: false });
  const end = want({ layers: [look('conv')], show: ['kernels'] });
  expect(view().microscope?.show).toEqual(['kernels']);
  end();
  expect(view().microscope).toBeNull();
});

test('the wants of all parts are one question', () => {
  wants({ predictions: true });
  wants({ layers: [look('conv'), look('dense')], show: ['activations'] });
  wants({ layers: [look('output')], show: ['activations', 'kernels'] });
  expect(view().predictions).toBe(true);
  expect(view().microscope?.layers.map(({ layer }) => layer)).toEqual(['conv', 'dense', 'output']);
  expect(view().microscope?.show).toEqual(['activations', 'kernels']);
});

test('of two pages of one layer the chosen one is asked for, whoever came first', () => {
  wants({ layers: [look('conv', 32, 64)], show: ['activations'], leads: true });
  wants({ layers: [look('conv'), look('dense')], show: ['activations'] });
  expect(view().microscope?.layers).toEqual([look('conv', 32, 64), look('dense')]);
});
