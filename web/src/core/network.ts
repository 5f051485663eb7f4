/** Edits of a spec's network, each giving a new spec. */

import type { Activation, DatasetPreview, Dense, Layer, Spec, Task } from '../protocol/messages';
import { INPUT, insertAfter, insertOn, readsOf, remove } from './graph';
import { setAt } from './json';

const MAX_UNITS = 4096;
const OUTPUT_ACTIVATION: Readonly<Record<Task, Activation>> = {
  binary: 'sigmoid',
  multiclass: 'softmax',
  regression: 'linear',
};

export function withLayers(spec: Spec, layers: readonly Layer[]): Spec {
  return setAt(spec, ['network', 'layers'], layers);
}

/** An id that no layer has: the stem, or the stem with a number. */
export function freeId(stem: string, layers: readonly Layer[]): string {
  const taken = new Set(['input', ...layers.map((layer) => layer.id)]);
  const base = stem.replace(/-\d+$/, '');
  for (let number = 1; ; number++) {
    const id = `${base}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** A dense layer before the output, like the hidden layer before it. */
export function addHiddenLayer(spec: Spec): Spec {
  const layers = spec.network.layers;
  const at = Math.max(0, layers.length - 1);
  const model = layers.slice(0, at).findLast((layer): layer is Dense => layer.kind === 'dense');
  const layer: Dense = {
    kind: 'dense',
    id: freeId('hidden', layers),
    inputs: null,
    units: model ? Math.min(model.units, 8) : 4,
    activation: model?.activation ?? 'tanh',
    use_bias: true,
    kernel_initializer: model?.kernel_initializer ?? { kind: 'glorot', distribution: 'uniform' },
    bias_initializer: { kind: 'zeros' },
    frozen: false,
  };
  return withLayers(spec, insertBeforeOutput(layers, layer));
}

/** A layer between the output layer and what that reads first; in a network without layers, the only one. */
export function insertBeforeOutput(layers: readonly Layer[], layer: Layer): readonly Layer[] {
  const last = layers.at(-1);
  const read = readsOf(layers).at(-1)?.at(-1);
  if (last === undefined || read === undefined) return insertAfter(layers, layer, INPUT);
  return insertOn(layers, layer, { from: read, to: last.id });
}

/** The last hidden dense layer, where there is one: what − takes away. */
export function lastHiddenLayer(spec: Spec): string | null {
  return spec.network.layers.slice(0, -1).findLast((layer) => layer.kind === 'dense')?.id ?? null;
}

export function removeLayer(spec: Spec, id: string): Spec {
  return withLayers(spec, remove(spec.network.layers, id));
}

export function setUnits(spec: Spec, at: number, units: number): Spec {
  const kept = Math.min(MAX_UNITS, Math.max(1, Math.round(units)));
  return setAt(spec, ['network', 'layers', at, 'units'], kept);
}

/** The spec with an output layer and a loss that fit other data, so that choosing data never ends in an error. */
export function fitOutput(spec: Spec, facts: Pick<DatasetPreview, 'task' | 'class_names'>): Spec {
  const units = facts.task === 'multiclass' ? facts.class_names.length : 1;
  const at = spec.network.layers.length - 1;
  const last = spec.network.layers[at];
  let fitted = spec;
  if (last?.kind === 'dense' && !lossFits(spec, facts.task, last, units)) {
    const activation = OUTPUT_ACTIVATION[facts.task];
    fitted = setAt(
      setAt(spec, ['network', 'layers', at, 'units'], units),
      ['network', 'layers', at, 'activation'],
      activation,
    );
  }
  const kind = spec.training.loss.kind;
  const wrong =
    (kind === 'binary-cross-entropy' && facts.task !== 'binary') ||
    (kind === 'categorical-cross-entropy' && facts.task !== 'multiclass') ||
    ((kind === 'huber' || kind === 'mean-squared-error') && facts.task === 'multiclass');
  return wrong ? setAt(fitted, ['training', 'loss'], { kind: 'auto' }) : fitted;
}

function lossFits(spec: Spec, task: Task, last: Dense, units: number): boolean {
  if (last.units !== units) return false;
  const isAutomatic = spec.training.loss.kind === 'auto';
  return !isAutomatic || last.activation === OUTPUT_ACTIVATION[task];
}
