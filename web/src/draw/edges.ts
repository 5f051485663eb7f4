/** The weights of the neurons view as curves: color is sign, width is magnitude. */

import { roundUp } from '../core/numbers';
import type { Theme } from '../core/view';
import type { FrameArray } from '../protocol/frames';
import { css, signColor } from './colors';
import {
  type ColumnLayout,
  distanceToCurve,
  edgeCurve,
  type NetworkLayout,
  type Spot,
} from './networkLayout';

/** Width of an edge whose weight is at the end of the scale. */
export const FULL_WIDTH = 6;
const REACH = 7;

export interface EdgeRef {
  /** The layer whose kernel it belongs to. */
  readonly layer: string;
  readonly from: number;
  readonly unit: number;
}

export type Kernels = ReadonlyMap<string, FrameArray>;

/** The end of the width scale: the greatest weight, rounded up. */
export function weightScale(kernels: Iterable<FrameArray>): number {
  let most = 0;
  for (const kernel of kernels) {
    for (const weight of kernel.data) {
      const size = Math.abs(weight);
      if (size > most && Number.isFinite(size)) most = size;
    }
  }
  return roundUp(most);
}

/** All edges between shown units, with their weights where these are known. */
export function* edges(
  layout: NetworkLayout,
  kernels: Kernels,
): Generator<{ ref: EdgeRef; source: string; from: Spot; to: Spot; weight: number | null }> {
  const columns = new Map(layout.columns.map((column) => [column.id, column]));
  for (const column of layout.columns) {
    const kernel = kernels.get(column.id);
    let offset = 0;
    for (const input of column.inputs) {
      const source = columns.get(input);
      if (source === undefined) continue;
      yield* edgesBetween(source, column, kernel, offset);
      offset += source.spots.length + source.hidden;
    }
  }
}

function* edgesBetween(
  source: ColumnLayout,
  target: ColumnLayout,
  kernel: FrameArray | undefined,
  offset: number,
) {
  const units = kernel?.shape[1] ?? 0;
  for (const to of target.spots) {
    for (const from of source.spots) {
      const ref = { layer: target.id, from: offset + from.unit, unit: to.unit };
      if (target.dense) {
        // A shade of another network may have fewer units than there are now.
        const weight = to.unit < units ? (kernel?.data[ref.from * units + to.unit] ?? null) : null;
        yield { ref, source: source.id, from, to, weight };
      } else if (from.unit === to.unit) {
        yield { ref, source: source.id, from, to, weight: null };
      }
    }
  }
}

export interface EdgeStyle {
  readonly theme: Theme;
  readonly line: string;
  readonly ink: string;
}

export function paintEdges(
  context: CanvasRenderingContext2D,
  layout: NetworkLayout,
  kernels: Kernels,
  lit: EdgeRef | null,
  litUnit: { readonly layer: string; readonly unit: number } | null,
  style: EdgeStyle,
): void {
  const scale = weightScale(kernels.values());
  context.lineCap = 'round';
  for (const { ref, from, to, weight } of edges(layout, kernels)) {
    const { x0, y0, x1, y1 } = edgeCurve(layout, from, to);
    const middle = (x0 + x1) / 2;
    const share = weight === null ? 0 : Math.min(1, Math.abs(weight) / scale);
    const isLit = lit !== null && lit.layer === ref.layer && lit.from === ref.from && lit.unit === ref.unit;
    const isDim = litUnit !== null && !(litUnit.layer === ref.layer && litUnit.unit === ref.unit);
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
    if (isLit) {
      context.strokeStyle = style.ink;
      context.lineWidth = Math.max(1, FULL_WIDTH * share) + 3;
      context.stroke();
    }
    context.strokeStyle =
      weight === null
        ? style.line
        : css(
            signColor(weight < 0 ? -0.55 - 0.45 * share : 0.55 + 0.45 * share, style.theme),
            isDim ? 0.18 : 0.35 + 0.65 * share,
          );
    context.lineWidth = weight === null ? 1 : Math.max(0.6, FULL_WIDTH * share);
    context.stroke();
  }
}

/** The edge under a point; the nearest where several are close. */
export function edgeAt(layout: NetworkLayout, kernels: Kernels, x: number, y: number): EdgeRef | null {
  let best: EdgeRef | null = null;
  let least = REACH;
  for (const { ref, from, to, weight } of edges(layout, kernels)) {
    if (weight === null) continue;
    const distance = distanceToCurve(edgeCurve(layout, from, to), x, y);
    if (distance < least) {
      least = distance;
      best = ref;
    }
  }
  return best;
}
