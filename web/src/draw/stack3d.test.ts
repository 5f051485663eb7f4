import { expect, test } from 'vitest';

import { layStack, paneAt } from './stack3d';

const room = { width: 400, height: 300 };

test.each([0, 0.6, -1.2, 3])('a stack that is turned by %f stays in its room', (turn) => {
  for (const { origin, across, down } of layStack(16, [28, 28], room, { turn, tilt: 0.4 })) {
    for (const [a, b] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const x = origin[0] + a * across[0] + b * down[0];
      const y = origin[1] + a * across[1] + b * down[1];
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(room.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(room.height);
    }
  }
});

test('looked at from the front, the first map hides the others; from behind, the last', () => {
  expect(paneAt(layStack(5, [28, 28], room, { turn: 0, tilt: 0 }), 200, 150)).toBe(0);
  expect(paneAt(layStack(5, [28, 28], room, { turn: Math.PI, tilt: 0 }), 200, 150)).toBe(4);
  expect(paneAt(layStack(5, [28, 28], room, { turn: 0, tilt: 0 }), 1, 1)).toBeNull();
});
