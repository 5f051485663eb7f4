/**
 * A network as the stages of its picture: a layer that gives a new shape, and those after it that only change values.
 *
 * Normalization, activation and dropout stand with the layer that they follow, unless something else reads that too.
 */

import { INPUT, readsOf } from '../core/graph';
import type { Layer, LayerReport } from '../protocol/messages';

export interface Stage {
  /** The layers, in order; none for the input. */
  readonly layers: readonly Layer[];
  /** What comes out: height, width and maps, or units; null where an error hides it. */
  readonly shape: readonly number[] | null;
  /** The stages that it reads. */
  readonly reads: readonly number[];
}

const FOLLOWING: ReadonlySet<string> = new Set([
  'batch-norm',
  'layer-norm',
  'activation',
  'dropout',
  'spatial-dropout2d',
]);

/** The stages of a network, the input first. */
export function stagesOf(
  layers: readonly Layer[],
  reports: readonly LayerReport[],
  inputShape: readonly number[] | null,
): Stage[] {
  const reads = readsOf(layers);
  const readers = (id: string) => reads.filter((read) => read.includes(id)).length;
  const stageOf = new Map([[INPUT, 0]]);
  const found: { layers: Layer[]; shape: readonly number[] | null; reads: number[] }[] = [
    { layers: [], shape: inputShape, reads: [] },
  ];
  layers.forEach((layer, index) => {
    const read = reads[index] ?? [];
    const [only] = read;
    const before = found[stageOf.get(only ?? '') ?? -1];
    const shape = reports.find((report) => report.layer === layer.id)?.output_shape ?? null;
    const joins =
      FOLLOWING.has(layer.kind) &&
      read.length === 1 &&
      only !== undefined &&
      only !== INPUT &&
      readers(only) === 1 &&
      before?.layers.at(-1)?.id === only;
    if (joins) {
      before.layers.push(layer);
      before.shape = shape;
      stageOf.set(layer.id, found.indexOf(before));
      return;
    }
    const known = read.flatMap((id) => stageOf.get(id) ?? []);
    stageOf.set(layer.id, found.length);
    found.push({ layers: [layer], shape, reads: [...new Set(known)] });
  });
  return found;
}

/** How large things are drawn, in pixels of the picture. */
export interface PictureScale {
  /** A pixel of a map. */
  readonly pixel: number;
  /** How far each map lies behind the one before. */
  readonly map: number;
  /** A unit of a layer without maps. */
  readonly unit: number;
  /** How many maps a drawn sheet stands for. */
  readonly mapsPerSheet: number;
}

const LARGEST_MAP = 92;
const DEEPEST = 64;
const TALLEST_BAR = 150;
const MOST_SHEETS = 16;

/** One scale for the whole picture: its largest map, deepest stack and longest bar just fit. */
export function scaleOf(stages: readonly Stage[]): PictureScale {
  const shapes = stages.map(({ shape }) => shape);
  const images = shapes.flatMap((shape) => (isImage(shape) ? [shape] : []));
  const side = Math.max(1, ...images.flatMap(([height, width]) => [height, width]));
  const maps = Math.max(1, ...images.map(([, , channels]) => channels));
  const units = Math.max(1, ...shapes.flatMap((shape) => (shape?.length === 1 ? shape : [])));
  return {
    pixel: Math.min(6, LARGEST_MAP / side),
    map: Math.min(5, DEEPEST / maps),
    unit: Math.min(8, TALLEST_BAR / units),
    mapsPerSheet: Math.ceil(maps / MOST_SHEETS),
  };
}

export function isImage(shape: readonly number[] | null): shape is readonly [number, number, number] {
  return shape?.length === 3;
}

/** A wire that does not lead from one stage to the next: it is drawn as an arc, at a level above those inside it. */
export interface Arc {
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

export function arcsOf(stages: readonly Stage[]): Arc[] {
  const spans = stages
    .flatMap(({ reads }, to) => reads.map((from) => ({ from, to })))
    .filter(({ from, to }) => to - from > 1)
    .sort((a, b) => a.to - a.from - (b.to - b.from));
  const arcs: Arc[] = [];
  for (const { from, to } of spans) {
    const beneath = arcs.filter((other) => other.from < to && other.to > from).map(({ level }) => level);
    arcs.push({ from, to, level: 1 + Math.max(0, ...beneath) });
  }
  return arcs;
}
