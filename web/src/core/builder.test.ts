import { expect, it } from 'vitest';

import type { CheckResult, Examination, Layer } from '../protocol/messages';
import { copied, dropped, outcomeOf, removed, sameTarget } from './builder';
import { grouped, summary } from './layerWords';

const layer = (id: string, kind = 'dense') => ({ id, kind, inputs: null }) as unknown as Layer;
const chain = [layer('a'), layer('b')];
const fresh = layer('new');
const ids = (edited: ReturnType<typeof dropped>) =>
  edited !== null && 'layers' in edited ? edited.layers.map(({ id }) => id) : edited;

it('drops a new layer on a wire, after a block, or before the output', () => {
  const dragged = { what: 'new', layer: fresh } as const;
  const wire = { from: 'input', to: 'a' };
  expect(ids(dropped(chain, dragged, { on: 'wire', wire }))).toEqual(['new', 'a', 'b']);
  expect(ids(dropped(chain, dragged, { on: 'block', id: 'b' }))).toEqual(['a', 'b', 'new']);
  expect(ids(dropped(chain, dragged, { on: 'canvas' }))).toEqual(['a', 'new', 'b']);
});

it('moves and wires only where something is meant', () => {
  expect(ids(dropped(chain, { what: 'move', id: 'a' }, { on: 'block', id: 'b' }))).toEqual(['b', 'a']);
  expect(dropped(chain, { what: 'move', id: 'a' }, { on: 'canvas' })).toBeNull();
  expect(dropped(chain, { what: 'wire', from: 'a' }, { on: 'canvas' })).toBeNull();
  expect(dropped(chain, { what: 'wire', from: 'b' }, { on: 'block', id: 'a' })).toHaveProperty('problem');
});

it('says of a candidate what is new about it', () => {
  const finding = (message: string) => ({ severity: 'error', message });
  const before = { findings: [finding('old')] } as unknown as Examination;
  const check = (findings: unknown[]) =>
    ({
      problem: null,
      examination: { findings, layers: [{ layer: 'new', output_shape: [4, 4, 8], parameters: 1200 }] },
    }) as unknown as CheckResult;
  expect(outcomeOf(check([finding('old')]), before, 'new')).toEqual({
    tone: 'fits',
    text: 'Gives 4×4×8 · 1,200 parameters',
  });
  expect(outcomeOf(check([finding('old'), finding('`a` is small')]), before, 'new')).toEqual({
    tone: 'error',
    text: 'a is small',
  });
});

it('names copies, and selects what stood before a deleted layer', () => {
  expect(copied([layer('conv-1'), layer('conv-2')], 'conv-1').id).toBe('conv-3');
  expect(removed(chain, 'b').block).toBe('a');
  expect(removed(chain, 'a').block).toBe('b');
  expect(removed([layer('a')], 'a').block).toBeNull();
});

it('tells targets apart', () => {
  const wire = { on: 'wire', wire: { from: 'a', to: 'b' } } as const;
  expect(sameTarget(wire, { on: 'wire', wire: { from: 'a', to: 'b' } })).toBe(true);
  expect(sameTarget(wire, { on: 'wire', wire: { from: 'a', to: 'c' } })).toBe(false);
  expect(sameTarget({ on: 'block', id: 'a' }, { on: 'canvas' })).toBe(false);
});

it('describes a layer by its numbers', () => {
  const conv = { id: 'c', kind: 'conv2d', filters: 16, kernel_size: 3, stride: 2, activation: 'relu' };
  expect(summary(conv as unknown as Layer)).toBe('16 filters, 3×3, stride 2, relu');
  expect(summary({ id: 'd', kind: 'dense', units: 1, activation: 'linear' } as unknown as Layer)).toBe(
    '1 unit',
  );
  expect(summary({ id: 'r', kind: 'dropout', rate: 0.25 } as unknown as Layer)).toBe('rate 0.25');
});

it('keeps a kind that belongs to no group', () => {
  const groups = grouped([
    { kind: 'dense', schema: {} },
    { kind: 'unheard-of', schema: {} },
  ]);
  expect(groups.map(({ title }) => title)).toEqual(['Core', 'More']);
});
