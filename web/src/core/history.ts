/** Undo and redo of an immutable document. */

export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Edits with the same mark in a row, such as those of one slider, are one step of undo. */
  readonly mark: string | null;
}

const DEPTH = 200;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], mark: null };
}

export function edited<T>(history: History<T>, present: T, mark: string | null = null): History<T> {
  const joins = mark !== null && mark === history.mark && history.past.length > 0;
  const past = joins ? history.past : [...history.past, history.present].slice(-DEPTH);
  return { past, present, future: [], mark };
}

/** The same moment in other words: the server's normalized form of the present. */
export function reworded<T>(history: History<T>, present: T): History<T> {
  return { ...history, present };
}

export function undone<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  const future = [history.present, ...history.future];
  return { past: history.past.slice(0, -1), present, future, mark: null };
}

export function redone<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, mark: null };
}
