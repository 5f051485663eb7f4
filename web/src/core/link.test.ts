import { expect, it } from 'vitest';

import type { Spec } from '../protocol/messages';
import { decodeSpec, encodeSpec } from './link';

const spec = { format: 1, name: 'Größe', seed: 7, data: { kind: 'circle' } } as unknown as Spec;

it('comes back from the address', async () => {
  const hash = await encodeSpec(spec);
  expect(hash).toMatch(/^s=[\w-]+$/);
  expect(await decodeSpec(`#${hash}`)).toEqual(spec);
});

it('tells no link from a damaged one', async () => {
  expect(await decodeSpec('')).toBeNull();
  expect(await decodeSpec('#top')).toBeNull();
  const hash = await encodeSpec(spec);
  await expect(decodeSpec(`#${hash.slice(0, -9)}`)).rejects.toThrow('cut off or damaged');
});
