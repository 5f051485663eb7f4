import { expect, it } from 'vitest';

import { begin, edited, redone, undone } from './history';

it('goes back and forth', () => {
  let history = edited(edited(begin(1), 2), 3);
  history = undone(undone(history));
  expect(history.present).toBe(1);
  expect(undone(history)).toBe(history);
  history = redone(history);
  expect(history.present).toBe(2);
  expect(edited(history, 9).future).toEqual([]);
});

it('takes the edits of one slider as one step', () => {
  let history = begin(0);
  for (const value of [1, 2, 3]) history = edited(history, value, 'noise');
  expect(undone(history).present).toBe(0);
  history = edited(edited(history, 4, 'seed'), 5, 'noise');
  expect(undone(history).present).toBe(4);
  // After undo a new drag is a new step, even of the same slider.
  expect(undone(edited(undone(history), 6, 'seed')).present).toBe(4);
});
