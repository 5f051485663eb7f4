import { describe, expect, it } from 'vitest';

import type { Layer, Spec } from '../protocol/messages';
import { readsOf } from './graph';
import { bytesOf, fitInput, pageWords, rgbaOf } from './imageData';

const layer = (kind: string, id: string, inputs: readonly string[] | null = null) =>
  ({ kind, id, inputs }) as unknown as Layer;
const withNetwork = (...layers: Layer[]) => ({ network: { layers } }) as unknown as Spec;
const ids = (spec: Spec) => spec.network.layers.map(({ id }) => id);

describe('pixels', () => {
  it('come out of base64 as they went in', () => {
    const page = { pixels: btoa(String.fromCharCode(0, 7, 128, 255)) };
    expect([...bytesOf(page as Parameters<typeof bytesOf>[0])]).toEqual([0, 7, 128, 255]);
  });

  it('of one channel are gray, of three in color', () => {
    const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6]);
    expect([...rgbaOf(bytes, 1, { height: 1, width: 2, channels: 1 })]).toEqual([3, 3, 3, 255, 4, 4, 4, 255]);
    expect([...rgbaOf(bytes, 1, { height: 1, width: 1, channels: 3 })]).toEqual([4, 5, 6, 255]);
  });
});

describe('a network for other data', () => {
  it('gets a flatten layer before a dense one that is to read images', () => {
    const fitted = fitInput(withNetwork(layer('dense', 'a'), layer('dense', 'b')), true);
    expect(ids(fitted)).toEqual(['flatten-1', 'a', 'b']);
    expect(readsOf(fitted.network.layers)).toEqual([['input'], ['flatten-1'], ['a']]);
  });

  it('stays as it is where it can read images', () => {
    const spec = withNetwork(layer('conv2d', 'c'), layer('flatten', 'f'), layer('dense', 'd'));
    expect(fitInput(spec, true)).toBe(spec);
  });

  it('loses the flatten layer before points', () => {
    expect(ids(fitInput(withNetwork(layer('flatten', 'f'), layer('dense', 'd')), false))).toEqual(['d']);
  });

  it('is the one before after there and back', () => {
    const spec = withNetwork(layer('dense', 'a'), layer('dense', 'b'));
    expect(fitInput(fitInput(spec, true), false).network.layers).toEqual(spec.network.layers);
  });
});

describe('a page', () => {
  it('says which samples it shows', () => {
    expect(pageWords(48, 48, 55_000)).toBe('49–96 of 55,000');
    expect(pageWords(0, 0, 0)).toBe('none');
  });
});
