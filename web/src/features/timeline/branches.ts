/** Which runs come from which: the tree that a run belongs to. */

import type { RunEntry, RunOrigin } from '../../protocol/messages';

export interface TreeRow {
  readonly run: RunEntry;
  readonly origin: RunOrigin | null;
  /** How many branchings lie between it and the first run. */
  readonly depth: number;
}

export interface Branch {
  readonly id: string;
  readonly name: string;
  readonly step: number;
}

/** The runs that branched off this one, by their steps; not those that its spec was edited into. */
export function branchesOf(runs: readonly RunEntry[], run: string): Branch[] {
  return runs
    .flatMap((entry) => {
      const { id, name, origin } = entry;
      return origin?.run === run && origin.step !== null ? [{ id, name, step: origin.step }] : [];
    })
    .sort((a, b) => a.step - b.step);
}

/** The first run and all that comes of it, each after the one it branched off, by step. */
export function familyOf(runs: readonly RunEntry[], run: string): TreeRow[] {
  const known = new Map(runs.map((entry) => [entry.id, entry]));
  let root = known.get(run);
  const climbed = new Set<string>();
  while (root !== undefined && !climbed.has(root.id)) {
    climbed.add(root.id);
    const parent = root.origin?.step == null ? undefined : known.get(root.origin.run);
    if (parent === undefined) break;
    root = parent;
  }
  if (root === undefined) return [];
  const rows: TreeRow[] = [];
  const placed = new Set<string>();
  const place = (entry: RunEntry, depth: number) => {
    if (placed.has(entry.id)) return;
    placed.add(entry.id);
    rows.push({ run: entry, origin: entry.origin, depth });
    for (const { id } of branchesOf(runs, entry.id)) {
      const branch = known.get(id);
      if (branch) place(branch, depth + 1);
    }
  };
  place(root, 0);
  return rows;
}
