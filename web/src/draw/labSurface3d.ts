/**
 * The surface as a landscape that can be turned, with the paths on it.
 *
 * A parallel projection; cells are drawn from the farthest to the nearest, and the pieces of a path with the cell that
 * they lie on, so that hills hide what is behind them. The height is that of the scale: where a few values would
 * leave the rest flat, it is logarithmic.
 */

import type { Grid, RaceRun } from '../core/labApi';
import { entryAt, lastOf, placeAt } from '../core/labRace';
import type { LabScale } from './labScale';
import { project, type View3d } from './scatter3d';

/** Cells each way. */
export const CELLS = 60;
const TALL = 0.8;
/** What a landscape needs each way, however it is turned. */
const REACH = 2.95;
/** Pieces of one path: as many as the eye tells apart. */
const MOST_PIECES = 3000;

export interface Landscape {
  /** Heights from 0 to 1 at the corners of the cells [(CELLS + 1)²], NaN where the function is not finite. */
  readonly heights: Float32Array;
  readonly grid: Grid;
  readonly scale: LabScale;
}

export function landscapeOf(grid: Grid, scale: LabScale): Landscape {
  const { rows, columns } = grid.part;
  const heights = new Float32Array((CELLS + 1) ** 2);
  for (let row = 0; row <= CELLS; row++) {
    for (let column = 0; column <= CELLS; column++) {
      const r = Math.round((row / CELLS) * (rows - 1));
      const c = Math.round((column / CELLS) * (columns - 1));
      const value = grid.values[r * columns + c] ?? NaN;
      heights[row * (CELLS + 1) + column] = Number.isFinite(value) ? scale.height(value) : NaN;
    }
  }
  return { heights, grid, scale };
}

/** The height at a place of the landscape in cells; NaN beside it, and where the function is not finite. */
export function heightAt({ heights }: Landscape, column: number, row: number): number {
  if (!(column >= 0 && column <= CELLS && row >= 0 && row <= CELLS)) return NaN;
  const [c, r] = [Math.min(CELLS - 1, Math.floor(column)), Math.min(CELLS - 1, Math.floor(row))];
  const [u, v] = [column - c, row - r];
  const at = (dr: number, dc: number) => heights[(r + dr) * (CELLS + 1) + c + dc] ?? NaN;
  const low = at(0, 0) + u * (at(0, 1) - at(0, 0));
  const high = at(1, 0) + u * (at(1, 1) - at(1, 0));
  return low + v * (high - low);
}

/** From a place in cells and a height to the canvas: x, y. */
export type Projection = (column: number, row: number, height: number) => readonly [number, number];

export function projection(width: number, height: number, view: View3d): Projection {
  const scale = Math.min(width / REACH, height / REACH);
  return (column, row, tall) => {
    const point = [(2 * column) / CELLS - 1, TALL * (tall - 0.5), 1 - (2 * row) / CELLS] as const;
    const [x, y] = project(point, view);
    return [width / 2 + scale * x, height / 2 - scale * y];
  };
}

/** The cells in the order in which they are drawn: the farthest first. */
export function drawingOrder({ turn }: View3d): { readonly columns: number[]; readonly rows: number[] } {
  const line = Array.from({ length: CELLS }, (_, index) => index);
  // Nearness rises with sin(turn)·x − cos(turn)·y: y points away, as on the map it points up.
  return {
    columns: Math.sin(turn) >= 0 ? line : line.toReversed(),
    rows: Math.cos(turn) >= 0 ? line.toReversed() : line,
  };
}

/** A short piece of a path on one cell. */
export interface Piece {
  readonly racer: number;
  /** The position of the film from which it is there. */
  readonly from: number;
  /** In cells. */
  readonly ends: readonly [number, number, number, number];
}

/** From the plane to places in cells. */
export function cellsOf({ grid }: Landscape, x: number, y: number): readonly [number, number] {
  const { domain } = grid.part;
  return [
    (CELLS * (x - domain.x[0])) / (domain.x[1] - domain.x[0]),
    (CELLS * (y - domain.y[0])) / (domain.y[1] - domain.y[0]),
  ];
}

/** The paths cut into pieces, by the cell that each lies on (row · CELLS + column). */
export function piecesOf(landscape: Landscape, run: RaceRun): ReadonlyMap<number, readonly Piece[]> {
  const cells = new Map<number, Piece[]>();
  for (let racer = 0; racer < run.part.racers.length; racer++) {
    const last = lastOf(run, racer);
    const every = Math.max(1, Math.ceil(last / MOST_PIECES));
    const placed = (step: number) => {
      const { x, y } = entryAt(run, racer, step);
      return cellsOf(landscape, x, y);
    };
    let before = placed(0);
    for (let step = 0; step < last; step += every) {
      const next = Math.min(last, step + every);
      const after = placed(next);
      cut(cells, racer, step, next, before, after);
      before = after;
    }
  }
  return cells;
}

function cut(
  cells: Map<number, Piece[]>,
  racer: number,
  step: number,
  next: number,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): void {
  const [shareFrom, shareTo] = inside(x0, y0, x1, y1);
  if (!(shareFrom < shareTo)) return;
  const length = Math.hypot(x1 - x0, y1 - y0) * (shareTo - shareFrom);
  const parts = Math.max(1, Math.ceil(length));
  for (let part = 0; part < parts; part++) {
    const a = shareFrom + ((shareTo - shareFrom) * part) / parts;
    const b = shareFrom + ((shareTo - shareFrom) * (part + 1)) / parts;
    const ends = [x0 + a * (x1 - x0), y0 + a * (y1 - y0), x0 + b * (x1 - x0), y0 + b * (y1 - y0)] as const;
    const column = Math.min(CELLS - 1, Math.max(0, Math.floor((ends[0] + ends[2]) / 2)));
    const row = Math.min(CELLS - 1, Math.max(0, Math.floor((ends[1] + ends[3]) / 2)));
    const key = row * CELLS + column;
    const piece = { racer, from: step + a * (next - step), ends };
    const list = cells.get(key);
    if (list === undefined) cells.set(key, [piece]);
    else list.push(piece);
  }
}

/** The shares of a line between which it lies on the landscape (Liang and Barsky 1984). */
export function inside(x0: number, y0: number, x1: number, y1: number): readonly [number, number] {
  let [from, to] = [0, 1];
  for (const [start, move] of [
    [x0, x1 - x0],
    [y0, y1 - y0],
  ] as const) {
    if (move === 0) {
      if (!(start >= 0 && start <= CELLS)) return [1, 0];
      continue;
    }
    const [a, b] = [-start / move, (CELLS - start) / move];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  return [from, to];
}

/** Where a racer is on the landscape: the canvas' x, y; null where it is not on it. */
export function headOn(
  landscape: Landscape,
  run: RaceRun,
  racer: number,
  position: number,
  onCanvas: Projection,
): readonly [number, number] | null {
  const { x, y } = placeAt(run, racer, position);
  const [column, row] = cellsOf(landscape, x, y);
  const height = heightAt(landscape, column, row);
  return Number.isFinite(height) ? onCanvas(column, row, height) : null;
}
