/** All runs: found, described, opened, compared, deleted. */

import { useCallback, useMemo, useState } from 'react';

import { sentenceOf } from '../../core/api';
import { ALL_RUNS, type LibraryQuery, MOST_COMPARED } from '../../core/library';
import { bytes, plural } from '../../core/numbers';
import type { RunEntry } from '../../protocol/messages';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { studio, useStudio } from '../studio';
import { CompareView } from './CompareView';
import { DescribeDialog } from './DescribeDialog';
import { Filters } from './Filters';
import { RunList } from './RunList';
import { useActions, useLibrary } from './useLibrary';

type Chosen = ReadonlyMap<string, RunEntry>;
const NOTHING: Chosen = new Map();

export default function Library({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState<LibraryQuery>(ALL_RUNS);
  const [chosen, setChosen] = useState<Chosen>(NOTHING);
  const [compared, setCompared] = useState<readonly string[] | null>(null);
  if (compared !== null) {
    return (
      <Dialog full title={`Compare ${plural(compared.length, 'run')}`} onClose={onClose}>
        <CompareView runs={compared} onBack={() => setCompared(null)} />
      </Dialog>
    );
  }
  return (
    <Dialog full title="Runs" onClose={onClose}>
      <Shelves
        query={query}
        onQuery={setQuery}
        chosen={chosen}
        onChosen={setChosen}
        onCompare={() => setCompared([...chosen.keys()])}
        onClose={onClose}
      />
    </Dialog>
  );
}

interface ShelvesProps {
  readonly query: LibraryQuery;
  readonly onQuery: (query: LibraryQuery) => void;
  readonly chosen: Chosen;
  readonly onChosen: (chosen: Chosen) => void;
  readonly onCompare: () => void;
  readonly onClose: () => void;
}

function Shelves({ query, onQuery, chosen, onChosen, onCompare, onClose }: ShelvesProps) {
  const [rows, setRows] = useState<readonly [number, number]>([0, 16]);
  const [described, setDescribed] = useState<RunEntry | null>(null);
  const present = useStudio((state) => state.run);
  const listed = useLibrary(query, rows);
  const actions = useActions();
  const question = useMemo(() => JSON.stringify(query), [query]);
  const look = useCallback(
    (next: readonly [number, number]) =>
      setRows((before) => (before[0] === next[0] && before[1] === next[1] ? before : next)),
    [],
  );
  const choose = (run: RunEntry, isChosen: boolean) => {
    const next = new Map(chosen);
    if (isChosen) next.set(run.id, run);
    else next.delete(run.id);
    onChosen(next);
  };
  const remove = (run: RunEntry) => {
    choose(run, false);
    void (run.hidden ? actions.remove(run) : actions.hide(run));
  };
  // The network on the page that was never trained is no library yet.
  const only = listed.total === 1 ? listed.at(0) : null;
  const isFirst = only?.step === 0 && only.id === present && only.origin === null;
  const isEmpty = listed.total === 0 || isFirst;
  return (
    <>
      <div className="px-3 pt-3 pb-2 sm:px-5">
        <Filters query={query} onQuery={onQuery} />
        {(listed.error ?? actions.problem) !== null && (
          <p role="alert" className="mt-2 text-danger">
            {actions.problem ?? sentenceOf(listed.error)}
          </p>
        )}
      </div>
      {isEmpty && <Nothing query={query} onAll={() => onQuery(ALL_RUNS)} />}
      {!isEmpty && (
        <RunList
          listed={listed}
          rows={rows}
          onRows={look}
          present={present}
          chosen={new Set(chosen.keys())}
          canChoose={chosen.size < MOST_COMPARED}
          question={question}
          onOpen={(run) => {
            void studio.openRun(run.id);
            onClose();
          }}
          onRename={(run, name) => void actions.describe(run, { name })}
          onDescribe={setDescribed}
          onDelete={remove}
          onRestore={(run) => void actions.restore({ id: run.id, name: run.name })}
          onTag={(tag) => onQuery({ ...query, tag })}
          onChoose={choose}
        />
      )}
      <footer className="grid gap-2 border-t border-line px-3 py-2.5 sm:px-5">
        {actions.deleted && (
          <div role="status" className="flex items-center gap-3" data-testid="deleted">
            <span className="min-w-0 truncate">Deleted “{actions.deleted.name}”.</span>
            <button
              type="button"
              className="button h-7"
              onClick={() => {
                if (actions.deleted) void actions.restore(actions.deleted);
              }}
            >
              <Icon name="undo" size={14} />
              Undo
            </button>
            <span className="hidden text-[12px] text-muted sm:inline">It can be restored for a day.</span>
          </div>
        )}
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <p className="text-[12px] text-muted tabular-nums" data-testid="library-total">
            {listed.total === null ? '…' : plural(listed.total, 'run')} · {bytes(listed.bytes)} in all
          </p>
          <div className="flex items-center gap-2">
            {chosen.size === 1 && <span className="text-[12px] text-muted">Tick one more to compare.</span>}
            {chosen.size > 0 && (
              <button type="button" className="button-quiet" onClick={() => onChosen(NOTHING)}>
                Untick all
              </button>
            )}
            {(listed.total ?? 0) > 1 && (
              <button type="button" className="button-primary" disabled={chosen.size < 2} onClick={onCompare}>
                {chosen.size < 2 ? 'Compare' : `Compare ${chosen.size}`}
              </button>
            )}
          </div>
        </div>
      </footer>
      {described && (
        <DescribeDialog
          run={described}
          onClose={() => setDescribed(null)}
          onSave={(changes) => void actions.describe(described, changes)}
        />
      )}
    </>
  );
}

/** What will appear here, and what brings it. */
function Nothing({ query, onAll }: { query: LibraryQuery; onAll: () => void }) {
  const isFiltered = query.search !== '' || query.shelf !== 'all' || query.tag !== null;
  return (
    <div className="grid flex-1 place-content-center gap-3 p-6 text-center">
      {isFiltered ? (
        <>
          <p>
            {query.shelf === 'deleted'
              ? 'Nothing was deleted since yesterday.'
              : 'No run fits what is searched for.'}
          </p>
          <button type="button" className="button justify-self-center" onClick={onAll}>
            Show all runs
          </button>
        </>
      ) : (
        <p className="max-w-96 text-muted">
          Every training is kept here, with the loss of each step. Press Train to make the first; it goes on
          to its epochs when the page is closed.
        </p>
      )}
    </div>
  );
}
