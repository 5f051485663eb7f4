import { expect, it } from 'vitest';

import type { Spec } from '../protocol/messages';
import { isWorthKeeping, remedies } from './remedies';

const spec = (clip_norm: number | null) =>
  ({ training: { optimizer: { kind: 'sgd', learning_rate: 3 }, clip_norm } }) as unknown as Spec;

it('proposes a tenth of the learning rate, and a bound on the gradient unless there is one', () => {
  const [slower, bound] = remedies(spec(null));
  expect(slower?.title).toBe('Try learning rate 0.30');
  expect(slower?.apply(spec(null)).training.optimizer.learning_rate).toBe(0.3);
  expect(bound?.apply(spec(null)).training.clip_norm).toBe(1);
  expect(remedies(spec(0.5))).toHaveLength(1);
});

it('goes on only from weights that are no worse than the first', () => {
  expect(isWorthKeeping(0.7, 0.2)).toBe(true);
  expect(isWorthKeeping(0.7, 1e6)).toBe(false);
  expect(isWorthKeeping(0.7, null)).toBe(false);
  expect(isWorthKeeping(undefined, 0.2)).toBe(true);
});
