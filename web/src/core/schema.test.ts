import { describe, expect, it } from 'vitest';

import { complete, initial, kinds, kindTitle, numberProblem, optional, resolve, type Schema } from './schema';

const root: Schema = {
  $defs: {
    SGD: {
      title: 'SGD',
      type: 'object',
      required: ['kind'],
      properties: { kind: { const: 'sgd' }, learning_rate: { type: 'number', default: 0.03 } },
    },
    RMSprop: {
      title: 'RMSprop',
      type: 'object',
      required: ['kind'],
      properties: {
        kind: { const: 'rmsprop' },
        learning_rate: { type: 'number', default: 0.01 },
        centered: { type: 'boolean', default: false },
      },
    },
    Stopping: { type: 'object', properties: { patience: { type: 'integer', default: 20 } } },
  },
};
const optimizer: Schema = { oneOf: [{ $ref: '#/$defs/SGD' }, { $ref: '#/$defs/RMSprop' }] };

describe('schema', () => {
  it('follows references, and what stands beside one wins', () => {
    expect(resolve({ $ref: '#/$defs/SGD', description: 'here' }, root)).toMatchObject({
      title: 'SGD',
      description: 'here',
    });
    expect(() => resolve({ $ref: '#/$defs/None' }, root)).toThrow('no #/$defs/None');
  });

  it('fills in what a document lacks, by its kind', () => {
    expect(kinds(optimizer, root).map(({ kind }) => kind)).toEqual(['sgd', 'rmsprop']);
    expect(complete({ kind: 'rmsprop', learning_rate: 0.5 }, optimizer, root)).toEqual({
      kind: 'rmsprop',
      learning_rate: 0.5,
      centered: false,
    });
    expect(initial(optimizer, root)).toEqual({ kind: 'sgd', learning_rate: 0.03 });
  });

  it('tells none and words from the value beside them', () => {
    const stopping = optional({ anyOf: [{ $ref: '#/$defs/Stopping' }, { type: 'null' }] }, root);
    expect(stopping.isOptional).toBe(true);
    expect(initial(stopping.value, root)).toEqual({ patience: 20 });
    const batch = optional(
      {
        anyOf: [
          { type: 'integer', minimum: 1 },
          { enum: ['full', 'auto'], type: 'string' },
        ],
      },
      root,
    );
    expect([batch.words, batch.value.minimum]).toEqual([['full', 'auto'], 1]);
  });

  it('names kinds and broken rules', () => {
    expect(kindTitle('rmsprop', { title: 'RMSprop' })).toBe('RMSprop');
    expect(kindTitle('reduce-on-plateau', { title: 'PlateauSchedule' })).toBe('Reduce on plateau');
    expect(numberProblem(0, { exclusiveMinimum: 0, maximum: 10 })).toBe('Must be above 0 and at most 10.');
    expect(numberProblem(1.5, { type: 'integer' })).toBe('Must be a whole number.');
    expect(numberProblem(1, { minimum: 0, exclusiveMaximum: 2 })).toBeNull();
  });
});
