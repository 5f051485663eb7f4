import { expect, test } from 'vitest';

import type { Evaluation, SplitMetrics } from '../../protocol/messages';
import { overfittingHint } from './overfitting';

const split = (loss: number, accuracy: number) => ({ loss, accuracy }) as SplitMetrics;
const evaluation = (train: SplitMetrics, validation: SplitMetrics | null): Evaluation => ({
  step: 900,
  epoch: 3,
  train,
  validation,
});
const curve = (...losses: number[]) => ({
  step: Float64Array.from(losses, (_, index) => 100 * (index + 1)),
  trainLoss: new Float32Array(),
  validationLoss: Float32Array.from(losses),
  trainScore: new Float32Array(),
  validationScore: new Float32Array(),
});

test('parts that do equally well get no hint', () => {
  expect(overfittingHint(evaluation(split(0.1, 0.98), split(0.11, 0.97)), curve(0.5, 0.11))).toBe('');
  expect(overfittingHint(evaluation(split(0.1, 0.98), null), curve())).toBe('');
});

test('a gap alone may be the beginning', () => {
  const hint = overfittingHint(evaluation(split(0.01, 1), split(0.2, 0.95)), curve(0.5, 0.2));
  expect(hint).toContain('100 % against 95.0 % at step 900');
  expect(hint).toContain('may begin');
});

test('a gap with a validation loss that rises is said with its least value', () => {
  const hint = overfittingHint(
    evaluation(split(0.01, 1), split(0.4, 0.95)),
    curve(0.5, 0.25, Number.NaN, 0.4),
  );
  expect(hint).toContain('risen from 0.250 at step 200 to 0.400');
});
