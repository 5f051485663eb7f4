import { expect, it } from 'vitest';

import { Problem, problemSentence } from './api';

it('says row and column before the rule, but not the path of a field', () => {
  const problem = new Problem('Every row must have 2 cells, got 3.', 422, 'Row 3', 'Complete the row.');
  expect(problem.sentence).toBe('Row 3: Every row must have 2 cells, got 3. Complete the row.');
  const field = {
    kind: 'SpecError',
    message: '`units` must be at least 1.',
    place: 'network.layers[0].units',
    remedy: '',
  };
  expect(problemSentence(field)).toBe('units must be at least 1.');
});
