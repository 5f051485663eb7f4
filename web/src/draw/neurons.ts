/** What the neurons view shows of a spec and a picture. */

import type { EdgeRef, Kernels } from './edges';
import { FEATURES } from './features';
import type { LayerColumn } from './networkLayout';
import type { Examination, Feature, Layer, Spec } from '../protocol/messages';
import type { Drawable } from '../core/pictures';
import type { FrameArray } from '../protocol/frames';

const INPUT = 'input';

/** The input features and the layers as columns of units, whatever state the network is in. */
export function layerColumns(
  spec: Spec,
  examination: Examination | null,
  features: readonly string[],
  unfolded: ReadonlySet<string>,
): LayerColumn[] {
  const columns: LayerColumn[] = [
    { id: INPUT, inputs: [], units: features.length, dense: false, unfolded: unfolded.has(INPUT) },
  ];
  let before: LayerColumn | undefined = columns[0];
  for (const [index, layer] of spec.network.layers.entries()) {
    const report = examination?.layers[index];
    const known = report?.layer === layer.id ? report.output_shape?.reduce((a, b) => a * b, 1) : undefined;
    const column: LayerColumn = {
      id: layer.id,
      inputs: layer.inputs ?? (before ? [before.id] : []),
      units: unitsOf(layer) ?? known ?? before?.units ?? 1,
      dense: layer.kind === 'dense',
      unfolded: unfolded.has(layer.id),
    };
    columns.push(column);
    before = column;
  }
  return columns;
}

function unitsOf(layer: Layer): number | null {
  return layer.kind === 'dense' ? layer.units : null;
}

export function isFeature(name: string): name is Feature {
  return (FEATURES as readonly string[]).includes(name);
}

/** The weight of an edge in a picture. */
export function weightOf(drawable: Drawable | null, edge: EdgeRef): number | null {
  const kernel = drawable?.arrays.get(`parameter:${edge.layer}:kernel`);
  return kernel?.data[edge.from * (kernel.shape[1] ?? 0) + edge.unit] ?? null;
}

/** The kernels of a picture, by layer. */
export function kernelsOf(drawable: Drawable | null): Kernels {
  const kernels = new Map<string, FrameArray>();
  for (const [name, array] of drawable?.arrays ?? []) {
    const match = /^parameter:(.+):kernel$/.exec(name);
    if (match?.[1] !== undefined && array.shape.length === 2) kernels.set(match[1], array);
  }
  return kernels;
}

/** What the units of the output stand for, where each is a class. */
export function outputNames(classes: readonly string[] | undefined, spec: Spec): readonly string[] {
  const last = spec.network.layers.at(-1);
  if (classes === undefined || classes.length < 3 || last?.kind !== 'dense' || last.units !== classes.length)
    return [];
  return classes;
}
