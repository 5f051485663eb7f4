import { describe, expect, it } from 'vitest';

import { applyPatch, getAt, readPath, same, setAt, writePath } from './json';

const network = { layers: [{ id: 'a', units: 2 }, { id: 'b' }] };

describe('paths', () => {
  it('are written and read back', () => {
    const path = ['network', 'layers', 1, 'rate'];
    expect(writePath(path)).toBe('network.layers[1].rate');
    expect(readPath('network.layers[1].rate')).toEqual(path);
  });

  it('set a value without touching the original or what lies beside', () => {
    const changed = setAt(network, ['layers', 0, 'units'], 5);
    expect(getAt(changed, ['layers', 0, 'units'])).toBe(5);
    expect(network.layers[0]).toEqual({ id: 'a', units: 2 });
    expect(changed.layers[1]).toBe(network.layers[1]);
  });
});

describe('same', () => {
  it('ignores the order of keys and sees missing ones', () => {
    expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(false);
    expect(same([1, 2], [1])).toBe(false);
  });
});

describe('applyPatch', () => {
  it('adds, replaces, removes and appends', () => {
    const patched = applyPatch(network, [
      { op: 'replace', path: '/layers/0/units', value: 3 },
      { op: 'add', path: '/layers/1', value: { id: 'new' } },
      { op: 'remove', path: '/layers/2', value: null },
      { op: 'add', path: '/layers/-', value: { id: 'last' } },
    ]);
    expect(patched).toEqual({ layers: [{ id: 'a', units: 3 }, { id: 'new' }, { id: 'last' }] });
    expect(network.layers).toHaveLength(2);
  });

  it('refuses a place that does not exist', () => {
    expect(() => applyPatch(network, [{ op: 'add', path: '/layers/7', value: 1 }])).toThrow(
      'entry 7 of a list of 2',
    );
  });
});
