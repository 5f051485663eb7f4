import { expect, it } from 'vitest';

import { flatValue } from './unitMaps';

const maps = (data: number[]) => ({
  data: Uint8Array.from(data),
  shape: [2, 1, 3],
  scale: 2 / 255,
  zero: -1,
});

it('names what a unit answers everywhere, and nothing for one that tells samples apart', () => {
  expect(flatValue(maps([127, 127, 127, 1, 2, 3]), 0, 3)).toBe(0);
  expect(flatValue(maps([127, 127, 127, 1, 2, 3]), 1, 3)).toBeNull();
  expect(flatValue(maps([0, 0, 0, 255, 255, 255]), 1, 3)).toBeCloseTo(1);
});
