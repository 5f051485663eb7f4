import { expect, it } from 'vitest';

import type { RunVersion, Spec } from '../protocol/messages';
import { specAt } from './versions';

it('finds the spec that a step was reached with', () => {
  const spec = (name: string) => ({ name }) as Spec;
  const versions: RunVersion[] = [
    { run: 'one', step: 0, changes: [], spec: spec('first') },
    { run: 'one', step: 100, changes: ['learning rate 0.01 → 0.1'], spec: spec('second') },
    { run: 'one', step: 100, changes: ['L2 0 → 0.1'], spec: spec('third') },
  ];
  expect(specAt(versions, 99)?.name).toBe('first');
  expect(specAt(versions, 100)?.name).toBe('third');
  expect(specAt([], 5)).toBeNull();
});
