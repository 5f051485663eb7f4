/** What of the compared runs is laid side by side, and what is asked of each picture for it. */

import type { Axes } from '../../core/view';
import type { Spec } from '../../protocol/messages';
import type { Look } from './useRunMoment';

export type Face = 'boundary' | 'confusion' | 'weights' | 'maps' | 'kernels';

export const FACES: Readonly<Record<Face, string>> = {
  boundary: 'Boundary',
  confusion: 'Confusion',
  weights: 'Weights',
  maps: 'Feature maps',
  kernels: 'Kernels',
};

const GRID = 80;
const MOST_LAYERS = 4;
const MOST_MAPS = 8;
const MAP_SIZE = 32;

/** Whether a network reads images. */
export function readsImages({ data, network }: Spec): boolean {
  return data.kind === 'images' || data.kind === 'own-images' || network.layers.some(isSpatial);
}

function isSpatial({ kind }: Spec['network']['layers'][number]): boolean {
  return kind.includes('conv') || kind.includes('pool');
}

/** What can be shown of a run. */
export function facesOf(spec: Spec, hasClasses: boolean): Face[] {
  const own: Face[] = readsImages(spec) ? ['maps', 'kernels'] : ['boundary', 'weights'];
  const [first = 'confusion', ...rest] = own;
  return hasClasses ? [first, 'confusion', ...rest] : own;
}

/** The layers whose maps or kernels are shown. */
export function shownLayers(spec: Spec, face: Face): readonly string[] {
  const { layers } = spec.network;
  if (face === 'weights') return layers.map(({ id }) => id);
  const spatial = layers.filter((layer) =>
    face === 'kernels' ? layer.kind.includes('conv') : isSpatial(layer),
  );
  return spatial.slice(0, MOST_LAYERS).map(({ id }) => id);
}

/** @param axes The plane of a boundary. */
export function lookOf(spec: Spec, face: Face, axes: Axes): Look {
  const nothing: Look = {
    boundary: null,
    weights: false,
    evaluation: true,
    inspect: [],
    gradients: false,
    microscope: null,
    warped: null,
    predictions: false,
  };
  switch (face) {
    case 'boundary':
      return {
        ...nothing,
        boundary: { width: GRID, height: GRID, unit_size: 0, axes },
      };
    case 'weights':
      return { ...nothing, weights: true };
    case 'confusion':
      return nothing;
    case 'maps':
    case 'kernels':
      return {
        ...nothing,
        microscope: {
          subject: { kind: 'sample', part: 'validation', index: 0 },
          layers: shownLayers(spec, face).map((layer) => ({
            layer,
            start: 0,
            count: MOST_MAPS,
            channel: null,
          })),
          show: [face === 'maps' ? 'activations' : 'kernels'],
          scope: 'layer',
          size: MAP_SIZE,
        },
      };
  }
}
