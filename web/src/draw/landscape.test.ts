import { describe, expect, it } from 'vitest';

import { crossings, lossAt, lossAtShade, lossColor, shadeOf, type Surface } from './landscape';
import { squaresOf } from './landscapeSurface';
import type { Point3d } from './scatter3d';

/** a² + 4b² on a grid of 21 × 21 from −1 to 1. */
function bowl(change: (loss: number, row: number, column: number) => number = (loss) => loss): Surface {
  const size = 21;
  const losses = Array.from({ length: size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    const [a, b] = [-1 + column / 10, -1 + row / 10];
    return change(a * a + 4 * b * b, row, column);
  });
  const range = { low: -1, high: 1 };
  return { losses, size, a: range, b: range, path: [], least: 0, greatest: 5, notFinite: 0 };
}

describe('the scale', () => {
  it('has its ends at the least and the greatest loss', () => {
    for (const logarithmic of [false, true]) {
      const surface = { ...bowl(), least: 0.01 };
      const shade = shadeOf(surface, logarithmic);
      expect(shade(0.01)).toBeCloseTo(0);
      expect(shade(5)).toBeCloseTo(1);
      for (const place of [0, 0.25, 0.5, 1])
        expect(shade(lossAtShade(surface, logarithmic, place))).toBeCloseTo(place);
    }
  });

  it('has a lower end for a loss of zero, and keeps what is no number', () => {
    const shade = shadeOf(bowl(), true);
    expect(shade(0)).toBe(0);
    expect(shade(1e-12)).toBe(0);
    expect(shade(5)).toBeCloseTo(1);
    expect(shade(NaN)).toBeNaN();
  });

  it('grows lighter from the lowest loss to the highest', () => {
    const light = (place: number) => {
      const [r, g, b] = lossColor(place);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (let step = 0; step < 10; step++) expect(light((step + 1) / 10)).toBeGreaterThan(light(step / 10));
  });
});

describe('the loss at a place', () => {
  it('is that of the grid at its points, and between them in proportion', () => {
    expect(lossAt(bowl(), 0.5, -0.2)).toBeCloseTo(0.25 + 0.16);
    expect(lossAt(bowl(), 0.55, 0)).toBeCloseTo((0.25 + 0.36) / 2);
  });

  it('is not a number beyond the grid or beside what is not finite', () => {
    expect(lossAt(bowl(), 1.01, 0)).toBeNaN();
    const torn = bowl((loss, row, column) => (row === 10 && column === 10 ? Infinity : loss));
    expect(lossAt(torn, 0.05, 0)).toBeNaN();
    expect(lossAt(torn, 0.1, 0)).toBeCloseTo(0.01);
  });
});

describe('lines of equal loss', () => {
  it('lie where the loss is', () => {
    const lines = crossings(bowl().losses, 21, 1);
    expect(lines.length).toBeGreaterThan(20);
    for (const [x0, y0, x1, y1] of lines)
      for (const [x, y] of [
        [x0, y0],
        [x1, y1],
      ] as const) {
        const [a, b] = [-1 + x / 10, -1 + y / 10];
        expect(Math.abs(a * a + 4 * b * b - 1)).toBeLessThan(0.05);
      }
  });

  it('close: each end is the end of another line', () => {
    const ends = new Map<string, number>();
    const key = (x: number, y: number) => `${x.toFixed(6)} ${y.toFixed(6)}`;
    for (const [x0, y0, x1, y1] of crossings(bowl().losses, 21, 0.777))
      for (const end of [key(x0, y0), key(x1, y1)]) ends.set(end, (ends.get(end) ?? 0) + 1);
    expect([...ends.values()].every((times) => times === 2)).toBe(true);
  });

  it('never cross at a saddle', () => {
    const [first, second] = crossings([1, 0, 0, 1], 2, 0.4);
    expect(first).toBeDefined();
    expect(second).toBeDefined();
    // The middle is above the level: it belongs to the two high corners, and the low ones are cut off.
    const sums = [first, second].map((line) => (line ? line[0] + line[2] - line[1] - line[3] : 0));
    expect(Math.abs(sums[0] ?? 0)).toBeCloseTo(1.2);
    expect(Math.abs(sums[1] ?? 0)).toBeCloseTo(1.2);
  });

  it('leave out what is not finite', () => {
    const torn = bowl((loss, row) => (row > 5 ? NaN : loss));
    for (const [, y0, , y1] of crossings(torn.losses, 21, 3)) expect(Math.max(y0, y1)).toBeLessThanOrEqual(5);
  });
});

describe('the surface', () => {
  const same = (point: Point3d): Point3d => point;

  it('has a square between each four points, as high as their loss', () => {
    const squares = squaresOf(bowl(), shadeOf(bowl(), false), same);
    expect(squares).toHaveLength(400);
    const heights = squares.flatMap(({ corners }) => corners.map(([, y]) => y));
    expect(Math.min(...heights)).toBeCloseTo(-0.55);
    expect(Math.max(...heights)).toBeCloseTo(0.55);
  });

  it('is open where the loss is not finite', () => {
    const torn = bowl((loss, row, column) => (row === 10 && column === 10 ? NaN : loss));
    expect(squaresOf(torn, shadeOf(torn, false), same)).toHaveLength(396);
  });

  it('is coarser where it would not turn smoothly, and reaches to its ends', () => {
    const size = 151;
    const surface = { ...bowl(), losses: new Float32Array(size * size).fill(1), size };
    const squares = squaresOf(surface, shadeOf(surface, false), same);
    expect(squares.length).toBeLessThanOrEqual(3600);
    const across = squares.flatMap(({ corners }) => corners.map(([x]) => x));
    expect([Math.min(...across), Math.max(...across)]).toEqual([-1, 1]);
  });
});
