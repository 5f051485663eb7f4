/** What a race says: where a racer is at any moment, when it reached a minimum, and in a sentence how it did. */

import type { RacerPart } from '../protocol/messages';
import type { RaceRun } from './labApi';
import { isNoisy } from './labSetup';
import { count, digits, plural } from './numbers';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly f: number;
}

/** The last entry of a racer's path that is there. */
export function lastOf(run: RaceRun, racer: number): number {
  return (run.part.racers[racer]?.points ?? 1) - 1;
}

/** An entry of a path. */
export function entryAt(run: RaceRun, racer: number, step: number): Place {
  const at = 3 * (racer * (run.part.steps + 1) + step);
  return { x: run.path[at] ?? NaN, y: run.path[at + 1] ?? NaN, f: run.path[at + 2] ?? NaN };
}

/** Where a racer is between two steps; who has ended stays where its path ends. */
export function placeAt(run: RaceRun, racer: number, position: number): Place {
  const last = lastOf(run, racer);
  const at = Math.min(Math.max(0, position), last);
  const step = Math.floor(at);
  const from = entryAt(run, racer, step);
  const share = at - step;
  if (share === 0) return from;
  const to = entryAt(run, racer, step + 1);
  const between = (a: number, b: number) => a + share * (b - a);
  return { x: between(from.x, to.x), y: between(from.y, to.y), f: between(from.f, to.f) };
}

/** The first step within a distance of a minimum; null where there is none. */
export function reachedAt(run: RaceRun, racer: number, tolerance: number): number | null {
  const first = racer * (run.part.steps + 1);
  const last = lastOf(run, racer);
  for (let step = 0; step <= last; step++) {
    if ((run.distance[first + step] ?? NaN) <= tolerance) return step;
  }
  return null;
}

/**
 * Who did best: the first to reach a minimum; where nobody did, who ended lowest among those who were not lost on the
 * way. Null where nobody can be said to be better.
 */
export function bestOf(run: RaceRun, tolerance: number): number | null {
  const { racers } = run.part;
  if (racers.length < 2) return null;
  const reached = racers.map((_, racer) => reachedAt(run, racer, tolerance));
  const isReached = reached.some((step) => step !== null);
  const score = (part: RacerPart, racer: number) => {
    if (isReached) return reached[racer] ?? Infinity;
    return part.ended === null ? part.f : Infinity;
  };
  const scores = racers.map(score);
  const least = Math.min(...scores);
  if (!Number.isFinite(least) || scores.filter((each) => each === least).length > 1) return null;
  return scores.indexOf(least);
}

/** How a racer did, in a sentence. */
export function sentenceOfRacer(run: RaceRun, racer: number, tolerance: number): string {
  const part = run.part.racers[racer];
  if (part === undefined) return '';
  if (part.ended !== null) return part.ended.message;
  const { steps, minima } = run.part;
  if (minima.length === 0)
    return `After ${plural(steps, 'step')} at f = ${digits(part.f)}; no minimum is known that it could reach.`;
  const reached = reachedAt(run, racer, tolerance);
  const away = digits(part.distance);
  if (reached === null)
    return `Not there after ${plural(steps, 'step')}: the nearest minimum is ${away} away.`;
  if (part.distance !== null && part.distance <= tolerance)
    return `Reached a minimum at step ${count(reached)} and ended ${away} from it.`;
  return isNoisy(run.race.noise)
    ? `Reached a minimum at step ${count(reached)}, and noise carried it ${away} away again.`
    : `Came by a minimum at step ${count(reached)} and ended ${away} away from it.`;
}

const COLUMNS = [
  'racer',
  'optimizer',
  'step',
  'x',
  'y',
  'f',
  'gradient_norm',
  'step_length',
  'distance',
] as const;

/** All paths as a table: one line for each racer and step. */
export function csvOf(run: RaceRun): string {
  const lines = [COLUMNS.join(',')];
  for (const [racer, { name, optimizer }] of run.part.racers.entries()) {
    const quoted = /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
    for (let step = 0; step <= lastOf(run, racer); step++) {
      const { x, y, f } = entryAt(run, racer, step);
      const at = racer * (run.part.steps + 1) + step;
      const numbers = [x, y, f, run.gradientNorm[at], run.stepLength[at], run.distance[at]];
      const cells = numbers.map((value) => (value === undefined || Number.isNaN(value) ? '' : String(value)));
      lines.push([quoted, optimizer, step, ...cells].join(','));
    }
  }
  return `${lines.join('\n')}\n`;
}
