import { describe, expect, it } from 'vitest';

import type { Layer } from '../protocol/messages';
import {
  connect,
  disconnect,
  duplicate,
  type Edited,
  insertAfter,
  insertOn,
  moveAfter,
  moveOnto,
  moveStep,
  remove,
  rename,
  wiresOf,
} from './graph';

/** `a` reads the layer before it, `b:a,input` reads what it names; `add…` merges. */
function network(...words: string[]): readonly Layer[] {
  return words.map((word) => {
    const [id = '', reads] = word.split(':');
    const kind = id.startsWith('add') ? 'add' : 'dense';
    return { id, kind, inputs: reads === undefined ? null : reads.split(',') } as unknown as Layer;
  });
}

function words(layers: readonly Layer[]): string[] {
  return layers.map(({ id, inputs }) => (inputs === null ? id : `${id}:${inputs.join(',')}`));
}

function done(edited: Edited): string[] {
  if ('problem' in edited) throw new Error(edited.problem);
  return words(edited.layers);
}

function refused(edited: Edited): string {
  return 'problem' in edited ? edited.problem : '';
}

const [fresh] = network('new') as [Layer];
const chain = network('a', 'b', 'c');
const residual = network('a', 'b', 'c', 'add:c,a', 'out');

describe('wires', () => {
  it('fills in the layer before, and the input before the first', () => {
    expect(wiresOf(residual).map(({ from, to }) => `${from}>${to}`)).toEqual([
      'input>a',
      'a>b',
      'b>c',
      'c>add',
      'a>add',
      'add>out',
    ]);
  });
});

describe('a new layer', () => {
  it('is read in the place of what it reads', () => {
    expect(words(insertOn(chain, fresh, { from: 'a', to: 'b' }))).toEqual(['a', 'new', 'b', 'c']);
    expect(words(insertOn(chain, fresh, { from: 'input', to: 'a' }))).toEqual(['new', 'a', 'b', 'c']);
  });

  it('on a shortcut leaves the trunk as it was', () => {
    expect(words(insertOn(residual, fresh, { from: 'a', to: 'add' }))).toEqual([
      'a',
      'b',
      'c',
      'new:a',
      'add:c,new',
      'out',
    ]);
  });

  it('after a layer is read by all that read it', () => {
    expect(words(insertAfter(residual, fresh, 'a'))).toEqual(['a', 'new', 'b', 'c', 'add:c,new', 'out']);
    expect(words(insertAfter(chain, fresh, 'input'))).toEqual(['new', 'a', 'b', 'c']);
    expect(words(insertAfter(chain, fresh, 'c'))).toEqual(['a', 'b', 'c', 'new']);
    expect(words(insertAfter([], fresh, 'input'))).toEqual(['new']);
  });
});

describe('a layer that goes', () => {
  it('hands on what it read', () => {
    expect(words(remove(chain, 'b'))).toEqual(['a', 'c']);
    expect(words(remove(residual, 'b'))).toEqual(['a', 'c', 'add:c,a', 'out']);
    expect(words(remove(network('a', 'b:input', 'add:a,b'), 'b'))).toEqual(['a', 'add:a,input']);
  });

  it('hands on its trunk to a layer that reads one', () => {
    expect(words(remove(residual, 'add'))).toEqual(['a', 'b', 'c', 'out']);
  });

  it('leaves no wire twice', () => {
    expect(words(remove(network('a', 'b', 'add:b,a'), 'b'))).toEqual(['a', 'add']);
  });
});

describe('a copy', () => {
  it('stands after its model', () => {
    expect(words(duplicate(chain, 'a', 'new'))).toEqual(['a', 'new', 'b', 'c']);
    expect(words(duplicate(residual, 'c', 'new'))).toEqual(['a', 'b', 'c', 'new', 'add:new,a', 'out']);
  });

  it('of a merging layer merges its model with the same shortcut', () => {
    expect(words(duplicate(residual, 'add', 'add-2'))).toEqual([
      'a',
      'b',
      'c',
      'add:c,a',
      'add-2:add,a',
      'out',
    ]);
  });
});

describe('a wire', () => {
  it('is another input of a merging layer, and the only one of the rest', () => {
    expect(done(connect(residual, { from: 'b', to: 'add' }))).toEqual(['a', 'b', 'c', 'add:c,a,b', 'out']);
    expect(done(connect(chain, { from: 'a', to: 'c' }))).toEqual(['a', 'b', 'c:a']);
  });

  it('to a layer that stands before moves it behind', () => {
    expect(done(connect(network('add', 'b:input', 'out:add'), { from: 'b', to: 'add' }))).toEqual([
      'b',
      'add:input,b',
      'out',
    ]);
  });

  it('never makes a circle', () => {
    expect(refused(connect(chain, { from: 'c', to: 'a' }))).toContain('circle');
    expect(refused(connect(chain, { from: 'b', to: 'b' }))).toContain('itself');
    expect(refused(connect(chain, { from: 'b', to: 'input' }))).toContain('input');
    expect(refused(connect(residual, { from: 'a', to: 'add' }))).toContain('already');
  });

  it('can be taken from a layer that reads several', () => {
    expect(done(disconnect(residual, { from: 'a', to: 'add' }))).toEqual(['a', 'b', 'c', 'add', 'out']);
    expect(refused(disconnect(chain, { from: 'a', to: 'b' }))).toContain('must read something');
  });
});

describe('a layer that moves', () => {
  it('closes its place and stands on the wire', () => {
    expect(done(moveOnto(chain, 'c', { from: 'input', to: 'a' }))).toEqual(['c', 'a', 'b']);
    expect(done(moveOnto(chain, 'a', { from: 'b', to: 'c' }))).toEqual(['b', 'a', 'c']);
    expect(done(moveOnto(chain, 'a', { from: 'a', to: 'b' }))).toEqual(['a', 'b', 'c']);
    expect(done(moveAfter(chain, 'a', 'c'))).toEqual(['b', 'c', 'a']);
  });

  it('goes one place up or down, out of a branch too', () => {
    expect(done(moveStep(chain, 'b', 'up'))).toEqual(['b', 'a', 'c']);
    expect(done(moveStep(chain, 'b', 'down'))).toEqual(['a', 'c', 'b']);
    expect(done(moveStep(residual, 'c', 'down'))).toEqual(['a', 'b', 'add:b,a', 'c', 'out']);
    expect(refused(moveStep(chain, 'a', 'up'))).toContain('input');
    expect(refused(moveStep(chain, 'c', 'down'))).toContain('output');
  });

  it('that merges keeps its other inputs, and is never moved before them', () => {
    expect(done(moveStep(residual, 'add', 'down'))).toEqual(['a', 'b', 'c', 'out', 'add:out,a']);
    expect(refused(moveOnto(residual, 'add', { from: 'input', to: 'a' }))).toContain('circle');
  });
});

it('gives a layer another name everywhere', () => {
  expect(words(rename(residual, 'a', 'stem'))).toEqual(['stem', 'b', 'c', 'add:c,stem', 'out']);
});
