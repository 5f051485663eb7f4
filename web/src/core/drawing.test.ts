import { expect, it } from 'vitest';

import { addPoint, canHoldOut, deletePoint, drawingProblem, movePoint, nearestPoint } from './drawing';

it('adds within the domain, moves and deletes', () => {
  const one = addPoint([], 7, -0.12345, 1);
  expect(one).toEqual([{ x: 6, y: -0.123, label: 1 }]);
  const moved = movePoint(one, 0, 1, 2);
  expect(moved[0]).toEqual({ x: 1, y: 2, label: 1 });
  expect(deletePoint(moved, 0)).toEqual([]);
});

it('finds the nearest point within reach', () => {
  const points = addPoint(addPoint([], 0, 0, 0), 1, 0, 1);
  expect(nearestPoint(points, 0.9, 0, 0.5)).toBe(1);
  expect(nearestPoint(points, 3, 3, 0.5)).toBeNull();
});

it('says what is still missing', () => {
  expect(drawingProblem([])).toContain('at least two classes');
  expect(drawingProblem(addPoint([], 0, 0, 3))).toContain('one class');
  expect(drawingProblem(addPoint(addPoint([], 0, 0, 0), 1, 1, 1))).toBeNull();
});

it('holds points out only where each class keeps one to learn from', () => {
  const points = [
    { x: 0, y: 0, label: 0 },
    { x: 1, y: 1, label: 1 },
  ];
  expect(canHoldOut(points)).toBe(false);
  expect(canHoldOut([...points, { x: 2, y: 2, label: 1 }])).toBe(true);
});
