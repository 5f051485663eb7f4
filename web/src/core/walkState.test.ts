import { beforeEach, expect, test } from 'vitest';

import {
  goTo,
  openArithmetic,
  openSlowMotion,
  playOn,
  togglePlayback,
  type WalkData,
  walkKey,
  walkStore,
} from './walkState';

const press = (key: string, shiftKey = false) => walkKey({ key, shiftKey })?.();
const now = () => walkStore.getState();

beforeEach(() => {
  openSlowMotion(true);
  walkStore.setState({ walk: { values: { phases: [0, 1, 2, 3] } } as unknown as WalkData });
});

test('keys go on and back, and no further than the ends', () => {
  press('ArrowLeft');
  expect(now().phase).toBe(0);
  press('ArrowRight');
  press('ArrowRight');
  expect(now().phase).toBe(2);
  press('End');
  press('ArrowRight');
  expect(now().phase).toBe(3);
  press('Home');
  expect(now().phase).toBe(0);
});

test('a step of the training keeps its keys: Shift and arrow are not for the walk', () => {
  expect(walkKey({ key: 'ArrowRight', shiftKey: true })).toBeNull();
  openSlowMotion(false);
  expect(walkKey({ key: 'ArrowRight', shiftKey: false })).toBeNull();
});

test('playback ends at the last stop, and begins again from the first', () => {
  goTo(2);
  press(' ');
  playOn();
  expect(now()).toMatchObject({ phase: 3, plays: false });
  togglePlayback();
  expect(now()).toMatchObject({ phase: 0, plays: true });
});

test('a key by hand ends playback', () => {
  togglePlayback();
  press('ArrowRight');
  expect(now().plays).toBe(false);
});

test('Esc closes the arithmetic first, then slow motion', () => {
  openArithmetic({ layer: 'hidden', parameter: '', index: [0], phase: 'z', row: null });
  press('Escape');
  expect(now()).toMatchObject({ open: null, isOpen: true });
  press('Escape');
  expect(now().isOpen).toBe(false);
});
