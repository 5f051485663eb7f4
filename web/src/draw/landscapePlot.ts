/** A landscape from above: colors of the loss, lines of equal loss, the path of the training. */

import { scaled } from './axes';
import { css, pixel, type Rgb } from './colors';
import { type GridImage, hatch } from './heatmap';
import {
  crossings,
  lossAtShade,
  lossColor,
  type PathPoint,
  type Shade,
  shadeOf,
  type Surface,
} from './landscape';
import { paintAxes } from './plotAxes';
import { type PlotFrame, plotFrame, type PlotStyle } from './plotFrame';

const LINES = 12;
const INK = '#ffffff';
const RIM = '#000000';
const HERE: Rgb = [217, 72, 15];

export interface LandscapeOptions {
  readonly logarithmic: boolean;
  /** Where the read-out is, 0 to 1 across and up. */
  readonly cursor: { readonly across: number; readonly up: number } | null;
}

export function paintLandscape(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  image: GridImage,
  surface: Surface,
  { logarithmic, cursor }: LandscapeOptions,
  style: PlotStyle,
): void {
  const frame = plotFrame(width, height);
  const { left, top, size } = frame;
  context.clearRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(left, top, size, size);
  context.clip();
  // Smoothing would spread what is not finite over its neighbours.
  context.imageSmoothingEnabled = surface.notFinite === 0;
  const cell = size / (surface.size - 1);
  const canvas = image.paint(surface.size, surface.size, (pixels) =>
    fillLandscape(pixels, surface, shadeOf(surface, logarithmic), style),
  );
  // The middle of a pixel is a point of the grid.
  context.drawImage(canvas, left - cell / 2, top - cell / 2, size + cell, size + cell);
  paintLines(context, frame, surface, logarithmic);
  paintPath(
    context,
    surface.path.map((point) => placeOf(frame, surface, point)),
    placeOf(frame, surface, { a: 0, b: 0, step: 0 }),
  );
  if (cursor !== null) paintCursor(context, frame, cursor);
  context.restore();
  const axis = (name: string, range: Surface['a']) => ({ ...range, name, categories: [] });
  const plane = { isLine: false, columns: null, x: axis('a', surface.a), y: axis('b', surface.b) };
  paintAxes(context, frame, plane, style);
}

function fillLandscape(pixels: Uint32Array, { losses, size }: Surface, shade: Shade, style: PlotStyle): void {
  const mark = hatch(style.theme);
  for (let row = 0; row < size; row++) {
    const target = (size - 1 - row) * size;
    for (let column = 0; column < size; column++) {
      const loss = losses[row * size + column] ?? NaN;
      pixels[target + column] = Number.isFinite(loss) ? pixel(lossColor(shade(loss))) : mark(row, column);
    }
  }
}

function paintLines(
  context: CanvasRenderingContext2D,
  { left, top, size }: PlotFrame,
  surface: Surface,
  logarithmic: boolean,
): void {
  const cell = size / (surface.size - 1);
  context.lineWidth = 1;
  context.strokeStyle = 'rgb(0 0 0 / 0.38)';
  context.beginPath();
  for (let line = 1; line < LINES; line++) {
    const level = lossAtShade(surface, logarithmic, line / LINES);
    for (const [x0, y0, x1, y1] of crossings(surface.losses, surface.size, level)) {
      context.moveTo(left + x0 * cell, top + size - y0 * cell);
      context.lineTo(left + x1 * cell, top + size - y1 * cell);
    }
  }
  context.stroke();
}

type Place = readonly [number, number, ...(readonly number[])];

function placeOf({ left, top, size }: PlotFrame, { a, b }: Surface, point: PathPoint): Place {
  return [scaled(point.a, a, left, left + size), scaled(point.b, b, top + size, top)];
}

/** A piece of a path with a dot at each of its states, and the state looked at. White on black is seen on every color. */
export function paintPath(
  context: CanvasRenderingContext2D,
  path: readonly Place[],
  here: Place | null,
): void {
  context.lineJoin = 'round';
  for (const [color, line, dot] of [
    [RIM, 3.5, 2.6],
    [INK, 1.5, 1.6],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.beginPath();
    path.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.stroke();
    context.fillStyle = color;
    for (const [x, y] of path) disc(context, x, y, dot);
  }
  if (here === null) return;
  const [start] = path;
  if (start) ring(context, start, 4);
  const [x, y] = here;
  context.fillStyle = RIM;
  disc(context, x, y, 6.5);
  context.fillStyle = INK;
  disc(context, x, y, 5);
  context.fillStyle = css(HERE);
  disc(context, x, y, 3.2);
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function ring(context: CanvasRenderingContext2D, [x, y]: Place, radius: number): void {
  context.fillStyle = RIM;
  disc(context, x, y, radius + 1.2);
  context.fillStyle = INK;
  disc(context, x, y, radius);
  context.fillStyle = RIM;
  disc(context, x, y, radius - 1.8);
}

function paintCursor(
  context: CanvasRenderingContext2D,
  { left, top, size }: PlotFrame,
  { across, up }: { readonly across: number; readonly up: number },
): void {
  const [x, y] = [left + across * size, top + (1 - up) * size];
  context.strokeStyle = INK;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, top + size);
  context.moveTo(left, y);
  context.lineTo(left + size, y);
  context.stroke();
  context.setLineDash([]);
}
