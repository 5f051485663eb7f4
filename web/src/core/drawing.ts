/** Points drawn by hand: adding, moving and deleting them. */

import type { DrawnPoint } from '../protocol/messages';

export const DOMAIN = 6;
export const MAX_POINTS = 5000;

const clamp = (value: number) => Number(Math.min(DOMAIN, Math.max(-DOMAIN, value)).toFixed(3));

export function addPoint(
  points: readonly DrawnPoint[],
  x: number,
  y: number,
  label: number,
): readonly DrawnPoint[] {
  return points.length >= MAX_POINTS ? points : [...points, { x: clamp(x), y: clamp(y), label }];
}

export function movePoint(
  points: readonly DrawnPoint[],
  index: number,
  x: number,
  y: number,
): readonly DrawnPoint[] {
  return points.map((point, at) => (at === index ? { ...point, x: clamp(x), y: clamp(y) } : point));
}

export function deletePoint(points: readonly DrawnPoint[], index: number): readonly DrawnPoint[] {
  return points.filter((_, at) => at !== index);
}

/** The point nearest to a place, none where all are farther than `reach`. */
export function nearestPoint(
  points: readonly DrawnPoint[],
  x: number,
  y: number,
  reach: number,
): number | null {
  let best: number | null = null;
  let least = reach;
  for (const [index, point] of points.entries()) {
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance <= least) {
      least = distance;
      best = index;
    }
  }
  return best;
}

/** Why the points cannot be trained on yet; null where they can. */
export function drawingProblem(points: readonly DrawnPoint[]): string | null {
  const classes = new Set(points.map((point) => point.label));
  if (points.length === 0) return 'Draw some points of at least two classes.';
  if (classes.size < 2) return 'All points are of one class; draw some of another.';
  return null;
}

/** Whether some of the points can be held out: it takes a class that keeps one to learn from. */
export function canHoldOut(points: readonly DrawnPoint[]): boolean {
  const classes = new Set(points.map((point) => point.label));
  return points.length > classes.size;
}
