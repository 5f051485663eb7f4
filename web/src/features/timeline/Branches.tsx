/** The branches of this run as a tree: where each left its parent, and how far it is. */

import { useState } from 'react';

import { count } from '../../core/numbers';
import { Icon } from '../../ui/Icon';
import { Popover } from '../../ui/Popover';
import { studio, useStudio } from '../studio';
import type { TreeRow } from './branches';
import { useBranches } from './useBranches';

const INDENT_PX = 16;

export function Branches() {
  const [open, setOpen] = useState(false);
  const run = useStudio((state) => state.run);
  const { family } = useBranches(run);
  const others = family.length - 1;
  return (
    <Popover
      label={others > 0 ? `Branches: ${count(family.length)} runs` : 'Branches'}
      testId="branches"
      open={open}
      onOpenChange={setOpen}
      align="right"
      buttonClass="button-quiet h-6 gap-1 px-1.5 text-[12px]"
      button={
        <>
          <Icon name="branch" size={13} />
          <span className="max-md:hidden">Branches</span>
          {others > 0 && <span className="tabular-nums">{count(family.length)}</span>}
        </>
      }
      panelClass="top-auto! bottom-full mt-0! mb-2 w-[360px] max-h-[50vh] overflow-y-auto p-2 max-sm:fixed! max-sm:inset-x-3 max-sm:bottom-[188px] max-sm:mb-0 max-sm:w-auto"
    >
      {others < 1 ? (
        <p className="p-1.5">
          No branches yet. Go back to a step and press “Branch from here”: another run goes on from there, and
          this one stays as it is.
        </p>
      ) : (
        <ul aria-label="Branches">
          {family.map((row) => (
            <Row key={row.run.id} row={row} isOpen={row.run.id === run} onChosen={() => setOpen(false)} />
          ))}
        </ul>
      )}
    </Popover>
  );
}

function Row({ row, isOpen, onChosen }: { row: TreeRow; isOpen: boolean; onChosen: () => void }) {
  const { run, origin, depth } = row;
  const from = origin?.step == null ? 'the original' : `from step ${count(origin.step)}`;
  return (
    <li style={{ paddingLeft: depth * INDENT_PX }}>
      <button
        type="button"
        className={`flex w-full items-center gap-2 rounded-md px-2 py-1 text-left hover:bg-raised ${isOpen ? 'bg-accent-soft' : ''}`}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => {
          if (!isOpen) void studio.openRun(run.id);
          onChosen();
        }}
      >
        {depth > 0 && (
          <span aria-hidden="true" className="-mt-1.5 h-2.5 w-2 border-b border-l border-line-strong" />
        )}
        <span className="min-w-0 flex-1">
          <span className="block truncate text-ink">
            {run.name || 'Untitled'}
            {isOpen && <span className="text-muted"> (open)</span>}
          </span>
          <span className="block text-[11px] text-muted tabular-nums">
            {from} · stands at {count(run.step)}
          </span>
        </span>
      </button>
    </li>
  );
}
