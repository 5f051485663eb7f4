/** Where a table comes from: a file, pasted text, or a table that was added before. */

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { api } from '../../core/api';
import { bytes, count } from '../../core/numbers';
import { Icon } from '../../ui/Icon';

export function TableSource(props: {
  busy: boolean;
  compact: boolean;
  onAdd: (name: string, content: Blob) => void;
  onReuse: (id: string) => void;
}) {
  const { busy, compact, onAdd, onReuse } = props;
  const input = useId();
  const [pasted, setPasted] = useState('');
  const [over, setOver] = useState(false);
  const tables = useQuery({ queryKey: ['tables'], queryFn: api.tables });
  return (
    <div className="grid gap-3">
      <label
        htmlFor={input}
        className={`flex flex-col items-center justify-center gap-1 rounded-lg border border-dashed px-4 text-center ${compact ? 'py-3' : 'py-8'} ${over ? 'border-accent bg-accent-soft' : 'border-line-strong'}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const file = event.dataTransfer.files[0];
          if (file) onAdd(file.name, file);
        }}
      >
        <span className="flex items-center gap-2 font-medium">
          <Icon name="upload" />{' '}
          {busy ? 'Reading the table…' : compact ? 'Choose another file' : 'Choose a file, or drop it here'}
        </span>
        {!compact && (
          <span className="text-muted">CSV, TSV or Parquet, up to 64 MB. It stays on this computer.</span>
        )}
        <input
          id={input}
          type="file"
          accept=".csv,.tsv,.txt,.parquet,text/csv"
          className="sr-only"
          data-testid="upload-file"
          disabled={busy}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) onAdd(file.name, file);
            event.target.value = '';
          }}
        />
      </label>
      {!compact && (
        <div>
          <label htmlFor={`${input}-paste`} className="text-muted">
            Or paste a table with a header row
          </label>
          <textarea
            id={`${input}-paste`}
            className="field h-24 py-1.5 font-mono text-[12px]"
            spellCheck={false}
            placeholder={'height,weight,class\n1.62,58,a\n1.80,81,b'}
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
          />
          <button
            type="button"
            className="button mt-2"
            disabled={busy || pasted.trim() === ''}
            onClick={() => onAdd('pasted.csv', new Blob([pasted], { type: 'text/csv' }))}
          >
            Read the pasted table
          </button>
        </div>
      )}
      {!compact && tables.data && tables.data.length > 0 && (
        <div>
          <p className="mb-1 text-muted">Tables added before</p>
          <ul className="flex flex-wrap gap-2">
            {tables.data.map((table) => (
              <li key={table.id}>
                <button
                  type="button"
                  className="button"
                  title={`${count(table.rows)} rows, ${count(table.columns)} columns, ${bytes(table.bytes)}`}
                  onClick={() => onReuse(table.id)}
                >
                  {table.name}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
