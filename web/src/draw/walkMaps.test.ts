import { expect, test } from 'vitest';

import { cellOf, entryAt, entryUnder, placeTiles, tilingOf } from './walkMaps';

const SHAPES = [[7], [200], [5, 3], [40, 6], [4, 6, 3], [3, 3, 2, 4]];

test.each(SHAPES.map((shape) => [shape]))(
  'every number of %j has one cell, which leads back to it',
  (shape) => {
    const tiling = tilingOf(shape);
    const seen = new Set<string>();
    for (let tile = 0; tile < tiling.tiles; tile++)
      for (let row = 0; row < tiling.rows; row++)
        for (let column = 0; column < tiling.columns; column++) {
          const entry = entryAt(tiling, tile, row, column);
          if (entry === null) continue;
          expect(cellOf(tiling, entry)).toEqual({ tile, row, column });
          seen.add(entry.join());
        }
    expect(seen.size).toBe(shape.reduce((product, size) => product * size, 1));
  },
);

test('what is taller than wide is laid down', () => {
  expect(tilingOf([784, 50])).toMatchObject({ rows: 50, columns: 784 });
});

test('of many maps some are drawn, and an entry of another has no cell', () => {
  const tiling = tilingOf([2, 2, 100]);
  expect(tiling.tiles).toBeLessThan(tiling.all);
  expect(cellOf(tiling, [0, 0, 99])).toBeNull();
  expect(cellOf(tiling, [0, 0, 0])).not.toBeNull();
});

test('tiles fit the room, and a point finds the number under it', () => {
  const placed = placeTiles(tilingOf([8, 8, 6]), 300, 72);
  expect(placed.height).toBeLessThanOrEqual(72);
  expect(entryUnder(placed, 0.5 * placed.cell, 0.5 * placed.cell)).toEqual([0, 0, 0]);
  expect(entryUnder(placed, 2.5 * placed.cell, 1.5 * placed.cell)).toEqual([1, 2, 0]);
  expect(entryUnder(placed, 8 * placed.cell + 4.5, 0.5)).toEqual([0, 0, 1]);
  expect(entryUnder(placed, 8 * placed.cell + 2, 0.5)).toBeNull();
  expect(entryUnder(placed, -1, 0)).toBeNull();
});

test('even what is far too large gets into the room', () => {
  const { cell, tiling } = placeTiles(tilingOf([3000, 1000]), 300, 72);
  expect(cell * tiling.columns).toBeLessThanOrEqual(300);
});
