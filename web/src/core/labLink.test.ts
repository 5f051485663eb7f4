import { expect, it } from 'vitest';

import { decodeLab, encodeLab, isLabHash } from './labLink';
import type { LabSetup } from './labSetup';

const setup: LabSetup = {
  surface: { kind: 'expression', text: 'x² + |y|·√2', domain: { x: [-1, 1], y: [-2, 2] } },
  domain: null,
  racers: [{ optimizer: { kind: 'sgd', learning_rate: 0.1 }, name: 'Größe', on: false, color: 3 }],
  start: [-0.25, 1e-7],
  steps: 30,
  seed: 2 ** 31,
  noise: { kind: 'gaussian', standard_deviation: 0.5 },
  tolerance: 0.05,
};

it('comes back from the address as it was sent', async () => {
  const hash = await encodeLab(setup);
  expect(hash).toMatch(/^#lab=[\w-]+$/);
  expect(isLabHash(hash)).toBe(true);
  expect(await decodeLab(hash)).toEqual(setup);
});

it('tells the bare lab and other addresses from a damaged link', async () => {
  expect(isLabHash('#lab')).toBe(true);
  expect(isLabHash('#s=labels')).toBe(false);
  expect(isLabHash('#label')).toBe(false);
  expect(await decodeLab('#lab')).toBeNull();
  const hash = await encodeLab(setup);
  await expect(decodeLab(hash.slice(0, -7))).rejects.toThrow('cut off or damaged');
});
