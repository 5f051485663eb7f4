import { expect, test } from 'vitest';

import { NewestOnly } from './looks';

test('while one is under way, only the newest of those that come is kept', async () => {
  const done: number[] = [];
  const ends: (() => void)[] = [];
  const newest = new NewestOnly<number>((wanted) => {
    done.push(wanted);
    return new Promise((end) => ends.push(end));
  });
  const finish = async () => {
    ends.shift()?.();
    await new Promise((later) => setTimeout(later));
  };
  for (const wanted of [1, 2, 3, 4]) newest.push(wanted);
  expect(done).toEqual([1]);
  await finish();
  expect(done).toEqual([1, 4]);
  await finish();
  expect(done).toEqual([1, 4]);
  newest.push(5);
  expect(done).toEqual([1, 4, 5]);
});
