import { expect, test } from 'vitest';

import { fitBars, layBars, layCells } from './bars';
import { tileAt, tilesHeight } from './tiles';

test('a unit is found where its bar is', () => {
  const layout = layBars(10, 300, 50);
  expect([0, 45, 299].map((x) => tileAt(layout, 10, x, 20))).toEqual([0, 1, 9]);
});

test('thousands of units are cells that lie in their room', () => {
  expect(fitBars(1352, 560)).toBe(false);
  const layout = layCells(1352, 560, 48);
  expect(layout.columns * layout.width).toBeLessThanOrEqual(560);
  expect(tilesHeight(layout, 1352)).toBeLessThanOrEqual(48);
});
