/** A landscape as a surface that turns: squares, the farthest first. */

import { scaled } from './axes';
import { css, type Rgb } from './colors';
import { lossAt, lossColor, type Shade, shadeOf, type Surface } from './landscape';
import { paintPath } from './landscapePlot';
import type { PlotStyle } from './plotFrame';
import { type Point3d, project, type View3d } from './scatter3d';

/** Squares along each side at most: more would not turn smoothly. */
const MOST = 60;
/** How high the surface is, where its sides are 2 long. */
const HEIGHT = 1.1;
const REACH = 1.5;
/** So much the path lies above the surface, and nearer than the squares below it. */
const [LIFT, NEARER] = [0.015, 0.04];
const LIGHT: Point3d = [-0.45, 0.8, -0.4];

export function paintSurface(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  surface: Surface,
  view: View3d,
  logarithmic: boolean,
  style: PlotStyle,
): void {
  context.clearRect(0, 0, width, height);
  const shade = shadeOf(surface, logarithmic);
  const scale = Math.min(width, height) / (2 * REACH);
  const toScreen = (point: Point3d): Point3d => {
    const [x, y, depth] = project(point, view);
    return [width / 2 + scale * x, height / 2 - scale * y, depth];
  };
  paintBase(context, toScreen, style);
  const lifted = ({ a, b }: { a: number; b: number }): Point3d =>
    toScreen(placed(surface, a, b, shade(lossAt(surface, a, b)), LIFT));
  const path = surface.path.map(lifted);
  const here = lifted({ a: 0, b: 0 });
  const drawn: Drawn[] = squaresOf(surface, shade, toScreen).map((square) => ({
    depth: square.depth,
    paint: () => paintSquare(context, square),
  }));
  path.slice(1).forEach((to, index) => {
    const from = path[index] ?? to;
    drawn.push({ depth: (from[2] + to[2]) / 2 + NEARER, paint: () => paintPath(context, [from, to], null) });
  });
  for (const { paint } of drawn.sort((one, other) => one.depth - other.depth)) paint();
  // What lies behind the surface shines through.
  context.globalAlpha = 0.3;
  paintPath(context, path, null);
  context.globalAlpha = 1;
  paintPath(context, path.slice(0, 1), here);
}

interface Drawn {
  readonly depth: number;
  readonly paint: () => void;
}

function paintSquare(context: CanvasRenderingContext2D, { corners, color }: Square): void {
  context.beginPath();
  corners.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
  context.fillStyle = css(color);
  context.fill();
  // Squares share their sides: a thin line of their own color closes the gaps between them.
  context.strokeStyle = css(color);
  context.lineWidth = 0.6;
  context.stroke();
}

interface Square {
  readonly corners: readonly Point3d[];
  readonly depth: number;
  readonly color: Rgb;
}

/** The squares of the surface on the screen; what is not finite is left open. */
export function squaresOf(surface: Surface, shade: Shade, toScreen: (point: Point3d) => Point3d): Square[] {
  const { losses, size, a, b } = surface;
  const each = Math.max(1, Math.ceil((size - 1) / MOST));
  const places: number[] = [];
  for (let place = 0; place < size - 1; place += each) places.push(place);
  places.push(size - 1);
  const at = (row: number, column: number) => {
    const loss = losses[row * size + column] ?? NaN;
    return placed(
      surface,
      scaled(column, { low: 0, high: size - 1 }, a.low, a.high),
      scaled(row, { low: 0, high: size - 1 }, b.low, b.high),
      Number.isFinite(loss) ? shade(loss) : NaN,
    );
  };
  const squares: Square[] = [];
  for (let i = 0; i + 1 < places.length; i++) {
    for (let j = 0; j + 1 < places.length; j++) {
      const [row = 0, below = 0, column = 0, right = 0] = [
        places[i],
        places[i + 1],
        places[j],
        places[j + 1],
      ];
      const corners = [at(row, column), at(row, right), at(below, right), at(below, column)];
      const place = corners.reduce((sum, [, y]) => sum + (y / HEIGHT + 0.5) / 4, 0);
      if (Number.isNaN(place)) continue;
      const screen = corners.map(toScreen);
      squares.push({
        corners: screen,
        depth: screen.reduce((sum, [, , depth]) => sum + depth / 4, 0),
        color: lit(lossColor(place), corners),
      });
    }
  }
  return squares;
}

/** From a and b to the box of the drawing; the loss goes up. What has no loss has no height either, and is not drawn. */
function placed({ a, b }: Surface, across: number, away: number, shade: number, lift = 0): Point3d {
  return [scaled(across, a, -1, 1), (shade - 0.5) * HEIGHT + lift, scaled(away, b, 1, -1)];
}

/** A color as light falls on a square. */
function lit([r, g, b]: Rgb, corners: readonly Point3d[]): Rgb {
  const [o, u, , v] = corners;
  if (!o || !u || !v) return [r, g, b];
  const [ax, ay, az] = [u[0] - o[0], u[1] - o[1], u[2] - o[2]];
  const [bx, by, bz] = [v[0] - o[0], v[1] - o[1], v[2] - o[2]];
  const normal: Point3d = [az * by - ay * bz, ax * bz - az * bx, ay * bx - ax * by];
  const length = Math.hypot(...normal) * Math.hypot(...LIGHT) || 1;
  const cosine = Math.abs(normal[0] * LIGHT[0] + normal[1] * LIGHT[1] + normal[2] * LIGHT[2]) / length;
  const share = 0.62 + 0.38 * cosine;
  return [Math.round(r * share), Math.round(g * share), Math.round(b * share)];
}

/** The square of a and b under the surface, with their names. */
function paintBase(
  context: CanvasRenderingContext2D,
  toScreen: (point: Point3d) => Point3d,
  style: PlotStyle,
): void {
  const floor = -HEIGHT / 2 - 0.06;
  const corners: readonly Point3d[] = [
    [-1, floor, 1],
    [1, floor, 1],
    [1, floor, -1],
    [-1, floor, -1],
  ];
  context.beginPath();
  corners
    .map(toScreen)
    .forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = style.muted;
  context.font = "12px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [name, place] of [
    ['a', [0, floor, 1.16]],
    ['b', [-1.16, floor, 0]],
  ] as const) {
    const [x, y] = toScreen(place);
    context.fillText(name, x, y);
  }
}
