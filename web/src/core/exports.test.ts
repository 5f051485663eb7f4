import { afterEach, expect, test, vi } from 'vitest';

import type { AnimationJob, AnimationRequest } from '../protocol/messages';
import { bundleOf, drawRun, fileAddress, importBundle } from './exports';

const wanted = { view: 'loss', format: 'gif', frames: 3 } as AnimationRequest;
const job = (state: AnimationJob['state'], frames_done: number): AnimationJob => ({
  id: 'a1',
  run: 'r1',
  state,
  frames_done,
  frames: 3,
  bytes: 0,
  name: 'x.gif',
  problem: null,
});

/** A server that answers in this order, and what it was asked. */
function server(...answers: unknown[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string, { method }: { method: string }) => {
    asked.push(`${method} ${path}`);
    return Promise.resolve(new Response(JSON.stringify(answers.shift() ?? { done: true })));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

test('a drawing tells how far it is until it is done', async () => {
  const asked = server(job('waiting', 0), job('drawing', 2), job('done', 3));
  const told: number[] = [];
  const drawing = drawRun('r1', wanted, ({ frames_done }) => told.push(frames_done), 1);
  expect((await drawing.finished).state).toBe('done');
  expect(told).toEqual([0, 2, 3]);
  expect(asked).toEqual(['POST api/runs/r1/animations', 'GET api/animations/a1', 'GET api/animations/a1']);
});

test('a drawing that is canceled is taken back at once, whenever it is canceled', async () => {
  let asked = server(job('waiting', 0));
  let drawing = drawRun('r1', wanted, () => drawing.cancel(), 60_000);
  expect((await drawing.finished).state).toBe('canceled');
  expect(asked).toEqual(['POST api/runs/r1/animations', 'DELETE api/animations/a1']);

  asked = server(job('waiting', 0));
  drawing = drawRun('r1', wanted, () => {}, 60_000);
  drawing.cancel();
  expect((await drawing.finished).state).toBe('canceled');
  expect(asked).toHaveLength(2);
});

test('a refusal is an error with its sentence', async () => {
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response('{"message": "There is no such run.", "kind": "x"}', { status: 404 })),
  );
  await expect(drawRun('r1', wanted, () => {}, 1).finished).rejects.toThrow('There is no such run.');
  await expect(importBundle(new Blob())).rejects.toThrow('There is no such run.');
});

test('a bundle is known by its name, and a file by its address', () => {
  const files = [new File([], 'a.csv'), new File([], 'My run.NETLAPSE')];
  expect(bundleOf(files)?.name).toBe('My run.NETLAPSE');
  expect(bundleOf(files.slice(0, 1))).toBeNull();
  expect(fileAddress('r/1', 'metrics.csv')).toBe('api/runs/r%2F1/export/metrics.csv');
});
