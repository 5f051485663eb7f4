import { expect, it } from 'vitest';

import { contour } from './labContours';

it('crosses the sides where the level lies between their ends', () => {
  // Rising to the right: the line x = 0.25 through one cell.
  expect(contour(new Float64Array([0, 4, 0, 4]), 2, 2, 1)).toEqual([0.25, 0, 0.25, 1]);
  expect(contour(new Float64Array([0, 4, 0, 4]), 2, 2, 9)).toEqual([]);
});

it('follows a circle', () => {
  const size = 41;
  const values = Float64Array.from({ length: size * size }, (_, index) =>
    Math.hypot((index % size) - 20, Math.floor(index / size) - 20),
  );
  const pieces = contour(values, size, size, 12);
  const length = Array.from({ length: pieces.length / 4 }, (_, piece) => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = pieces.slice(4 * piece, 4 * piece + 4);
    expect(Math.hypot(x0 - 20, y0 - 20)).toBeCloseTo(12, 1);
    return Math.hypot(x1 - x0, y1 - y0);
  }).reduce((sum, piece) => sum + piece, 0);
  expect(length).toBeCloseTo(2 * Math.PI * 12, 0);
});

it('goes around the corners that its middle does not belong to', () => {
  // a and c are high, b and d low; with a high middle the lines cut b and d off.
  const high = contour(new Float64Array([9, -1, -1, 9]), 2, 2, 0);
  expect(high).toEqual([0.9, 0, 1, 0.1, 0.1, 1, 0, 0.9]);
  const low = contour(new Float64Array([1, -9, -9, 1]), 2, 2, 0);
  expect(low.map((at) => Number(at.toFixed(9)))).toEqual([0.1, 0, 0, 0.1, 1, 0.9, 0.9, 1]);
});

it('draws nothing beside what is not finite', () => {
  expect(contour(new Float64Array([0, 2, NaN, 2]), 2, 2, 1)).toEqual([]);
  expect(contour(new Float64Array([0, 2, Infinity, 2]), 2, 2, 1)).toEqual([]);
});
