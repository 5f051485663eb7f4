import { expect, test } from 'vitest';

import type { WalkAnswer, WalkPhase } from '../protocol/messages';
import { grouped, phaseOf, sceneAt } from './walkScene';

const KINDS: readonly [WalkPhase['kind'], string | null][] = [
  ['input', null],
  ['forward', 'hidden'],
  ['forward', 'output'],
  ['prediction', 'output'],
  ['loss', 'output'],
  ['loss-gradient', 'output'],
  ['backward', 'output'],
  ['backward', 'hidden'],
  ['gradients', 'hidden'],
  ['gradients', 'output'],
  ['update', 'hidden'],
  ['update', 'output'],
  ['new-weights', null],
];
const phases = KINDS.map(([kind, layer]) => ({
  kind,
  layer,
  quantities: kind === 'backward' && layer === 'output' ? ['dz'] : [],
  title: kind,
  sentence: '',
  formula: '',
}));
const layers = [
  { layer: 'hidden', reads: ['input'] },
  { layer: 'output', reads: ['hidden'] },
];
const values = { phases, layers } as unknown as WalkAnswer;
const at = (kind: WalkPhase['kind'], layer: string | null) =>
  sceneAt(
    values,
    KINDS.findIndex(([one, where]) => one === kind && where === layer),
  );

test('on the way there a layer shows z and a, what is before it a, and what is behind it nothing', () => {
  const { units, flow } = at('forward', 'hidden');
  expect(units.get('hidden')).toMatchObject({ quantities: ['z', 'a'], isLit: true });
  expect(units.get('input')).toMatchObject({ quantities: ['a'], isLit: false, isPale: false });
  expect(units.has('output')).toBe(false);
  expect(flow).toEqual({ into: ['hidden'], from: null, way: 'forwards' });
});

test('on the way back δ comes through the edges to the layers that read', () => {
  const { units, edges, flow } = at('backward', 'hidden');
  expect(units.get('hidden')?.quantities).toEqual(['da', 'dz']);
  expect(units.get('output')).toMatchObject({ quantities: ['dz'], isPale: false });
  expect(units.get('input')).toMatchObject({ quantities: ['a'], isPale: true });
  expect(edges.get('output')).toBe('w');
  expect(flow).toEqual({ into: ['output'], from: 'hidden', way: 'backwards' });
});

test('where a loss is computed from z, the output layer has δ alone', () => {
  expect(at('backward', 'output').units.get('output')?.quantities).toEqual(['dz']);
});

test('a gradient is drawn between the two numbers that make it, and stays on the edges', () => {
  const first = at('gradients', 'hidden');
  expect(first.units.get('input')).toMatchObject({ quantities: ['a'], isPale: false });
  expect(first.units.get('hidden')).toMatchObject({ quantities: ['dz'], ofBias: ['gradient'] });
  expect([first.edges.get('hidden'), first.edges.get('output')]).toEqual(['gradient', 'w']);
  expect(at('gradients', 'output').edges.get('hidden')).toBe('gradient');
});

test('at the end all edges are new', () => {
  const { edges, flow } = at('new-weights', null);
  expect([...edges.values()]).toEqual(['new', 'new']);
  expect(flow.into).toEqual(['hidden', 'output']);
});

test('stops are grouped in order, with none left out', () => {
  const groups = grouped(phases);
  expect(groups.map(({ title, first }) => [title, first])).toEqual([
    ['Forwards', 0],
    ['Loss', 4],
    ['Backwards', 6],
    ['Gradients', 8],
    ['Update', 10],
  ]);
  expect(groups.flatMap((group) => group.phases)).toEqual(phases);
});

test('what opens is what the stop is about', () => {
  expect(phaseOf('forward', '')).toBe('z');
  expect(phaseOf('backward', '')).toBe('dz');
  expect(phaseOf('backward', 'kernel')).toBe('gradient');
  expect(phaseOf('update', 'bias')).toBe('update');
});
