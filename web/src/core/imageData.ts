/** Images as data: their pixels, their pages, and networks that can read them. */

import type {
  Data,
  Flatten,
  ImageShape,
  Images,
  Layer,
  OwnImages,
  SamplePage,
  Spec,
} from '../protocol/messages';
import { INPUT, insertOn, readsOf, remove } from './graph';
import { freeId, withLayers } from './network';

/** Images of a named collection, or the user's own. */
export type ImageSource = Images | OwnImages;

/** Whether a document is about images. */
export function isImages(data: Data): data is ImageSource {
  return data.kind === 'images' || data.kind === 'own-images';
}

/** The bytes of a page's images [samples, height, width, channels]. */
export function bytesOf({ pixels }: SamplePage): Uint8Array {
  const text = atob(pixels);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** One image as a canvas takes it: red, green, blue and opacity of each pixel. */
export function rgbaOf(bytes: Uint8Array, at: number, shape: ImageShape): Uint8ClampedArray<ArrayBuffer> {
  const { height, width, channels } = shape;
  const rgba = new Uint8ClampedArray(4 * height * width);
  const start = at * height * width * channels;
  for (let pixel = 0; pixel < height * width; pixel++) {
    const from = start + pixel * channels;
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * pixel + channel] = bytes[from + Math.min(channel, channels - 1)] ?? 0;
    rgba[4 * pixel + 3] = 255;
  }
  return rgba;
}

/**
 * The spec with a network that can begin to read its data: dense layers read images through a flatten layer, and
 * points without one. What is still wrong then is said by the check.
 */
export function fitInput(spec: Spec, areImages: boolean): Spec {
  const { layers } = spec.network;
  const readers = readsOf(layers).flatMap((reads, index) => (reads.includes(INPUT) ? [layers[index]] : []));
  let fitted: readonly Layer[] = layers;
  for (const reader of readers) {
    if (areImages && reader?.kind === 'dense') {
      const flatten: Flatten = { kind: 'flatten', id: freeId('flatten', fitted), inputs: null };
      fitted = insertOn(fitted, flatten, { from: INPUT, to: reader.id });
    }
    if (!areImages && reader?.kind === 'flatten' && fitted.length > 1) fitted = remove(fitted, reader.id);
  }
  return fitted === layers ? spec : withLayers(spec, fitted);
}

/** From which to which sample a page goes, as people count. */
export function pageWords(start: number, shown: number, total: number): string {
  if (total === 0) return 'none';
  return `${(start + 1).toLocaleString('en-US')}–${(start + shown).toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
}
