import { describe, expect, it } from 'vitest';

import type { Layer } from '../protocol/messages';
import { drawn, fold, repeatsOf } from './repeats';

const layer = (id: string, kind = 'dense', inputs: readonly string[] | null = null) =>
  ({ kind, id, inputs, units: kind === 'dense' ? 8 : undefined }) as unknown as Layer;

const chain = (length: number) => Array.from({ length }, (_, at) => layer(`hidden-${at + 1}`));

/** A stem, so many blocks with a way around each, a head. */
function residual(blocks: number): Layer[] {
  const layers = [layer('stem', 'conv2d')];
  for (let block = 1; block <= blocks; block++) {
    const before = layers.at(-1)?.id ?? '';
    layers.push(layer(`${block}a`, 'conv2d'), layer(`${block}b`, 'batch-norm'));
    layers.push(layer(`sum-${block}`, 'add', [`${block}b`, before]));
  }
  return [...layers, layer('flat', 'flatten'), layer('output')];
}

describe('repeats', () => {
  it('are layers that differ in nothing but their names', () => {
    const output = { ...layer('output'), units: 1 } as Layer;
    expect(repeatsOf([...chain(20), output])).toEqual([
      { ids: chain(20).map(({ id }) => id), period: 1, times: 20 },
    ]);
  });

  it('may be several layers with wires around them', () => {
    const [repeat, ...others] = repeatsOf(residual(6));
    expect(others).toEqual([]);
    expect([repeat?.period, repeat?.times]).toEqual([3, 6]);
    expect([repeat?.ids[0], repeat?.ids.at(-1)]).toEqual(['1a', 'sum-6']);
  });

  it('end where a layer reads another place', () => {
    const layers = residual(6);
    const odd = layers.map((one) => (one.id === 'sum-4' ? layer('sum-4', 'add', ['4b', 'stem']) : one));
    // The rows before and after are too short, or begin after the odd one.
    for (const { ids } of repeatsOf(odd)) expect(ids).not.toContain('sum-4');
  });

  it('are left alone in a short network', () => {
    expect(repeatsOf(chain(16))).toEqual([]);
  });
});

describe('a folded network', () => {
  const layers = residual(6);
  const folded = fold(layers, repeatsOf(layers));

  it('has one block for all of a repeat', () => {
    expect(folded.ids).toEqual(['stem', 'sum-6', 'flat', 'output']);
    expect(folded.hosts.get('3a')).toBe('sum-6');
  });

  it('draws one true wire between two blocks', () => {
    expect(folded.wires).toEqual([
      { from: 'input', to: 'stem' },
      { from: 'stem', to: '1a' },
      { from: 'sum-6', to: 'flat' },
      { from: 'flat', to: 'output' },
    ]);
    expect(drawn(folded.hosts, { from: 'stem', to: '1a' })).toEqual({ from: 'stem', to: 'sum-6' });
  });

  it('is the network itself where nothing is folded', () => {
    expect(fold(layers, []).ids).toHaveLength(layers.length);
  });
});
