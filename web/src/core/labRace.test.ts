import { expect, it } from 'vitest';

import type { RaceRun } from './labApi';
import { bestOf, csvOf, placeAt, reachedAt, sentenceOfRacer } from './labRace';

/** Two racers on f = x, with the minimum at 0: one walks 4, 2, 1, 0; the other leaves the plane after a step. */
function race(): RaceRun {
  const own = [4, 2, 1, 0];
  const lost = [4, -9, NaN, NaN];
  const path = [...own, ...lost].flatMap((x) => [x, 0, x]);
  const part = { optimizer: 'sgd', y: 0, best_f: 0, best_step: 0, gradient_norm: null };
  return {
    race: {
      surface: { kind: 'expression', text: 'x', domain: { x: [-1, 1], y: [-1, 1] } },
      racers: [],
      start: [4, 0],
      steps: 3,
      seed: 0,
      noise: { kind: 'none' },
    },
    part: {
      steps: 3,
      minima: [{ x: 0, y: 0, f: 0, found: false }],
      racers: [
        { ...part, name: 'A, slow', points: 4, ended: null, x: 0, f: 0, distance: 0 },
        {
          ...part,
          name: 'B',
          points: 2,
          ended: { step: 2, reason: 'left-plane', message: 'B leaves the plane at step 2.' },
          x: -9,
          f: -9,
          distance: 9,
        },
      ],
    },
    path: Float64Array.from(path),
    gradientNorm: Float64Array.from([1, 1, 1, 1, 1, 1, NaN, NaN]),
    stepLength: Float64Array.from([0, 2, 1, 1, 0, 13, NaN, NaN]),
    distance: Float64Array.from([4, 2, 1, 0, 4, 9, NaN, NaN]),
  };
}

it('moves evenly between two steps, and stays where a path ends', () => {
  expect(placeAt(race(), 0, 1.5)).toEqual({ x: 1.5, y: 0, f: 1.5 });
  expect(placeAt(race(), 1, 2.7).x).toBe(-9);
  expect(placeAt(race(), 0, 99).x).toBe(0);
});

it('says who reached a minimum, and when', () => {
  expect(reachedAt(race(), 0, 1)).toBe(2);
  expect(reachedAt(race(), 1, 1)).toBeNull();
  expect(sentenceOfRacer(race(), 0, 1)).toBe('Reached a minimum at step 2 and ended 0 from it.');
  expect(sentenceOfRacer(race(), 1, 1)).toBe('B leaves the plane at step 2.');
});

it('takes nobody who was lost for the best, however low', () => {
  expect(bestOf(race(), 1)).toBe(0);
  const unknown = race();
  expect(bestOf({ ...unknown, distance: new Float64Array(8).fill(NaN) }, 1)).toBe(0);
});

it('writes a line for each step that was made', () => {
  const lines = csvOf(race()).trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 4 + 2);
  expect(lines[0]).toBe('racer,optimizer,step,x,y,f,gradient_norm,step_length,distance');
  expect(lines[2]).toBe('"A, slow",sgd,1,2,0,2,1,2,2');
});
