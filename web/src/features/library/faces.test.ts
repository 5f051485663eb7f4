import { describe, expect, it } from 'vitest';

import type { Layer, Spec } from '../../protocol/messages';
import { facesOf, lookOf, readsImages, shownLayers } from './faces';

const layer = (kind: string, id: string) => ({ kind, id }) as unknown as Layer;

function spec(kind: string, ...layers: Layer[]): Spec {
  return { data: { kind }, network: { layers } } as unknown as Spec;
}

const plane = spec('spiral', layer('dense', 'hidden'), layer('dense', 'output'));
const images = spec('images', layer('conv2d', 'conv'), layer('max-pool2d', 'pool'), layer('dense', 'output'));

describe('what is laid side by side', () => {
  it('depends on what the network reads and on whether there are classes', () => {
    expect([plane, images].map(readsImages)).toEqual([false, true]);
    expect(readsImages(spec('bundled', layer('separable-conv2d', 'conv')))).toBe(true);
    expect(facesOf(plane, true)).toEqual(['boundary', 'confusion', 'weights']);
    expect(facesOf(plane, false)).toEqual(['boundary', 'weights']);
    expect(facesOf(images, true)).toEqual(['maps', 'confusion', 'kernels']);
  });

  it('asks for nothing that is not shown', () => {
    expect(lookOf(plane, 'boundary', [0, 1])).toMatchObject({
      weights: false,
      microscope: null,
      warped: null,
      evaluation: true,
    });
    expect(lookOf(plane, 'weights', [0, 1])).toMatchObject({ weights: true, boundary: null });
    expect(lookOf(plane, 'confusion', [0, 1])).toMatchObject({
      weights: false,
      boundary: null,
      microscope: null,
      warped: null,
    });
    expect(lookOf(images, 'kernels', [0, 1]).microscope).toMatchObject({ show: ['kernels'] });
    expect(lookOf(images, 'maps', [0, 1]).microscope?.layers.map((look) => look.layer)).toEqual([
      'conv',
      'pool',
    ]);
    expect(shownLayers(images, 'kernels')).toEqual(['conv']);
    expect(shownLayers(plane, 'weights')).toEqual(['hidden', 'output']);
  });
});
