/** Where the user's data lies, how large it is, how to delete it. */

import { useQuery, useQueryClient } from '@tanstack/react-query';

import { api, sentenceOf } from '../../core/api';
import { bytes, count } from '../../core/numbers';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { studio } from '../studio';

export function StorageDialog({ onClose, onRuns }: { onClose: () => void; onRuns: () => void }) {
  const storage = useQuery({ queryKey: ['storage'], queryFn: api.storage, staleTime: 0 });
  const tables = useQuery({ queryKey: ['tables'], queryFn: api.tables, staleTime: 0 });
  const client = useQueryClient();
  const remove = async (id: string) => {
    try {
      await api.deleteTable(id);
      await client.invalidateQueries({ queryKey: ['tables'] });
      await client.invalidateQueries({ queryKey: ['storage'] });
    } catch (error) {
      studio.notify(sentenceOf(error), 'error');
    }
  };
  return (
    <Dialog title="Where my data lies" onClose={onClose}>
      {storage.error && (
        <p role="alert" className="text-danger">
          {sentenceOf(storage.error)}
        </p>
      )}
      {storage.data && (
        <div className="grid gap-3">
          <p>All runs and tables lie in this folder on this computer, and nowhere else:</p>
          <p
            className="rounded-md bg-raised px-3 py-2 font-mono text-[12px] break-all select-all"
            data-testid="storage-folder"
          >
            {storage.data.folder}
          </p>
          <p className="tabular-nums">
            {bytes(storage.data.bytes)} in {count(storage.data.runs)} runs and {count(storage.data.tables)}{' '}
            tables.
          </p>
          <p className="text-muted">
            To delete everything, quit netlapse and delete the folder. Single runs and tables can be deleted
            here.
          </p>
          <button type="button" className="button justify-self-start" onClick={onRuns}>
            Runs…
          </button>
          {tables.data && tables.data.length > 0 && (
            <ul className="grid gap-1.5" aria-label="Tables">
              {tables.data.map((table) => (
                <li
                  key={table.id}
                  className="flex items-center gap-3 rounded-md border border-line px-3 py-1.5"
                >
                  <span className="min-w-0 flex-1 truncate">{table.name}</span>
                  <span className="text-[12px] text-muted tabular-nums">
                    {count(table.rows)} × {count(table.columns)}, {bytes(table.bytes)}
                  </span>
                  <button
                    type="button"
                    className="button-quiet size-7 px-0"
                    aria-label={`Delete the table ${table.name}`}
                    onClick={() => void remove(table.id)}
                  >
                    <Icon name="trash" size={14} />
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Dialog>
  );
}
