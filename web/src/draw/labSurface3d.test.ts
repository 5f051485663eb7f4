import { expect, it } from 'vitest';

import type { Grid, RaceRun } from '../core/labApi';
import { scaleOf } from './labScale';
import { CELLS, drawingOrder, heightAt, inside, landscapeOf, piecesOf, projection } from './labSurface3d';
import { project } from './scatter3d';

/** The plane f = x on [0, 60]². */
function slope(): Grid {
  const size = CELLS + 1;
  return {
    values: Float64Array.from({ length: size * size }, (_, index) => index % size),
    part: {
      domain: { x: [0, CELLS], y: [0, CELLS] },
      rows: size,
      columns: size,
      minimum: 0,
      maximum: CELLS,
      not_finite: 0,
      note: '',
      formula: 'x',
      latex: 'x',
      minima: [],
    },
  };
}
const grid = slope();
const landscape = landscapeOf(grid, scaleOf(grid.values));

it('is as high as the color scale says, also between the corners', () => {
  expect(heightAt(landscape, 0, 30)).toBe(0);
  expect(heightAt(landscape, 45.5, 12.25)).toBeCloseTo(45.5 / 60);
  expect(heightAt(landscape, 61, 0)).toBeNaN();
});

it('draws the farthest cells first from every side', () => {
  for (let turn = -3; turn < 3; turn += 0.37) {
    const { columns, rows } = drawingOrder({ turn, tilt: 0.5 });
    const depth = (column: number, row: number) => project([column, 0, -row], { turn, tilt: 0.5 })[2];
    const along = [
      depth(columns[1] ?? 0, 0) - depth(columns[0] ?? 0, 0),
      depth(0, rows[1] ?? 0) - depth(0, rows[0] ?? 0),
    ];
    expect(Math.min(...along)).toBeGreaterThanOrEqual(-1e-9);
  }
});

it('cuts lines off where they leave the landscape', () => {
  expect(inside(-60, 30, 60, 30)).toEqual([0.5, 1]);
  expect(inside(-5, -5, -1, 90)[0]).toBeGreaterThan(inside(-5, -5, -1, 90)[1]);
  expect(inside(10, 10, 20, 20)).toEqual([0, 1]);
});

it('has a piece of the path on each cell that it crosses, from the moment that it is there', () => {
  const run = {
    part: { steps: 1, racers: [{ points: 2, ended: null }], minima: [] },
    path: Float64Array.from([0, 30.5, 0, 120, 30.5, 120]),
  } as unknown as RaceRun;
  const pieces = piecesOf(landscape, run);
  expect(pieces.size).toBe(CELLS);
  const [middle] = pieces.get(30 * CELLS + 30) ?? [];
  expect(middle?.from).toBeCloseTo(0.25);
});

it('keeps the landscape on the canvas however it is turned', () => {
  for (const turn of [0, 0.8, 2, 4]) {
    for (const tilt of [0, 0.6, 1.4]) {
      const onCanvas = projection(400, 300, { turn, tilt });
      for (const corner of [0, CELLS]) {
        for (const height of [0, 1]) {
          const [x, y] = onCanvas(corner, CELLS - corner, height);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(400);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(300);
        }
      }
    }
  }
});
