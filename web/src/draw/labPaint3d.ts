/** Draws a landscape with its paths; what is to be drawn is laid out in `labSurface3d`. */

import type { RaceRun } from '../core/labApi';
import { lastOf } from '../core/labRace';
import { css } from './colors';
import { LAB_FONT, markMinimum } from './labMap';
import { paintCross, type RacerLook } from './labPaths';
import { shade } from './labScale';
import {
  CELLS,
  cellsOf,
  drawingOrder,
  headOn,
  heightAt,
  type Landscape,
  type Piece,
  projection,
  type Projection,
} from './labSurface3d';
import type { PlotStyle } from './plotFrame';
import type { View3d } from './scatter3d';

export interface Race3d {
  readonly run: RaceRun;
  readonly looks: readonly RacerLook[];
  readonly pieces: ReadonlyMap<number, readonly Piece[]>;
  readonly position: number;
}

/** Above the surface, so that a line on it is not cut by its own cell. */
const LIFT = 0.012;
const SHADES = 32;
/** Every so many cells a line of the grid is drawn. */
const EVERY = 5;
/** How far beside the landscape names stand, in cells. */
const BESIDE = 5;

export function paintSurface3d(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  landscape: Landscape,
  race: Race3d | null,
  view: View3d,
  style: PlotStyle,
): void {
  context.clearRect(0, 0, width, height);
  const onCanvas = projection(width, height, view);
  paintFloor(context, onCanvas, style);
  const { values, part } = landscape.grid;
  const shadeAt = (column: number, row: number) => {
    const r = Math.round(((row + 0.5) / CELLS) * (part.rows - 1));
    const c = Math.round(((column + 0.5) / CELLS) * (part.columns - 1));
    return landscape.scale.share(values[r * part.columns + c] ?? 0);
  };
  const fills = Array.from({ length: SHADES + 1 }, (_, step) => css(shade(step / SHADES, style.theme)));
  const corner = (column: number, row: number) => landscape.heights[row * (CELLS + 1) + column] ?? NaN;
  const { columns, rows } = drawingOrder(view);
  context.lineWidth = 0.5;
  context.lineCap = 'round';
  for (const row of rows) {
    for (const column of columns) {
      const heights = [
        corner(column, row),
        corner(column + 1, row),
        corner(column + 1, row + 1),
        corner(column, row + 1),
      ] as const;
      const mean = (heights[0] + heights[1] + heights[2] + heights[3]) / 4;
      if (!Number.isFinite(mean)) continue;
      context.beginPath();
      context.moveTo(...onCanvas(column, row, heights[0]));
      context.lineTo(...onCanvas(column + 1, row, heights[1]));
      context.lineTo(...onCanvas(column + 1, row + 1, heights[2]));
      context.lineTo(...onCanvas(column, row + 1, heights[3]));
      context.closePath();
      const fill = fills[Math.round(shadeAt(column, row) * SHADES)] ?? style.line;
      context.fillStyle = fill;
      context.fill();
      // In its own color, so that no seam is between two cells.
      context.strokeStyle = fill;
      context.stroke();
      if (row % EVERY === 0 || column % EVERY === 0)
        paintLines(context, column, row, heights, onCanvas, style);
      if (race !== null) paintPieces(context, race, row * CELLS + column, landscape, onCanvas);
      context.lineWidth = 0.5;
    }
  }
  paintNames(context, onCanvas, view, style);
  if (race !== null) paintHeads(context, race, landscape, onCanvas, style);
}

/** Some of the lines of the grid show the form. */
function paintLines(
  context: CanvasRenderingContext2D,
  column: number,
  row: number,
  [near, right, , far]: readonly [number, number, number, number],
  onCanvas: Projection,
  style: PlotStyle,
): void {
  context.strokeStyle = style.ink;
  context.globalAlpha = 0.3;
  context.beginPath();
  if (row % EVERY === 0) {
    context.moveTo(...onCanvas(column, row, near));
    context.lineTo(...onCanvas(column + 1, row, right));
  }
  if (column % EVERY === 0) {
    context.moveTo(...onCanvas(column, row, near));
    context.lineTo(...onCanvas(column, row + 1, far));
  }
  context.stroke();
  context.globalAlpha = 1;
}

function paintPieces(
  context: CanvasRenderingContext2D,
  { pieces, looks, position }: Race3d,
  cell: number,
  landscape: Landscape,
  onCanvas: Projection,
): void {
  const list = pieces.get(cell);
  if (list === undefined) return;
  context.lineWidth = 2.4;
  for (const { racer, from, ends } of list) {
    const look = looks[racer];
    if (from >= position || look === undefined) continue;
    const [first, last] = [heightAt(landscape, ends[0], ends[1]), heightAt(landscape, ends[2], ends[3])];
    if (!Number.isFinite(first + last)) continue;
    context.strokeStyle = css(look.color);
    context.beginPath();
    context.moveTo(...onCanvas(ends[0], ends[1], first + LIFT));
    context.lineTo(...onCanvas(ends[2], ends[3], last + LIFT));
    context.stroke();
  }
}

function paintHeads(
  context: CanvasRenderingContext2D,
  { run, looks, position }: Race3d,
  landscape: Landscape,
  onCanvas: Projection,
  style: PlotStyle,
): void {
  for (const { x, y, found } of run.part.minima) {
    const [column, row] = cellsOf(landscape, x, y);
    const height = heightAt(landscape, column, row);
    if (Number.isFinite(height)) markMinimum(context, ...onCanvas(column, row, height), found, style);
  }
  for (const [racer, { color }] of looks.entries()) {
    const head = headOn(landscape, run, racer, position, onCanvas);
    if (head === null) continue;
    if (run.part.racers[racer]?.ended != null && position >= lastOf(run, racer)) {
      paintCross(context, ...head, color, style);
      continue;
    }
    context.beginPath();
    context.arc(...head, 5, 0, 2 * Math.PI);
    context.fillStyle = css(color);
    context.fill();
    context.strokeStyle = style.paper;
    context.lineWidth = 1.5;
    context.stroke();
  }
}

/** The frame that the landscape stands in. */
function paintFloor(context: CanvasRenderingContext2D, onCanvas: Projection, style: PlotStyle): void {
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const [index, [column, row]] of (
    [
      [0, 0],
      [CELLS, 0],
      [CELLS, CELLS],
      [0, CELLS],
    ] as const
  ).entries()) {
    const at = onCanvas(column, row, 0);
    if (index === 0) context.moveTo(...at);
    else context.lineTo(...at);
  }
  context.closePath();
  context.stroke();
}

/** The names of the axes, at the sides that are nearest. */
function paintNames(
  context: CanvasRenderingContext2D,
  onCanvas: Projection,
  { turn }: View3d,
  style: PlotStyle,
): void {
  const beside = (isNear: boolean) => (isNear ? CELLS + BESIDE : -BESIDE);
  context.fillStyle = style.ink;
  context.font = `italic ${LAB_FONT}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText('x', ...onCanvas(CELLS / 2, beside(Math.cos(turn) < 0), 0));
  context.fillText('y', ...onCanvas(beside(Math.sin(turn) > 0), CELLS / 2, 0));
}
