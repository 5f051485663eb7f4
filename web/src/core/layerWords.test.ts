import { expect, it } from 'vitest';

import { grouped, type LayerKind, matching, shapeWords, valuesWords } from './layerWords';

const kinds: readonly LayerKind[] = [
  { kind: 'conv2d', schema: { title: 'Convolution', description: 'Slides filters over the image.' } },
  { kind: 'max-pool2d', schema: { title: 'Max pooling', description: 'Keeps the largest of a square.' } },
  {
    kind: 'add',
    schema: { title: 'Add', description: 'The sum of several layers.\n\nA filter of nothing.' },
  },
];

it.each([
  ['', ['conv2d', 'max-pool2d', 'add']],
  ['FILTERS', ['conv2d']],
  ['pool largest', ['max-pool2d']],
  ['merge', ['add']],
  ['filter', ['conv2d']],
  ['attention', []],
])('finds layers for “%s” by name, group and first line of help', (query, found) => {
  expect(matching(kinds, query).map(({ kind }) => kind)).toEqual(found);
});

it('says a shape, and how many values it holds where that is not the same', () => {
  expect(shapeWords([28, 28, 1])).toBe('28×28×1');
  expect(valuesWords([5, 5, 16])).toBe('5×5×16 = 400');
  expect(valuesWords([120])).toBe('120');
  expect(valuesWords(null)).toBe('–');
});

it('has a group for every kind, also for those that it does not know', () => {
  const groups = grouped([...kinds, { kind: 'attention', schema: {} }]);
  expect(groups.map(({ title }) => title)).toEqual(['Convolution', 'Pooling', 'Merge', 'More']);
});
