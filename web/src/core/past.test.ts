import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { filmRate, momentOf, NOW, Past } from './past';

const STEPS = 5000;
let past: Past;
let newest: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
  newest = STEPS;
  past = new Past(() => newest);
});
afterEach(() => {
  past.now();
  vi.useRealTimers();
});

/** The run answers what was asked; a keyframe every hundred steps. */
function answer(): boolean {
  const { at, nearest } = past.view;
  if (at === null) throw new Error('Nothing was asked.');
  return past.receive({ at, step: nearest ? 100 * Math.floor(at / 100) : at });
}

it('asks for now until it is told otherwise', () => {
  expect(past.view).toEqual(NOW);
  expect(momentOf(past.state)).toBeNull();
  expect(past.receive({ at: null, step: 40 })).toBe(true);
  expect(past.receive({ at: 7, step: 7 })).toBe(false);
});

it('shows the nearest keyframe, then the exact step', () => {
  past.seek(1240);
  expect(past.view).toEqual({ at: 1240, nearest: true });
  expect(momentOf(past.state)).toBeUndefined();
  answer();
  expect(past.state.shown).toBe(1200);
  expect(past.view).toEqual({ at: 1240, nearest: false });
  expect(momentOf(past.state)).toBeUndefined();
  answer();
  expect(past.state.shown).toBe(1240);
  expect(momentOf(past.state)).toBe(1240);
});

it('drops pictures of now and of other steps', () => {
  past.seek(1240);
  expect(past.receive({ at: null, step: 5001 })).toBe(false);
  expect(past.receive({ at: 900, step: 900 })).toBe(false);
  expect(past.state.shown).toBeNull();
});

/** Exact steps take long in this run. */
function isSlow(): void {
  past.seek(10);
  answer();
  vi.advanceTimersByTime(300);
  answer();
}

it('asks one question at a time while it moves, and the newest position wins', () => {
  const asked: number[] = [];
  past.store.subscribe(({ asked: now }, { asked: before }) => {
    if (now !== null && now !== before) asked.push(now.at);
  });
  for (const step of [1000, 1010, 1020, 1030]) past.move(step);
  expect(asked).toEqual([1000]);
  answer();
  expect(asked).toEqual([1000, 1030]);
  answer();
  past.rest();
  expect(past.view).toEqual({ at: 1030, nearest: false });
  expect(momentOf(past.state)).toBe(1030);
});

it('follows the position by keyframes where exact steps take long', () => {
  isSlow();
  past.move(1000);
  expect(past.view).toEqual({ at: 1000, nearest: true });
  past.move(1030);
  answer();
  answer();
  expect(past.view).toEqual({ at: 1030, nearest: true });
  past.rest();
  expect(past.view).toEqual({ at: 1030, nearest: false });
});

it('gives up an exact step that does not come while it moves', () => {
  past.move(1000);
  past.move(2000);
  vi.advanceTimersByTime(200);
  expect(past.view).toEqual({ at: 1000, nearest: false });
  vi.advanceTimersByTime(100);
  expect(past.view).toEqual({ at: 2000, nearest: true });
});

it('shows exact steps where keyframes are too far apart to show that it moves', () => {
  past.seek(10);
  answer();
  vi.advanceTimersByTime(100);
  answer();
  past.move(510);
  expect(past.view.nearest).toBe(true);
  past.move(520);
  answer();
  expect(past.view).toEqual({ at: 520, nearest: true });
  past.move(530);
  answer();
  expect(past.view).toEqual({ at: 530, nearest: false });
});

it('waits for a keyframe longer than for an exact step', () => {
  isSlow();
  past.move(1000);
  past.move(2000);
  vi.advanceTimersByTime(900);
  expect(past.view.at).toBe(1000);
  vi.advanceTimersByTime(200);
  expect(past.view.at).toBe(2000);
});

it('goes step by step, exactly', () => {
  past.stepBy(-1, STEPS);
  expect(past.view).toEqual({ at: 4999, nearest: false });
  answer();
  past.stepBy(-1, 4999);
  expect(past.view).toEqual({ at: 4998, nearest: false });
  answer();
  past.stepBy(1, 4998);
  answer();
  expect(past.state.shown).toBe(4999);
  past.stepBy(1, 4999);
  expect(past.isNow).toBe(true);
});

it('stays between the first step and now', () => {
  past.seek(-5);
  expect(past.state.at).toBe(0);
  past.seek(STEPS);
  expect(past.view).toEqual(NOW);
});

it('says how far it is, and stays at what is shown when that is enough', () => {
  past.seek(1240);
  answer();
  past.recall({ at: 1240, step: 1210, seconds_left: 2 });
  expect(past.state.recalling).toEqual({ step: 1210, seconds_left: 2 });
  past.recall({ at: 900, step: 850, seconds_left: 9 });
  expect(past.state.recalling?.seconds_left).toBe(2);
  past.cancel();
  expect(past.view).toEqual({ at: 1200, nearest: true });
  expect(past.state.recalling).toBeNull();
});

it('returns to now where nothing of the past has come yet', () => {
  past.stepBy(-1, STEPS);
  past.cancel();
  expect(past.isNow).toBe(true);
});

it('plays at its speed and ends at now', () => {
  past.seek(0);
  answer();
  answer();
  past.setSpeed(1);
  past.play();
  vi.advanceTimersByTime(1000);
  answer();
  expect(past.state.at).toBeGreaterThan(0.9 * filmRate(STEPS, 1));
  expect(past.state.at).toBeLessThan(1.1 * filmRate(STEPS, 1));
  past.setSpeed(64);
  vi.advanceTimersByTime(1500);
  expect(past.isNow).toBe(true);
  expect(past.state.plays).toBe(false);
  expect(past.state.moves).toBe(false);
});

it('asks nothing else about steps that are passed', () => {
  past.move(1000);
  answer();
  expect(past.state.shown).toBe(1000);
  expect(momentOf(past.state)).toBeUndefined();
  past.rest();
  expect(momentOf(past.state)).toBe(1000);
});

it('holds a film at the picture that is about to come', () => {
  isSlow();
  past.seek(1000);
  answer();
  vi.advanceTimersByTime(300);
  answer();
  past.setSpeed(64);
  past.play();
  vi.advanceTimersByTime(70);
  expect(past.view.nearest).toBe(true);
  answer();
  vi.advanceTimersByTime(35);
  past.pause();
  expect(past.state.plays).toBe(false);
  const { at } = past.state;
  expect(past.view).toEqual({ at, nearest: true });
  answer();
  answer();
  vi.advanceTimersByTime(1000);
  expect(momentOf(past.state)).toBe(at);
});
