/** What can be shown of a layer, or of the input, and what it is called. */

import type { Facet } from '../../core/microscope';
import type { Layer } from '../../protocol/messages';
import { hasHealth } from '../health/places';

export const TITLES: Readonly<Record<Facet, string>> = {
  activations: 'Activations',
  'activation-gradients': 'Gradients of activations',
  kernels: 'Kernels',
  'kernel-gradients': 'Gradients of kernels',
  distributions: 'Distributions',
  stack: 'Stack',
  explain: 'Why this class',
  'over-time': 'Over time',
};
const WITH_KERNELS = ['conv2d', 'separable-conv2d', 'dense'];

/** What can be shown of a layer, or of the input. */
export function facetsOf(layer: Layer | null, isMaps: boolean): Facet[] {
  if (layer === null) return ['explain', 'activation-gradients'];
  return [
    'activations',
    ...(isMaps ? (['stack'] as const) : []),
    ...(WITH_KERNELS.includes(layer.kind) ? (['kernels', 'kernel-gradients'] as const) : []),
    'activation-gradients',
    'distributions',
    ...(hasHealth() ? (['over-time'] as const) : []),
  ];
}
