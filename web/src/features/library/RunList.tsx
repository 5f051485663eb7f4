/** Thousands of runs: rows of one height, of which those in sight are there. */

import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

import { rowsInSight } from '../../core/library';
import type { Listed } from './useLibrary';
import { RunRow, type RowActions } from './RunRow';

const NARROW = '(max-width: 639px)';

interface Props extends RowActions {
  readonly listed: Listed;
  readonly rows: readonly [number, number];
  readonly onRows: (rows: readonly [number, number]) => void;
  readonly present: string | null;
  readonly chosen: ReadonlySet<string>;
  readonly canChoose: boolean;
  /** Changes with what is asked for: the list begins at its top again. */
  readonly question: string;
}

export function RunList(props: Props) {
  const { listed, rows, onRows, present, chosen, canChoose, question, ...actions } = props;
  const narrow = useNarrow();
  const now = useNow();
  const height = narrow ? 100 : 60;
  const total = listed.total ?? 0;
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    root.current?.scrollTo({ top: 0 });
  }, [question]);
  useEffect(() => {
    const node = root.current;
    if (node === null) return;
    const look = () => onRows(rowsInSight(node.scrollTop, node.clientHeight, height, total));
    look();
    node.addEventListener('scroll', look, { passive: true });
    const resized = new ResizeObserver(look);
    resized.observe(node);
    return () => {
      node.removeEventListener('scroll', look);
      resized.disconnect();
    };
  }, [height, total, onRows]);
  const [first, last] = [rows[0], Math.min(rows[1], total)];
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  return (
    <div ref={root} className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1} data-testid="run-list">
      <ul className="relative" style={{ height: total * height }} data-testid="runs">
        {shown.map((row) => {
          const run = listed.at(row);
          return (
            <li
              key={run?.id ?? row}
              className="absolute inset-x-0"
              style={{ top: row * height, height }}
              aria-setsize={total}
              aria-posinset={row + 1}
            >
              {run && (
                <RunRow
                  {...actions}
                  run={run}
                  now={now}
                  isPresent={run.id === present}
                  isChosen={chosen.has(run.id)}
                  canChoose={canChoose}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(NARROW);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(NARROW).matches,
  );
}

const AGE_MS = 30_000;

/** The time, anew every half minute: ages grow while one looks. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), AGE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
