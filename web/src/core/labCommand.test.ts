import { expect, it } from 'vitest';

import type { Race } from '../protocol/messages';
import { commandOf } from './labCommand';

const adam = { kind: 'adam', learning_rate: 0.4, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8 } as const;
const race: Race = {
  surface: { kind: 'quadratic-10' },
  racers: [{ optimizer: adam, name: 'Adam' }],
  start: [-9, 2],
  steps: 30,
  seed: 0,
  noise: { kind: 'none' },
};
const defaults = () => ({ ...adam, learning_rate: 0.001 });

it('is the command of the same race', () => {
  expect(commandOf(race, defaults)).toBe(
    'netlapse lab --function quadratic-10 --start -9 2 --optimizer adam --learning-rate 0.4 --steps 30',
  );
  const own = { kind: 'expression', text: 'x**2 + y', domain: { x: [-1, 1], y: [0, 2] } } as const;
  expect(commandOf({ ...race, surface: own, seed: 7 }, defaults)).toBe(
    'netlapse lab --function "x**2 + y" --domain -1 1 0 2 --start -9 2 --optimizer adam --learning-rate 0.4 --steps 30 --seed 7',
  );
});

it('gives the numbers that are not the defaults, the data set and the noise', () => {
  const surface = { kind: 'regression', samples: 32, noise: 1, spread: 0.5, seed: 0 } as const;
  const sgd = { kind: 'sgd', learning_rate: 0.1 } as const;
  const racers = [
    { optimizer: sgd, name: '' },
    { optimizer: { ...adam, beta_1: 0.5 }, name: '' },
  ];
  expect(
    commandOf({ ...race, surface, racers, noise: { kind: 'mini-batch', batch_size: 4 } }, defaults),
  ).toBe(
    'netlapse lab --function regression --start -9 2 --optimizer gradient-descent --learning-rate 0.1' +
      ' --optimizer adam:beta_1=0.5 --learning-rate 0.4 --set surface.samples=32 --set surface.noise=1' +
      ' --set surface.spread=0.5 --set surface.seed=0 --steps 30' +
      ' --noise mini-batch --batch-size 4',
  );
});

it('gives two of a kind numbers of their own', () => {
  const racers = [
    { optimizer: adam, name: '' },
    { optimizer: { ...adam, beta_1: 0.5, epsilon: 1e-6 }, name: '' },
  ];
  expect(commandOf({ ...race, racers }, defaults)).toBe(
    'netlapse lab --function quadratic-10 --start -9 2 --optimizer adam --learning-rate 0.4' +
      ' --optimizer adam:beta_1=0.5,epsilon=0.000001 --learning-rate 0.4 --steps 30',
  );
});
