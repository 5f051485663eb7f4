/** The seven panels: whether they are open, how far apart their pictures are, and of which networks there are any. */

import { createStore } from 'zustand/vanilla';

import type { CheckResult, Dense, Spec } from '../protocol/messages';
import { INPUT, readsOf } from './graph';
import { replayed } from './guest';

export interface SevenPanelsState {
  readonly isOpen: boolean;
  /** They were just closed: what opened them takes the focus again. */
  readonly wasClosed: boolean;
  /** States from one picture to the next; null for the interval that suits the run. */
  readonly every: number | null;
  /** Whether gradients are shown in proportion; else on a logarithmic scale. */
  readonly linear: boolean;
}

export const sevenPanelsStore = createStore<SevenPanelsState>(() => ({
  isOpen: false,
  wasClosed: false,
  every: null,
  linear: false,
}));

export function openSevenPanels(): void {
  sevenPanelsStore.setState({ isOpen: true, wasClosed: false });
}

export function closeSevenPanels(): void {
  sevenPanelsStore.setState({ isOpen: false, wasClosed: true });
}

/** As in the package: `scenes/seven_panels.py`. */
const MOST_UNITS = 32;
const MOST_LAYERS = 5;
const PLAIN = ['dense', 'activation', 'dropout'];

/** The dense layers of a network, in order. */
export function denseLayers(spec: Spec): readonly Dense[] {
  return spec.network.layers.flatMap((layer) => (layer.kind === 'dense' ? [layer] : []));
}

/** Whether a network has the seven panels: small, fully connected, layer after layer, with a hidden layer. */
export function hasSevenPanels(spec: Spec, check: CheckResult | null): boolean {
  const { layers } = spec.network;
  const dense = denseLayers(spec);
  const reads = readsOf(layers);
  const isChain = reads.every((read, at) => read.length === 1 && read[0] === (layers[at - 1]?.id ?? INPUT));
  const isPlain = isChain && layers.every((layer) => PLAIN.includes(layer.kind));
  // A page without a server holds no gradients.
  if (!isPlain || replayed() !== null || dense.length < 2 || dense.length > MOST_LAYERS) return false;
  if (dense.some(({ units }) => units > MOST_UNITS)) return false;
  const shape = check?.examination?.layers[0]?.input_shapes[0];
  return spec.data.kind !== 'images' && shape?.length === 1 && (shape[0] ?? 0) <= MOST_UNITS;
}

/** Pictures of a film at most, where no interval is chosen. */
const MOST_PICTURES = 41;

/** States from one picture to the next: 5, or more where that would be many pictures. As in the package. */
export function usualEvery(last: number): number {
  for (let power = 1; ; power *= 10)
    for (const factor of [5, 10, 20])
      if (Math.floor(last / (factor * power)) + 1 <= MOST_PICTURES) return factor * power;
}

/** The states of the pictures: 0, and every so many. */
export function pictureCount(last: number, every: number): number {
  return Math.floor(last / every) + 1;
}
