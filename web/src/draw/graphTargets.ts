/** What lies under the pointer in the picture of a network: a wire, a block, or nothing. */

import type { Target } from '../core/builder';
import type { Wire } from '../core/graph';
import { type GraphLayout, NODE_WIDTH, type Point } from './graphLayout';

/** How close to a wire counts as on it. */
const REACH = 26;

/**
 * The target at a point of the layout. A block wins over the wires at its rim.
 *
 * @param except a block that is being dragged: neither it nor its wires are targets
 */
export function targetAt(
  layout: GraphLayout,
  heights: ReadonlyMap<string, number>,
  point: Point,
  except: string | null = null,
): Target {
  for (const [id, place] of layout.places) {
    const [x, y] = [point.x - place.x, point.y - place.y];
    if (id !== except && x >= 0 && x <= NODE_WIDTH && y >= 0 && y <= (heights.get(id) ?? 0))
      return { on: 'block', id };
  }
  let [nearest, reach]: [Wire | null, number] = [null, REACH];
  for (const { from, to, points } of layout.wires) {
    if (from === except || to === except) continue;
    const away = awayFrom(points, point);
    if (away < reach) [nearest, reach] = [{ from, to }, away];
  }
  return nearest === null ? { on: 'canvas' } : { on: 'wire', wire: nearest };
}

/** How far a point is from a line of straight pieces. */
function awayFrom(points: readonly Point[], point: Point): number {
  return points.slice(1).reduce((least, end, index) => {
    const start = points[index] ?? end;
    const [dx, dy] = [end.x - start.x, end.y - start.y];
    const along = ((point.x - start.x) * dx + (point.y - start.y) * dy) / (dx * dx + dy * dy || 1);
    const share = Math.min(1, Math.max(0, along));
    return Math.min(least, Math.hypot(point.x - start.x - share * dx, point.y - start.y - share * dy));
  }, Infinity);
}
