/** Contour lines of a grid by marching squares: pieces of lines between the cells' edges. */

import type { Values } from '../protocol/frames';

/**
 * The pieces of a level: x0, y0, x1, y1 of each in cells, from the grid's first column and row. Cells with a value that
 * is not finite have none.
 */
export function contour(values: Values, rows: number, columns: number, level: number): number[] {
  const pieces: number[] = [];
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const first = row * columns + column;
      const a = (values[first] ?? NaN) - level;
      const b = (values[first + 1] ?? NaN) - level;
      const c = (values[first + columns + 1] ?? NaN) - level;
      const d = (values[first + columns] ?? NaN) - level;
      const sum = a + b + c + d;
      if (!Number.isFinite(sum)) continue;
      const bits = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (c > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
      if (bits === 0 || bits === 15) continue;
      // Where the line crosses each side, in the order bottom, right, top, left.
      const crossings: number[] = [];
      if (a > 0 !== b > 0) crossings.push(column + a / (a - b), row);
      if (b > 0 !== c > 0) crossings.push(column + 1, row + b / (b - c));
      if (c > 0 !== d > 0) crossings.push(column + d / (d - c), row + 1);
      if (d > 0 !== a > 0) crossings.push(column, row + a / (a - d));
      if (crossings.length === 4) pieces.push(...crossings);
      else pieces.push(...saddle(crossings, a > 0 === sum > 0));
    }
  }
  return pieces;
}

/** Two lines through one cell: around b and d where its middle is on the side of a, else around a and c. */
function saddle(crossings: readonly number[], joinsFirst: boolean): number[] {
  const [bottom, right, top, left] = [0, 2, 4, 6].map((at) => crossings.slice(at, at + 2));
  if (!bottom || !right || !top || !left) return [];
  return joinsFirst ? [...bottom, ...right, ...top, ...left] : [...bottom, ...left, ...right, ...top];
}
