/** The numbers of a large layer as small maps: where each number lies, and which one is at a place. */

import type { Theme } from '../core/view';
import { indexAt, placeOf } from '../core/walk';
import type { FrameArray } from '../protocol/frames';
import { pixel, signColor } from './colors';
import { GridImage } from './heatmap';

/** Maps of an array that are drawn. */
const MOST_TILES = 32;
/** A row of numbers is broken after so many. */
const MOST_ACROSS = 64;
const GAP = 4;
/** The largest side of one number. */
const LARGEST_CELL = 14;
const LEAST_CELL = 0.02;
const STEPS = 255;

/** An array as tiles of rows and columns. */
export interface Tiling {
  readonly shape: readonly number[];
  readonly tiles: number;
  /** Of all there are, with those that are not drawn. */
  readonly all: number;
  readonly rows: number;
  readonly columns: number;
  /** Whether rows of the array are columns of the tile: what is tall is laid down. */
  readonly isTurned: boolean;
}

/**
 * Maps [h, w, c]: a tile for each channel. Kernels [h, w, in, out]: one for each pair. Two axes: one tile. One axis: one
 * tile, broken into rows.
 */
export function tilingOf(shape: readonly number[]): Tiling {
  const [first = 1, second = 1, ...rest] = shape;
  if (shape.length <= 1) {
    const columns = Math.min(MOST_ACROSS, first);
    return {
      shape,
      tiles: 1,
      all: 1,
      rows: Math.ceil(first / Math.max(1, columns)),
      columns,
      isTurned: false,
    };
  }
  if (shape.length === 2 && first > 2 * second)
    return { shape, tiles: 1, all: 1, rows: second, columns: first, isTurned: true };
  const all = rest.reduce((product, size) => product * size, 1);
  return { shape, tiles: Math.min(MOST_TILES, all), all, rows: first, columns: second, isTurned: false };
}

/** Where the number at a row and column of a tile lies in the array; null beyond its end. */
export function placeIn(tiling: Tiling, tile: number, row: number, column: number): number | null {
  const { shape, rows, columns, all, isTurned } = tiling;
  if (row < 0 || column < 0 || row >= rows || column >= columns) return null;
  if (shape.length <= 1) {
    const place = row * columns + column;
    return place < (shape[0] ?? 1) ? place : null;
  }
  return isTurned ? column * rows + row : (row * columns + column) * all + tile;
}

/** The entry of the array there. */
export function entryAt(tiling: Tiling, tile: number, row: number, column: number): number[] | null {
  const place = placeIn(tiling, tile, row, column);
  return place === null ? null : indexAt(tiling.shape.length === 0 ? [1] : tiling.shape, place);
}

/** Tile, row and column of an entry; null where its tile is not drawn. */
export function cellOf(
  tiling: Tiling,
  index: readonly number[],
): { readonly tile: number; readonly row: number; readonly column: number } | null {
  const place = placeOf(tiling.shape, index);
  if (tiling.shape.length <= 1)
    return { tile: 0, row: Math.floor(place / tiling.columns), column: place % tiling.columns };
  if (tiling.isTurned) return { tile: 0, row: place % tiling.rows, column: Math.floor(place / tiling.rows) };
  const tile = place % tiling.all;
  const cell = Math.floor(place / tiling.all);
  return tile < tiling.tiles
    ? { tile, row: Math.floor(cell / tiling.columns), column: cell % tiling.columns }
    : null;
}

export interface Placed {
  /** Side of one number in pixels. */
  readonly cell: number;
  readonly across: number;
  readonly height: number;
  readonly tiling: Tiling;
}

/** As large as the room allows; where even the least size is too tall, it goes beyond. */
export function placeTiles(tiling: Tiling, width: number, height: number): Placed {
  const { tiles, rows, columns } = tiling;
  for (let cell = LARGEST_CELL; ; cell = cell > 2 ? cell - 1 : 0.8 * cell) {
    const [wide, tall] = [columns * cell + GAP, rows * cell + GAP];
    const across = Math.max(1, Math.min(tiles, Math.floor((width + GAP) / wide)));
    const whole = Math.ceil(tiles / across) * tall - GAP;
    if ((whole <= height && columns * cell <= width) || cell < LEAST_CELL)
      return { cell, across, height: whole, tiling };
  }
}

function corner({ cell, across, tiling }: Placed, tile: number): readonly [number, number] {
  const [wide, tall] = [tiling.columns * cell + GAP, tiling.rows * cell + GAP];
  return [(tile % across) * wide, Math.floor(tile / across) * tall];
}

/** The entry under a point; null beside the tiles. */
export function entryUnder(placed: Placed, x: number, y: number): number[] | null {
  const { cell, across, tiling } = placed;
  const [wide, tall] = [tiling.columns * cell + GAP, tiling.rows * cell + GAP];
  const column = Math.floor(x / wide);
  const tile = Math.floor(y / tall) * across + column;
  if (x < 0 || y < 0 || column >= across || tile >= tiling.tiles) return null;
  const [left, top] = corner(placed, tile);
  return entryAt(tiling, tile, Math.floor((y - top) / cell), Math.floor((x - left) / cell));
}

const tables = new Map<Theme, Uint32Array>();

function table(theme: Theme): Uint32Array {
  let colors = tables.get(theme);
  if (colors === undefined) {
    colors = Uint32Array.from({ length: STEPS }, (_, at) =>
      pixel(signColor((2 * at) / (STEPS - 1) - 1, theme)),
    );
    tables.set(theme, colors);
  }
  return colors;
}

export interface Marks {
  readonly lit: readonly (readonly number[])[];
  readonly chosen: readonly number[] | null;
}

/** Draws the tiles of one array; the picture of their pixels is kept. */
export class WalkMaps {
  private readonly image = new GridImage();

  paint(
    context: CanvasRenderingContext2D,
    placed: Placed,
    array: FrameArray,
    limit: number,
    { lit, chosen }: Marks,
    style: { readonly theme: Theme; readonly ink: string; readonly paper: string },
  ): void {
    const { cell, tiling } = placed;
    const { tiles, rows, columns } = tiling;
    const colors = table(style.theme);
    const sheet = this.image.paint(columns, rows * tiles, (pixels) => {
      for (let at = 0; at < pixels.length; at++) {
        const [tile, row] = [Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows];
        const place = placeIn(tiling, tile, row, at % columns);
        const share = place === null ? NaN : (array.data[place] ?? NaN) / limit;
        const step = Math.round(((Math.min(1, Math.max(-1, share)) + 1) / 2) * (STEPS - 1));
        pixels[at] = Number.isNaN(share) ? 0 : (colors[step] ?? 0);
      }
    });
    context.imageSmoothingEnabled = false;
    for (let tile = 0; tile < tiles; tile++) {
      const [x, y] = corner(placed, tile);
      context.drawImage(sheet, 0, tile * rows, columns, rows, x, y, columns * cell, rows * cell);
    }
    for (const index of lit) this.mark(context, placed, index, style.ink, style.paper);
    if (chosen !== null) this.mark(context, placed, chosen, style.ink, style.paper);
  }

  private mark(
    context: CanvasRenderingContext2D,
    placed: Placed,
    index: readonly number[],
    ink: string,
    paper: string,
  ): void {
    const at = cellOf(placed.tiling, index);
    if (at === null) return;
    const [left, top] = corner(placed, at.tile);
    const side = Math.max(4, placed.cell);
    const [x, y] = [left + at.column * placed.cell, top + at.row * placed.cell];
    for (const [color, width] of [
      [paper, 3.5],
      [ink, 1.5],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.strokeRect(x - 1, y - 1, side + 2, side + 2);
    }
  }
}
