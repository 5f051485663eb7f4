/** The maps of a layer as a stack of panes that can be turned: an orthographic projection, the farthest first. */

import type { PlotStyle } from './plotFrame';
import { project, type View3d } from './scatter3d';

type Place = readonly [number, number];

/** A pane on the screen: where its first pixel is, and where a row and a column of it lead. */
export interface Pane {
  readonly unit: number;
  readonly origin: Place;
  readonly across: Place;
  readonly down: Place;
  readonly depth: number;
}

/** How deep a stack is, where a pane is two wide. */
const DEPTH = 3.2;
const CLOSEST = 0.6;

/** The panes of a stack, the farthest first. */
export function layStack(
  count: number,
  [height, width]: readonly [number, number],
  room: { readonly width: number; readonly height: number },
  view: View3d,
): Pane[] {
  const longer = Math.max(height, width);
  const [x, y] = [width / longer, height / longer];
  const apart = count > 1 ? Math.min(CLOSEST, DEPTH / (count - 1)) : 0;
  const reach = Math.hypot(x, y, (apart * (count - 1)) / 2);
  const scale = Math.min(room.width, room.height) / (2 * reach);
  const toScreen = (a: number, b: number, z: number): readonly [number, number, number] => {
    const [across, up, depth] = project([a, b, z], view);
    return [room.width / 2 + scale * across, room.height / 2 - scale * up, depth];
  };
  const panes = Array.from({ length: count }, (_, unit) => {
    // The first map is in front.
    const z = apart * ((count - 1) / 2 - unit);
    const [left, top] = toScreen(-x, y, z);
    const [right, rightY] = toScreen(x, y, z);
    const [bottom, bottomY] = toScreen(-x, -y, z);
    return {
      unit,
      origin: [left, top],
      across: [right - left, rightY - top],
      down: [bottom - left, bottomY - top],
      depth: toScreen(0, 0, z)[2],
    } satisfies Pane;
  });
  return panes.sort((a, b) => a.depth - b.depth);
}

/** The pane in front at a place; null beside the stack. */
export function paneAt(panes: readonly Pane[], x: number, y: number): number | null {
  const under = panes.findLast(({ origin, across, down }) => {
    const [dx, dy] = [x - origin[0], y - origin[1]];
    const area = across[0] * down[1] - across[1] * down[0];
    if (Math.abs(area) < 1) return false;
    const a = (dx * down[1] - dy * down[0]) / area;
    const b = (across[0] * dy - across[1] * dx) / area;
    return a >= 0 && a <= 1 && b >= 0 && b <= 1;
  });
  return under?.unit ?? null;
}

/** Draw the panes with the maps of a sheet, which lie one below the other. */
export function paintStack(
  context: CanvasRenderingContext2D,
  panes: readonly Pane[],
  sheet: HTMLCanvasElement,
  style: PlotStyle,
  marked: number | null,
): void {
  const [width, height] = [sheet.width, sheet.height / Math.max(1, panes.length)];
  context.imageSmoothingEnabled = false;
  for (const { unit, origin, across, down } of panes) {
    context.save();
    context.transform(
      across[0] / width,
      across[1] / width,
      down[0] / height,
      down[1] / height,
      origin[0],
      origin[1],
    );
    context.globalAlpha = 0.9;
    context.drawImage(sheet, 0, unit * height, width, height, 0, 0, width, height);
    context.restore();
    context.strokeStyle = unit === marked ? style.ink : style.muted;
    context.lineWidth = unit === marked ? 2 : 0.75;
    context.beginPath();
    context.moveTo(origin[0], origin[1]);
    context.lineTo(origin[0] + across[0], origin[1] + across[1]);
    context.lineTo(origin[0] + across[0] + down[0], origin[1] + across[1] + down[1]);
    context.lineTo(origin[0] + down[0], origin[1] + down[1]);
    context.closePath();
    context.stroke();
  }
}
