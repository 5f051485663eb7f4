/** Earlier runs: reopen or delete them. */

import { useQuery, useQueryClient } from '@tanstack/react-query';

import { api, sentenceOf } from '../../core/api';
import { bytes, count, epochs } from '../../core/numbers';
import type { RunState } from '../../protocol/messages';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { studio, useStudio } from '../studio';

const STATES: Readonly<Record<RunState, string>> = {
  opening: 'opening',
  compiling: 'compiling',
  paused: 'paused',
  training: 'training',
  finished: 'finished',
  diverged: 'diverged',
  'worker-died': 'stopped: its worker died',
  failed: 'failed',
};

export function RunsDialog({ onClose }: { onClose: () => void }) {
  const runs = useQuery({ queryKey: ['runs'], queryFn: api.runs, staleTime: 0, refetchInterval: 3000 });
  const present = useStudio((state) => state.run);
  const client = useQueryClient();
  const shown = (runs.data ?? []).filter((run) => run.step > 0 || run.id === present);
  return (
    <Dialog wide title="Runs" onClose={onClose}>
      {runs.error && (
        <p role="alert" className="text-danger">
          {sentenceOf(runs.error)}
        </p>
      )}
      {shown.length === 0 && (
        <p className="text-muted">
          Every training is kept here once it has taken a step. Press Train to make the first.
        </p>
      )}
      {shown.length > 0 && (
        <p className="mb-3 text-muted">
          A training goes on to its epochs when its page is closed; it is found here again.
        </p>
      )}
      <ul className="grid gap-2" data-testid="runs">
        {shown.map((run) => (
          <li
            key={run.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md border border-line px-3 py-2"
          >
            <div className="min-w-44 flex-1">
              <p className="font-medium">
                {run.name || 'Untitled'}{' '}
                {run.id === present && <span className="font-normal text-accent">(open)</span>}
              </p>
              <p className="text-[12px] text-muted tabular-nums">
                {new Date(1000 * run.created).toLocaleString('en-US', {
                  dateStyle: 'medium',
                  timeStyle: 'short',
                })}{' '}
                · {STATES[run.state]} · step {count(run.step)}, epoch {epochs(run.epochs)} ·{' '}
                {bytes(run.bytes)}
              </p>
            </div>
            {run.id !== present && (
              <button
                type="button"
                className="button"
                onClick={() => {
                  void studio.openRun(run.id);
                  onClose();
                }}
              >
                Open
              </button>
            )}
            <button
              type="button"
              className="button-quiet size-8 px-0"
              aria-label={`Delete the run ${run.name || 'Untitled'} of step ${run.step}`}
              title="Delete"
              onClick={() => {
                void studio.deleteRun(run.id).then(() => client.invalidateQueries({ queryKey: ['runs'] }));
              }}
            >
              <Icon name="trash" size={15} />
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
