/** Where the user's data lies, how large it is, how to delete it. */

import { useQuery, useQueryClient } from '@tanstack/react-query';

import { api, sentenceOf } from '../../core/api';
import { bytes, count, plural } from '../../core/numbers';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { studio } from '../studio';

export function StorageDialog({ onClose, onRuns }: { onClose: () => void; onRuns: () => void }) {
  const storage = useQuery({ queryKey: ['storage'], queryFn: api.storage, staleTime: 0 });
  const tables = useQuery({ queryKey: ['tables'], queryFn: api.tables, staleTime: 0 });
  const images = useQuery({ queryKey: ['images'], queryFn: api.images, staleTime: 0 });
  const client = useQueryClient();
  const remove = async (deleted: Promise<unknown>) => {
    try {
      await deleted;
      for (const key of ['tables', 'images', 'storage']) await client.invalidateQueries({ queryKey: [key] });
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
          <p>All runs, tables and images lie in this folder on this computer, and nowhere else:</p>
          <p
            className="rounded-md bg-raised px-3 py-2 font-mono text-[12px] break-all select-all"
            data-testid="storage-folder"
          >
            {storage.data.folder}
          </p>
          <p className="tabular-nums">
            {bytes(storage.data.bytes)} in {plural(storage.data.runs, 'run')},{' '}
            {plural(storage.data.tables, 'table')}, {plural(storage.data.images, 'set')} of your own images,
            and what was downloaded.
          </p>
          <p className="text-muted">
            To delete everything, quit netlapse and delete the folder. Single runs, tables and your own images
            can be deleted here.
          </p>
          <button type="button" className="button justify-self-start" onClick={onRuns}>
            Runs…
          </button>
          <Kept
            title="Tables"
            what="table"
            entries={(tables.data ?? []).map((table) => ({
              ...table,
              about: `${count(table.rows)} × ${count(table.columns)}, ${bytes(table.bytes)}`,
            }))}
            onDelete={(id) => void remove(api.deleteTable(id))}
          />
          <Kept
            title="Images"
            what="images"
            entries={(images.data ?? []).map((set) => ({
              ...set,
              about: `${plural(set.train + set.test, 'image')}, ${bytes(set.bytes)}`,
            }))}
            onDelete={(id) => void remove(api.deleteImages(id))}
          />
        </div>
      )}
    </Dialog>
  );
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly about: string;
}

/** What the user has added, each with a button that deletes it. */
function Kept(props: {
  title: string;
  what: string;
  entries: readonly Entry[];
  onDelete: (id: string) => void;
}) {
  if (props.entries.length === 0) return null;
  return (
    <ul className="grid gap-1.5" aria-label={props.title}>
      {props.entries.map(({ id, name, about }) => (
        <li key={id} className="flex items-center gap-3 rounded-md border border-line px-3 py-1.5">
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="text-[12px] text-muted tabular-nums">{about}</span>
          <button
            type="button"
            className="button-quiet size-7 px-0"
            aria-label={`Delete the ${props.what} ${name}`}
            onClick={() => props.onDelete(id)}
          >
            <Icon name="trash" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
