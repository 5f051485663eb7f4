import { expect, it } from 'vitest';

import { bytes, count, digits, epochs, parseNumber, percent, roundUp } from './numbers';

it('writes three significant digits', () => {
  expect([0.12345, 12.345, 1234.5, 0.0000123, -0.5, 0, 2e7].map((value) => digits(value))).toEqual([
    '0.123',
    '12.3',
    '1,230',
    '1.23e−5',
    '−0.500',
    '0',
    '2.00e7',
  ]);
  expect([null, Number.NaN, -Infinity].map((value) => digits(value))).toEqual(['–', 'NaN', '−∞']);
});

it('writes counts, shares, epochs and sizes', () => {
  expect(count(12345)).toBe('12,345');
  expect([percent(0.975), percent(1), percent(0.9999), percent(null)]).toEqual([
    '97.5 %',
    '100 %',
    '100.0 %',
    '–',
  ]);
  expect([epochs(400), epochs(12.34), epochs(12.0000000001)]).toEqual(['400', '12.3', '12']);
  expect([bytes(999), bytes(12_345_678)]).toEqual(['999 bytes', '12.3 MB']);
});

it('reads what people type', () => {
  expect(['0.5', ' −3 ', '1e-3', '0,25', '', 'two', 'Infinity'].map(parseNumber)).toEqual([
    0.5,
    -3,
    0.001,
    0.25,
    null,
    null,
    null,
  ]);
});

it('rounds a scale up to 1, 2 or 5', () => {
  expect([0.3, 1, 1.2, 4.9, 5.1, 0, Number.NaN].map(roundUp)).toEqual([0.5, 1, 2, 5, 10, 1, 1]);
});
