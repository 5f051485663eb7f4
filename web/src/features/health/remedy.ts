/** A remedy as an intervention: made the way every change is made, and taken back the same way. */

import { createStore } from 'zustand/vanilla';

import { withChanges } from '../../core/diagnosis';
import { getAt, isObject, readPath, same } from '../../core/json';
import type { Remedy, SetValue, Spec } from '../../protocol/messages';
import { studio } from '../studio';

export interface Applied {
  readonly run: string;
  readonly remedy: Remedy;
  /** The spec right after it. */
  readonly after: Spec;
}

/** Remedies that were applied on this page, the newest last. */
export const appliedStore = createStore<{ readonly all: readonly Applied[] }>(() => ({ all: [] }));

const MOST_KEPT = 20;

export function applyRemedy(remedy: Remedy): void {
  const { changes, fix } = remedy;
  if (changes.length === 0) {
    if (fix !== null) studio.applyFix(fix.patch);
    return;
  }
  const { run, status, schema } = studio.state;
  const apply = (spec: Spec) => withChanges(spec, changes, schema);
  // What is changed in the past waits for a word where it shall act.
  const isNow = studio.past.isNow;
  if (isNow && status?.state === 'diverged') studio.remedy({ title: remedy.label, apply });
  else studio.change(apply);
  if (!isNow || run === null) return;
  const { all } = appliedStore.getState();
  const others = all.filter((one) => one.run !== run || !same(one.remedy.changes, changes));
  appliedStore.setState({ all: [...others, { run, remedy, after: studio.spec }].slice(-MOST_KEPT) });
}

/** Another intervention that gives the values back. */
export function takeBack({ remedy, after }: Applied): void {
  const { schema } = studio.state;
  if (same(studio.spec, after)) studio.undo();
  else studio.change((spec) => withChanges(spec, remedy.undo, schema));
}

/** Whether the values of a change are those of the spec. */
export function isInForce(spec: Spec, changes: readonly SetValue[]): boolean {
  return changes.every(({ path, value }) => {
    const at = getAt(spec, readPath(path));
    return same(at, value) || (isObject(at) && at['kind'] === value);
  });
}
