/** One run of the list: what it is, how far it came, and what can be done with it. */

import { memo, useState } from 'react';

import { ago } from '../../core/library';
import { bytes, count } from '../../core/numbers';
import type { RunEntry } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Sparkline } from './Sparkline';
import { nameOf, scoreOf, stepWords } from './words';

export interface RowActions {
  readonly onOpen: (run: RunEntry) => void;
  readonly onRename: (run: RunEntry, name: string) => void;
  readonly onDescribe: (run: RunEntry) => void;
  readonly onDelete: (run: RunEntry) => void;
  readonly onRestore: (run: RunEntry) => void;
  readonly onTag: (tag: string) => void;
  readonly onChoose: (run: RunEntry, chosen: boolean) => void;
}

interface Props extends RowActions {
  readonly run: RunEntry;
  readonly now: number;
  readonly isPresent: boolean;
  readonly isChosen: boolean;
  /** Whether one more can be chosen. */
  readonly canChoose: boolean;
}

export const RunRow = memo(function RunRow(props: Props) {
  const { run, now, isPresent, isChosen, canChoose } = props;
  const name = nameOf(run);
  const score = scoreOf(run);
  const about = `the run ${name} of step ${run.step}`;
  return (
    <div
      className={`grid h-full grid-cols-[24px_80px_minmax(0,1fr)] content-center items-center gap-x-3 gap-y-1 border-b border-line px-3 sm:grid-cols-[24px_80px_minmax(0,1fr)_170px_84px_128px] sm:px-5 ${isChosen ? 'bg-accent-soft' : ''}`}
    >
      <input
        type="checkbox"
        className="size-4 accent-accent"
        aria-label={`Compare ${about}`}
        checked={isChosen}
        disabled={run.hidden || (!isChosen && !canChoose)}
        title={!isChosen && !canChoose ? 'At most six runs can be compared' : 'Compare'}
        onChange={(event) => props.onChoose(run, event.target.checked)}
      />
      <Sparkline run={run} />
      <div className="min-w-0">
        <Name run={run} isPresent={isPresent} onRename={props.onRename} />
        <p className="flex min-w-0 items-center gap-1.5 overflow-hidden text-[12px] text-muted">
          {run.origin && <BranchMark run={run} />}
          {run.tags.map((tag) => (
            <button
              key={tag}
              type="button"
              className="max-w-28 shrink-0 truncate rounded-full border border-line px-2 leading-[18px] hover:text-ink"
              title={`Show runs with the tag ${tag}`}
              onClick={() => props.onTag(tag)}
            >
              {tag}
            </button>
          ))}
          {run.remark && (
            <span className="truncate" title={run.remark}>
              {run.remark}
            </span>
          )}
        </p>
      </div>
      <div className="hidden text-[12px] tabular-nums sm:block">
        <p className="truncate">{stepWords(run)}</p>
        <p className="truncate text-muted" title={score?.of}>
          {score ? `${score.value} ${score.of}` : 'not measured yet'}
        </p>
      </div>
      <div className="hidden text-right text-[12px] text-muted tabular-nums sm:block">
        <p>{bytes(run.bytes)}</p>
        <p title={new Date(1000 * run.created).toLocaleString('en-US')}>{ago(now / 1000 - run.created)}</p>
      </div>
      <div className="col-span-3 flex min-w-0 items-center justify-end gap-0.5 sm:col-span-1">
        <p className="min-w-0 flex-1 truncate text-[12px] text-muted tabular-nums sm:hidden">
          {stepWords(run)}
          {score && ` · ${score.value}`}
        </p>
        {run.hidden ? (
          <button type="button" className="button h-7" onClick={() => props.onRestore(run)}>
            Restore
          </button>
        ) : (
          <>
            {!isPresent && (
              <button type="button" className="button h-7" onClick={() => props.onOpen(run)}>
                Open
              </button>
            )}
            <button
              type="button"
              className="button-quiet size-7 px-0"
              aria-label={`Describe ${about}`}
              title="Name, tags, remark, changes"
              onClick={() => props.onDescribe(run)}
            >
              <Icon name="pencil" size={14} />
            </button>
          </>
        )}
        <button
          type="button"
          className="button-quiet size-7 px-0"
          aria-label={run.hidden ? `Delete ${about} for good` : `Delete ${about}`}
          title={run.hidden ? 'Delete for good' : 'Delete'}
          onClick={() => props.onDelete(run)}
        >
          <Icon name="trash" size={14} />
        </button>
      </div>
    </div>
  );
});

function BranchMark({ run }: { run: RunEntry }) {
  if (run.origin?.step == null) return null;
  return (
    <span
      className="flex shrink-0 items-center gap-1"
      title={`Branch of ${run.origin.run} at step ${count(run.origin.step)}`}
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        width="12"
        height="12"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      >
        <path d="M4 2v12M4 9c5 0 7-1.5 8-5" />
        <circle cx="12" cy="3.5" r="1.5" />
      </svg>
      branch at step {count(run.origin.step)}
    </span>
  );
}

/** The name, and a field in its place while it is changed. */
function Name(props: { run: RunEntry; isPresent: boolean; onRename: Props['onRename'] }) {
  const { run, isPresent, onRename } = props;
  const [draft, setDraft] = useState<string | null>(null);
  if (draft !== null) {
    const end = (keep: boolean) => {
      setDraft(null);
      if (keep && draft.trim() !== run.name) onRename(run, draft.trim());
    };
    return (
      <input
        autoFocus
        maxLength={120}
        aria-label="Name of the run"
        className="field"
        value={draft}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => end(true)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') end(true);
          if (event.key === 'Escape') {
            event.preventDefault();
            end(false);
          }
        }}
      />
    );
  }
  return (
    <p className="flex min-w-0 items-baseline gap-1.5">
      <button
        type="button"
        className="min-w-0 truncate rounded text-left font-medium hover:underline"
        title="Rename"
        aria-label={`Rename ${nameOf(run)}`}
        disabled={run.hidden}
        onClick={() => setDraft(run.name)}
      >
        {nameOf(run)}
      </button>
      {isPresent && <span className="shrink-0 text-accent">(open)</span>}
    </p>
  );
}
