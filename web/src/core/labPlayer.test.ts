import { expect, it } from 'vitest';

import { advanced, LabPlayer } from './labPlayer';

/** A player whose frames come when they are called. */
function driven(steps: number) {
  const waiting: ((time_ms: number) => void)[] = [];
  const player = new LabPlayer((draw) => waiting.push(draw));
  const frame = (time_ms: number) => waiting.splice(0).forEach((draw) => draw(time_ms));
  player.setSteps(steps);
  frame(0);
  return { player, frame, waiting };
}

it('plays to the end and rests there', () => {
  const { player, frame, waiting } = driven(10);
  player.setSpeed(10);
  player.play();
  for (let time_ms = 0; time_ms <= 900; time_ms += 100) frame(time_ms);
  expect(player.position).toBeCloseTo(9);
  frame(1000);
  frame(1100);
  expect(player.position).toBe(10);
  expect(player.store.getState().plays).toBe(false);
  expect(waiting).toHaveLength(0);
  player.play();
  expect(player.position).toBe(0);
});

it('shows any race in the same time, and a short one no slower than a step a second', () => {
  expect(advanced(0, 8, 'whole', 4000)).toBe(4000);
  expect(advanced(0, 1, 'whole', 2)).toBe(1);
});

it('steps to whole steps both ways, and not beyond the ends', () => {
  const { player } = driven(3);
  player.seek(1.4);
  player.step(1);
  expect(player.position).toBe(2);
  player.seek(1.4);
  player.step(-1);
  expect(player.position).toBe(1);
  player.step(-5);
  expect(player.position).toBe(0);
  player.step(99);
  expect(player.position).toBe(3);
});

it('stays at the end, or at the step on screen, when another race comes', () => {
  const { player } = driven(3);
  player.seek(3);
  player.setSteps(7);
  expect(player.position).toBe(7);
  player.seek(2);
  player.setSteps(5);
  expect(player.position).toBe(2);
  player.setSteps(1);
  expect(player.position).toBe(1);
});
