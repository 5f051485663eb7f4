/** What is told of every layer along the steps, and in which words. */

import type { LayerVitals } from '../protocol/messages';

export type QuantityName = 'gradients' | 'updates' | 'weights' | 'units';

export interface LayerQuantity {
  /** On the button that chooses it. */
  readonly title: string;
  /** With its unit, at the axis and in tables. */
  readonly name: string;
  readonly scale: 'log' | 'share';
  readonly read: (layer: LayerVitals) => number | null;
  /** Of what it is: samples, split, update. */
  readonly of: string;
  /** What am I seeing? Two sentences. */
  readonly about: string;
}

/** Where steps of networks that learn steadily usually lie: a rule of thumb. */
export const USUAL_RATIO = { low: 1e-4, at: 1e-3, high: 1e-2 } as const;

export const LAYER_QUANTITIES: Readonly<Record<QuantityName, LayerQuantity>> = {
  gradients: {
    title: 'Gradients',
    name: 'gradient norm √Σg²',
    scale: 'log',
    read: (layer) => layer.gradient_norm,
    of: 'mean loss of the probed training samples, without dropout and penalties',
    about:
      'How strongly the loss pulls at the weights and biases of each layer, from the input at the top to the output at the bottom. Where the norm falls by orders of magnitude towards the top, the first layers hardly learn; where it grows from step to step, the training is about to leave the rails.',
  },
  updates: {
    title: 'Updates',
    name: 'update ÷ weights √ΣΔw² ÷ √Σw²',
    scale: 'log',
    read: (layer) => layer.update_ratio,
    of: 'the next update, with its own batch, dropout, optimizer and learning rate',
    about:
      'How far the next update moves the weights of a layer, as a share of their size. About a thousandth (the band: 1e−4 to 1e−2) is what many networks that learn steadily have: a rule of thumb, not a law – the first steps and small networks lie above it, the end of a training below.',
  },
  weights: {
    title: 'Weights',
    name: 'weight norm √Σw²',
    scale: 'log',
    read: (layer) => layer.weight_norm,
    of: 'the state itself; biases not counted',
    about:
      'The size of all weights of a layer together. Steady growth without a better validation loss is how over-fitting and divergence begin; weight decay pulls it down.',
  },
  units: {
    title: 'Units',
    name: 'share of dead or saturated units',
    scale: 'share',
    read: (layer) => layer.dead ?? layer.saturated,
    of: 'the probed training samples',
    about:
      'Dead: a ReLU unit that answers 0 to every sample, so that no gradient reaches its weights. Saturated: a sigmoid or tanh unit whose slope is below 1 % of its greatest for at least 95 % of the samples, so that hardly any does.',
  },
};

export const QUANTITY_NAMES = Object.keys(LAYER_QUANTITIES) as QuantityName[];

/** What of a layer's units is counted; null where neither is. */
export function unitsWord({ dead, saturated }: LayerVitals): 'dead' | 'saturated' | null {
  return dead !== null ? 'dead' : saturated !== null ? 'saturated' : null;
}
