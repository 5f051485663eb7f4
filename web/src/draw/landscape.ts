/** The loss over a plane through the weights: its values, its scale, and lines of equal loss. */

import { type Range, scaled } from './axes';
import { type Rgb, rgb } from './colors';

/** A landscape as it is drawn. Row i of the grid is b[i], column j is a[j]. */
export interface Surface {
  readonly losses: ArrayLike<number>;
  readonly size: number;
  readonly a: Range;
  readonly b: Range;
  /** The states of the training on the plane, oldest first; empty for random directions. */
  readonly path: readonly PathPoint[];
  readonly least: number;
  readonly greatest: number;
  /** How many points have no finite loss. */
  readonly notFinite: number;
}

export interface PathPoint {
  readonly a: number;
  readonly b: number;
  readonly step: number;
}

/** Where a loss lies between the ends of the scale, 0 to 1; NaN stays so. */
export type Shade = (loss: number) => number;

/** A scale in equal steps of the loss, or of its logarithm. What is not positive is at its lower end. */
export function shadeOf({ least, greatest }: Surface, logarithmic: boolean): Shade {
  if (!logarithmic || greatest <= 0) return (loss) => (loss - least) / (greatest - least || 1);
  const floor = Math.log(lowestOf(least, greatest));
  const range = Math.log(greatest) - floor || 1;
  return (loss) => (Number.isNaN(loss) ? NaN : Math.max(0, (Math.log(Math.max(loss, 0)) - floor) / range));
}

/** A logarithm needs a lower end above zero. */
function lowestOf(least: number, greatest: number): number {
  return Math.max(least, greatest * 1e-9);
}

/** The loss at a place of the scale, 0 to 1. */
export function lossAtShade({ least, greatest }: Surface, logarithmic: boolean, place: number): number {
  if (!logarithmic || greatest <= 0) return least + place * (greatest - least);
  const low = lowestOf(least, greatest);
  return low * (greatest / low) ** place;
}

/** From the lowest loss to the highest: even in lightness, and told apart by those who see no red or green. */
const STOPS: readonly Rgb[] = ['#3b1f5e', '#3a4e8b', '#287d8e', '#2fa780', '#7fcf5b', '#f4e44a'].map(rgb);

export function lossColor(place: number): Rgb {
  const at = Math.min(1, Math.max(0, place)) * (STOPS.length - 1);
  const index = Math.min(Math.floor(at), STOPS.length - 2);
  const [low, high] = [STOPS[index] ?? [0, 0, 0], STOPS[index + 1] ?? [0, 0, 0]];
  const mix = (x: number, y: number) => Math.round(x + (y - x) * (at - index));
  return [mix(low[0], high[0]), mix(low[1], high[1]), mix(low[2], high[2])];
}

/** The loss at any place of the grid, between its points in proportion; NaN beyond it or beside what is not finite. */
export function lossAt({ losses, size, a, b }: Surface, across: number, up: number): number {
  const x = scaled(across, a, 0, size - 1);
  const y = scaled(up, b, 0, size - 1);
  if (!(x >= 0 && y >= 0 && x <= size - 1 && y <= size - 1)) return NaN;
  const [column, row] = [Math.min(Math.floor(x), size - 2), Math.min(Math.floor(y), size - 2)];
  const [u, v] = [x - column, y - row];
  let total = 0;
  for (const [dx, dy] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    const share = (dx === 1 ? u : 1 - u) * (dy === 1 ? v : 1 - v);
    if (share > 0) total += share * (losses[(row + dy) * size + column + dx] ?? NaN);
  }
  return Number.isFinite(total) ? total : NaN;
}

export type Segment = readonly [number, number, number, number];

/** Where the grid crosses a value: short lines in units of columns and rows (marching squares). */
export function crossings(values: ArrayLike<number>, size: number, level: number): Segment[] {
  const lines: Segment[] = [];
  for (let row = 0; row < size - 1; row++) {
    for (let column = 0; column < size - 1; column++) {
      const at = row * size + column;
      const corners = [values[at], values[at + 1], values[at + size + 1], values[at + size]] as number[];
      if (!corners.every(Number.isFinite)) continue;
      const cuts = cutsOf(corners, level, column, row);
      for (let cut = 0; cut + 1 < cuts.length; cut += 2) {
        const [from, to] = [cuts[cut], cuts[cut + 1]];
        if (from && to) lines.push([...from, ...to]);
      }
    }
  }
  return lines;
}

const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

/** Where the four sides of a square cross the level, in order around it; a saddle has four of them. */
function cutsOf(corners: readonly number[], level: number, column: number, row: number): [number, number][] {
  const cuts: [number, number][] = [];
  for (const [side, [x0, y0]] of CORNERS.entries()) {
    const [from = 0, to = 0] = [corners[side], corners[(side + 1) % 4]];
    if (from < level === to < level) continue;
    const [x1, y1] = CORNERS[(side + 1) % 4] ?? [0, 0];
    const share = (level - from) / (to - from);
    cuts.push([column + x0 + share * (x1 - x0), row + y0 + share * (y1 - y0)]);
  }
  const mean = corners.reduce((sum, value) => sum + value, 0) / 4;
  // A saddle: the middle says which corners belong together.
  if (cuts.length === 4 && mean < level !== (corners[0] ?? 0) < level) cuts.push(cuts.shift() ?? [0, 0]);
  return cuts;
}
