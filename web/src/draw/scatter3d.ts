/** Samples in three dimensions: an orthographic projection that a drag turns. Points only, so a canvas will do. */

import { type Range, scaled } from './axes';
import { css, type Rgb } from './colors';

export interface View3d {
  /** Angles in radians: around the vertical axis, and of the look from above. */
  readonly turn: number;
  readonly tilt: number;
}

export type Point3d = readonly [number, number, number];

/** From [−1, 1]³ to the plane of the screen and the depth (greater is nearer). */
export function project([x, y, z]: Point3d, { turn, tilt }: View3d): Point3d {
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const across = c * x - s * z;
  const away = s * x + c * z;
  const [ct, st] = [Math.cos(tilt), Math.sin(tilt)];
  return [across, ct * y - st * away, st * y + ct * away];
}

const CORNERS: readonly Point3d[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [
  bits & 1 ? 1 : -1,
  bits & 2 ? 1 : -1,
  bits & 4 ? 1 : -1,
]);
const EDGES: readonly (readonly [number, number])[] = CORNERS.flatMap((_, a) =>
  [1, 2, 4].filter((bit) => (a & bit) === 0).map((bit) => [a, a | bit] as const),
);

export interface Sample3d {
  readonly at: Point3d;
  readonly color: Rgb;
}

/** Samples by their values on three axes, each scaled to its range. */
export function place(values: Point3d, ranges: readonly [Range, Range, Range]): Point3d {
  return [
    scaled(values[0], ranges[0], -1, 1),
    scaled(values[1], ranges[1], -1, 1),
    scaled(values[2], ranges[2], -1, 1),
  ];
}

export function paintScatter3d(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  samples: readonly Sample3d[],
  names: readonly [string, string, string],
  view: View3d,
  line: string,
  ink: string,
): void {
  const scale = Math.min(width, height) * 0.29;
  const toScreen = (point: Point3d): Point3d => {
    const [x, y, depth] = project(point, view);
    return [width / 2 + scale * x, height / 2 - scale * y, depth];
  };
  context.clearRect(0, 0, width, height);
  context.strokeStyle = line;
  context.lineWidth = 1;
  context.beginPath();
  for (const [a, b] of EDGES) {
    const [from, to] = [CORNERS[a], CORNERS[b]];
    if (!from || !to) continue;
    const [x0, y0] = toScreen(from);
    const [x1, y1] = toScreen(to);
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.stroke();
  const placed = samples.map((sample) => ({ sample, screen: toScreen(sample.at) }));
  placed.sort((a, b) => a.screen[2] - b.screen[2]);
  for (const { sample, screen } of placed) {
    const [x, y, depth] = screen;
    context.fillStyle = css(sample.color, 0.55 + 0.22 * (depth + 1));
    context.beginPath();
    context.arc(x, y, 2.2 + 0.9 * (depth + 1), 0, 2 * Math.PI);
    context.fill();
  }
  context.fillStyle = ink;
  context.font = "12px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const ends: readonly Point3d[] = [
    [1.2, -1, -1],
    [-1, 1.15, -1],
    [-1, -1, 1.2],
  ];
  for (const [index, end] of ends.entries()) {
    const [x, y] = toScreen(end);
    context.fillText(names[index] ?? '', x, y);
  }
}
