import { expect, it } from 'vitest';

import type { Optimizer, SurfaceEntry } from '../protocol/messages';
import {
  domainOf,
  freeColor,
  type LabSetup,
  MOST_RACERS,
  onSurface,
  racerName,
  raceOf,
  readSetup,
  setupOf,
  toleranceOf,
  withoutRacer,
  withRacer,
} from './labSetup';
import type { Schema } from './schema';

const sgd = (learning_rate: number): Optimizer => ({ kind: 'sgd', learning_rate });

function entry(kind: 'booth' | 'saddle', rate: number): SurfaceEntry {
  return {
    surface: { kind },
    title: kind,
    formula: '',
    latex: '',
    domain: { x: [-10, 10], y: [-5, 5] },
    minima: [],
    start: [1, 2],
    lesson: '',
    race: {
      surface: { kind },
      racers: [{ optimizer: sgd(rate), name: '' }],
      start: [1, 2],
      steps: 30,
      seed: 4,
      noise: { kind: 'none' },
    },
  };
}

const booth = entry('booth', 0.1);
const setup = setupOf(booth);

it('asks for the racers that are on, by name', () => {
  const two = withRacer(setup, sgd(0.5));
  const one: LabSetup = { ...two, racers: two.racers.map((racer, index) => ({ ...racer, on: index === 1 })) };
  expect(raceOf(one)?.racers).toEqual([{ optimizer: sgd(0.5), name: 'Gradient descent' }]);
  expect(raceOf({ ...one, racers: [] })).toBeNull();
});

it('calls gradient descent SGD where the gradient is noisy', () => {
  const [racer] = setup.racers;
  if (racer === undefined) throw new Error('There is no racer.');
  expect(racerName(racer, { kind: 'mini-batch', batch_size: 'all' })).toBe('Gradient descent');
  expect(racerName(racer, { kind: 'mini-batch', batch_size: 8 })).toBe('SGD');
  expect(racerName({ ...racer, name: ' mine ' }, { kind: 'none' })).toBe('mine');
});

it('gives each racer a color of its own, also after one has gone', () => {
  let all = setup;
  for (let more = 0; more < 20; more++) all = withRacer(all, sgd(0.1));
  expect(all.racers).toHaveLength(MOST_RACERS);
  expect(new Set(all.racers.map(({ color }) => color)).size).toBe(MOST_RACERS);
  const gone = all.racers[3]?.color;
  expect(freeColor(withoutRacer(all, 3).racers)).toBe(gone);
});

it('takes the racers along to another surface, with the rates that suit it', () => {
  const there = onSurface(
    withRacer(setup, { kind: 'adagrad', learning_rate: 7, epsilon: 1e-8 }),
    entry('saddle', 0.02),
  );
  expect(there.surface.kind).toBe('saddle');
  expect(there.racers.map(({ optimizer }) => optimizer.learning_rate)).toEqual([0.02, 7]);
});

it('shows what is asked for, else what the surface is best seen in', () => {
  expect(domainOf(setup, [booth])).toEqual(booth.domain);
  const own = { x: [0, 1], y: [0, 1] } as const;
  expect(domainOf({ ...setup, domain: own }, [booth])).toEqual(own);
  expect(toleranceOf(setup, booth.domain)).toBe(0.1);
});

const schema: Schema = {
  $defs: {
    Race: {
      type: 'object',
      properties: {
        surface: {},
        noise: {},
        racers: { type: 'array', items: { $ref: '#/$defs/Racer' } },
      },
    },
    Racer: { type: 'object', properties: { optimizer: { $ref: '#/$defs/SGD' }, name: { default: '' } } },
    SGD: {
      type: 'object',
      properties: { kind: { const: 'sgd' }, learning_rate: { default: 0.03 } },
      required: ['kind'],
    },
  },
};

it('fills in what a link leaves out, and takes nothing for a set-up that is none', () => {
  const race = schema.$defs?.['Race'] ?? {};
  const read = (found: unknown) => readSetup(found, [booth], race, schema);
  expect(
    read({ surface: { kind: 'booth' }, racers: [{ optimizer: { kind: 'sgd' } }], start: [3, 'x'] }),
  ).toEqual({
    ...setup,
    racers: [{ optimizer: sgd(0.03), name: '', on: true, color: 0 }],
  });
  expect(read({ surface: { kind: 'moon' }, racers: [] })).toBeNull();
  expect(read([])).toBeNull();
});
