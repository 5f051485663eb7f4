import { expect, test } from 'vitest';

import type { FrameArray } from '../protocol/frames';
import type { WalkAnswer } from '../protocol/messages';
import {
  arithmeticOf,
  indexAt,
  limitOf,
  movingUnits,
  numberAt,
  placeOf,
  quantityName,
  spread,
  subjectWords,
  wordsOf,
} from './walk';
import type { WalkData } from './walkState';

const array = (shape: readonly number[], ...data: number[]): FrameArray => ({
  data: Float32Array.from(data),
  shape,
  scale: 1,
  zero: 0,
});

const walk: WalkData = {
  run: 'r',
  step: 7,
  values: {
    layers: [{ layer: 'hidden' }, { layer: 'output' }],
    update_of: 'batch',
    samples: 10,
    row: 2,
  } as unknown as WalkAnswer,
  arrays: new Map([
    ['a:input', array([2], 100, -3)],
    ['a:hidden', array([2], 0.5, -1.5)],
    ['z:hidden', array([2], 0.25, -2)],
    ['dz:output', array([1], 0.125)],
    ['w:hidden.kernel', array([2, 2], 1, 2, 3, -4)],
    ['gradient:hidden.bias', array([2], 0, 0)],
    ['ids', array([3], 5, 6, 41)],
  ]),
};

test('a number is found by its place in an array, and the place by the number', () => {
  expect(numberAt(walk, 'w', { layer: 'hidden', parameter: 'kernel', index: [1, 0] })).toBe(3);
  expect(numberAt(walk, 'a', { layer: 'hidden', parameter: '', index: [1] })).toBe(-1.5);
  expect(numberAt(walk, 'a', { layer: 'nowhere', parameter: '', index: [0] })).toBeNull();
  const shape = [3, 4, 5];
  for (const index of [
    [0, 0, 0],
    [2, 3, 4],
    [1, 0, 3],
  ])
    expect(indexAt(shape, placeOf(shape, index))).toEqual(index);
});

test('z and a share a scale, to which the inputs do not belong', () => {
  expect(limitOf(walk, 'a')).toBe(2);
  expect(limitOf(walk, 'z')).toBe(2);
  expect(limitOf(walk, 'dz')).toBe(0.125);
});

test('where all is 0 the scale ends at 1, so that nothing is divided by 0', () => {
  expect(limitOf(walk, 'gradient')).toBe(1);
});

test('what is not finite is said, and counts for nothing else', () => {
  expect(spread(array([3], 3, NaN, -4))).toEqual({ least: -4, greatest: 3, norm: 5, finite: false });
});

test('a bias is b, also as a new one', () => {
  expect(quantityName('update', 'bias')).toBe('Δb');
  expect(quantityName('new', 'bias')).toBe('new b');
  expect(quantityName('gradient', 'bias')).toBe('∂L/∂b');
  expect(quantityName('new', 'kernel')).toBe('new w');
});

test('units, pixels and entries in words', () => {
  expect(wordsOf({ layer: 'hidden', parameter: '', index: [3] })).toBe('unit 4 of hidden');
  expect(wordsOf({ layer: 'conv', parameter: '', index: [4, 7, 0] })).toBe('pixel (5, 8), channel 1 of conv');
  expect(wordsOf({ layer: 'conv', parameter: 'kernel', index: [0, 1, 2, 3] })).toBe(
    'kernel [1, 2, 3, 4] of conv',
  );
  expect(subjectWords(walk)).toBe('sample 2 of the next batch, training sample 41');
});

test('∂L/∂a of an output is offered only where the loss reads it', () => {
  expect(arithmeticOf(walk, { layer: 'output', parameter: '', index: [0] })).toEqual([
    'z',
    'a',
    'loss',
    'dz',
  ]);
  expect(arithmeticOf(walk, { layer: 'hidden', parameter: '', index: [0] })).toContain('da');
});

test('units that move the loss come with the largest first, those that do not are left out', () => {
  const arrays = new Map([
    ['units:hidden', array([3], 0.5, 0, -2)],
    ['units:output', array([1], 1)],
  ]);
  const movers = movingUnits({ ...walk, arrays }, 2);
  expect(movers.map(({ ref, value }) => [ref.layer, ref.index[0], value])).toEqual([
    ['hidden', 2, -2],
    ['output', 0, 1],
  ]);
});
