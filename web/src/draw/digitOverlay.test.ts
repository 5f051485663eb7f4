import { expect, test } from 'vitest';

import { occlusionOverlay } from './digitOverlay';

test('what is covered speaks for the class where the probability falls', () => {
  const overlay = occlusionOverlay({ data: [0.9, 0.1, 1, 0.9], shape: [2, 2] }, 0.9, 5, 1);
  expect(Array.from(overlay.values, (value) => Number(value.toFixed(3)))).toEqual([0, 0.8, -0.1, 0]);
  expect(overlay.limit).toBeCloseTo(0.8);
});

test.each([
  [28, 5, 1],
  [28, 5, 2],
  [8, 2, 1],
])('the places of a patch on %i pixels lie around the middle', (side, size, stride) => {
  const places = Math.floor((side - size) / stride) + 1;
  const { top, height } = occlusionOverlay({ data: [], shape: [places, places] }, 1, size, stride);
  // The first patch begins at the edge: its middle is half a patch from it.
  expect(top + stride / 2).toBe(size / 2);
  expect(top + height - stride / 2).toBeLessThanOrEqual(side - size / 2);
});
