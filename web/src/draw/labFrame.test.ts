import { expect, it } from 'vitest';

import { labFrame, pointAt, screenX, screenY } from './labFrame';

const square = { x: [-10, 10], y: [-10, 10] } as const;

it('gives x and y the same unit', () => {
  const frame = labFrame(900, 400, { x: [0, 20], y: [0, 10] });
  expect(frame.isEqual).toBe(true);
  expect(frame.width / 20).toBeCloseTo(frame.height / 10);
  expect(frame.left + frame.width).toBeLessThanOrEqual(900);
  expect(frame.top + frame.height).toBeLessThanOrEqual(400);
});

it('fills the room where the plane is too long for that, and says so', () => {
  const frame = labFrame(600, 400, { x: [0, 1000], y: [0, 1] });
  expect(frame.isEqual).toBe(false);
  expect(frame.height).toBeGreaterThan(300);
});

it('leads from a point to the canvas and back', () => {
  const frame = labFrame(500, 500, square);
  const [x, y] = pointAt(frame, screenX(frame, -9), screenY(frame, 2));
  expect(x).toBeCloseTo(-9);
  expect(y).toBeCloseTo(2);
  expect(screenY(frame, 10)).toBe(frame.top);
});

it('keeps a point that is dragged out on the plane, and writes it short', () => {
  const frame = labFrame(500, 500, square);
  expect(pointAt(frame, -999, 99_999)).toEqual([-10, -10]);
  const [x] = pointAt(frame, 123.456, 200);
  expect(String(x).length).toBeLessThan(7);
});
