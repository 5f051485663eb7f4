import { expect, it } from 'vitest';

import type { RunEntry, RunOrigin } from '../../protocol/messages';
import { branchesOf, familyOf } from './branches';

function run(id: string, origin: RunOrigin | null = null): RunEntry {
  return {
    id,
    name: id.toUpperCase(),
    state: 'paused',
    step: 900,
    epochs: 9,
    created: 0,
    bytes: 0,
    origin,
    tags: [],
    remark: '',
    hidden: false,
    part: null,
    loss: null,
    accuracy: null,
  };
}

const runs = [
  run('late', { run: 'first', step: 500 }),
  run('early', { run: 'first', step: 100 }),
  run('deep', { run: 'early', step: 200 }),
  run('first'),
  run('other'),
  run('orphan', { run: 'deleted', step: 7 }),
];

it('lists what branched off a run by step', () => {
  expect(branchesOf(runs, 'first').map(({ id, step }) => [id, step])).toEqual([
    ['early', 100],
    ['late', 500],
  ]);
  expect(branchesOf(runs, 'other')).toEqual([]);
});

it('gives the same tree from each of its runs', () => {
  for (const from of ['first', 'deep', 'late']) {
    const rows = familyOf(runs, from).map((row) => `${' '.repeat(row.depth)}${row.run.id}`);
    expect(rows).toEqual(['first', ' early', '  deep', ' late']);
  }
});

it('begins with a run whose parent is gone', () => {
  expect(familyOf(runs, 'orphan').map((row) => row.origin)).toEqual([{ run: 'deleted', step: 7 }]);
  expect(familyOf(runs, 'unknown')).toEqual([]);
});
