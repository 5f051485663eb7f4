import { expect, it } from 'vitest';

import { type CurveData, curveFrame, curveLine, curveScale } from './labCurves';

it('is logarithmic where nothing is negative, and puts zeros at the lower end', () => {
  const scale = curveScale([Float64Array.of(100, 1, 0)]);
  expect(scale.isLog).toBe(true);
  expect(scale.low).toBeLessThan(0);
  expect(scale.high).toBeGreaterThan(2);
  const data: CurveData = { title: '', curves: [], scale, steps: 2 };
  const frame = curveFrame(300, 120);
  const line = curveLine(Float64Array.of(100, 1, 0), data, frame);
  expect(line.at(-1)).toBeCloseTo(frame.top + frame.height);
});

it('shows no more than ten decades below the greatest value', () => {
  const { low, high } = curveScale([Float64Array.of(1, 1e-30)]);
  expect(high - low).toBeLessThan(11);
});

it('is linear where the loss falls below zero', () => {
  const scale = curveScale([Float64Array.of(3, -4)]);
  expect(scale.isLog).toBe(false);
  expect(scale.low).toBeLessThan(-4);
});

it('thins a long curve to its pixels and keeps its peaks', () => {
  const steps = 100_000;
  const curve = Float64Array.from({ length: steps + 1 }, (_, step) =>
    step === 54_321 ? 900 : 1 + (step % 7),
  );
  const scale = curveScale([curve]);
  const frame = curveFrame(400, 120);
  const line = curveLine(curve, { title: '', curves: [curve], scale, steps }, frame);
  expect(line.length).toBeLessThan(2 * 4 * 420);
  const highest = Math.min(...line.filter((_, index) => index % 2 === 1));
  expect(highest).toBeLessThan(frame.top + 0.1 * frame.height);
});
