/** What the list says of a run. */

import { count, digits, percent } from '../../core/numbers';
import type { RunEntry, RunState } from '../../protocol/messages';

export const STATES: Readonly<Record<RunState, string>> = {
  opening: 'opening',
  compiling: 'compiling',
  paused: 'paused',
  training: 'training',
  finished: 'finished',
  diverged: 'diverged',
  'worker-died': 'stopped: its worker died',
  failed: 'failed',
};

export function nameOf(run: { readonly name: string }): string {
  return run.name || 'Untitled';
}

/** Accuracy, or the loss where there is none. */
export function scoreOf({ accuracy, loss, part }: RunEntry): { value: string; of: string } | null {
  if (part === null) return null;
  const of = part === 'train' ? 'training' : 'validation';
  if (accuracy !== null) return { value: percent(accuracy), of: `${of} accuracy` };
  return { value: digits(loss), of: `${of} loss` };
}

export function stepWords({ step, state, origin }: RunEntry): string {
  if (step === 0 && origin?.step == null && state !== 'training') return 'not trained yet';
  return `${STATES[state]} · step ${count(step)}`;
}
