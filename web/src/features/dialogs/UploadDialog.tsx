/** The user's own table: a file or pasted text, then what is predicted from what. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { api, problemSentence, sentenceOf } from '../../core/api';
import { bytes, count } from '../../core/numbers';
import type {
  ClassBalance,
  ColumnType,
  MissingRule,
  TableAdded,
  TableColumn,
  TableData,
} from '../../protocol/messages';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { CheckField, Select, SelectField } from '../../ui/fields';
import { useChooseData } from '../data/useChooseData';
import { datasetQuery } from '../queries';
import { useSpec } from '../studio';

const MISSING: readonly { value: MissingRule; title: string }[] = [
  { value: 'drop-row', title: 'Leave the row out' },
  { value: 'mean', title: 'Fill with the mean' },
  { value: 'median', title: 'Fill with the median' },
  { value: 'most-frequent', title: 'Fill with the most frequent' },
];
const TYPES: readonly { value: ColumnType; title: string }[] = [
  { value: 'numeric', title: 'number' },
  { value: 'categorical', title: 'category' },
];

interface Chosen {
  readonly table: TableAdded;
  readonly data: TableData;
}

export function UploadDialog({ onClose }: { onClose: () => void }) {
  const { data } = useSpec();
  const client = useQueryClient();
  const [added, setAdded] = useState<Chosen | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { choose, problem: refused, busy: choosing } = useChooseData();
  const present = data.kind === 'table' ? data : null;
  const known = useQuery({
    queryKey: ['table', present?.table],
    queryFn: () => api.table(present?.table ?? ''),
    enabled: present !== null && added === null,
    retry: false,
  });
  const chosen: Chosen | null =
    added ?? (present && known.data ? { table: known.data, data: present } : null);
  const open = (table: TableAdded) => {
    if (table.suggestion === null) {
      setProblem(
        table.problem ? problemSentence(table.problem) : 'No column of this table can be predicted.',
      );
      return;
    }
    setAdded({ table, data: table.suggestion });
  };
  const add = async (name: string, content: Blob) => {
    setBusy(true);
    setProblem(null);
    try {
      open(await api.addTable(name, content));
      void client.invalidateQueries({ queryKey: ['tables'] });
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  const reuse = async (id: string) => {
    setProblem(null);
    try {
      open(await api.table(id));
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <Dialog
      wide
      title="Own data"
      onClose={onClose}
      actions={
        chosen && (
          <>
            {refused && (
              <p role="alert" className="mr-auto self-center text-danger" data-testid="upload-problem">
                {refused}
              </p>
            )}
            <button type="button" className="button" onClick={onClose}>
              Cancel
            </button>
            <button
              type="button"
              className="button-primary"
              disabled={choosing || chosen.data.inputs.length === 0}
              onClick={() => {
                void choose(chosen.data).then((done) => {
                  if (done) onClose();
                });
              }}
            >
              Use this table
            </button>
          </>
        )
      }
    >
      <Source
        busy={busy}
        compact={chosen !== null}
        onAdd={(name, content) => void add(name, content)}
        onReuse={(id) => void reuse(id)}
      />
      {problem && (
        <p
          role="alert"
          className="mt-3 rounded-md bg-danger-soft px-3 py-2 text-danger"
          data-testid="upload-problem"
        >
          {problem}
        </p>
      )}
      {chosen && (
        <Columns
          key={chosen.table.id}
          chosen={chosen}
          onChange={(next) => setAdded({ table: chosen.table, data: next })}
        />
      )}
    </Dialog>
  );
}

function Source(props: {
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

function Columns({ chosen, onChange }: { chosen: Chosen; onChange: (data: TableData) => void }) {
  const { table, data } = chosen;
  const { columns, rows, row_count } = table.preview;
  // The same question that the choice will ask: what is wrong is said here, before anything changes.
  const looked = useQuery({ ...datasetQuery(data), gcTime: 10_000 });
  const setTarget = (name: string) => {
    const column = columns.find((candidate) => candidate.name === name);
    const inputs = data.inputs.filter((input) => input.name !== name);
    const isFormerWhole = !inputs.some((input) => input.name === data.target);
    const former = columns.find((candidate) => candidate.name === data.target);
    onChange({
      ...data,
      target: name,
      target_as: column?.read_as ?? 'categorical',
      inputs: isFormerWhole && former ? [...inputs, { name: former.name, read_as: former.read_as }] : inputs,
    });
  };
  const toggle = (column: TableColumn, on: boolean) => {
    const inputs = columns
      .filter((candidate) =>
        candidate === column ? on : data.inputs.some(({ name }) => name === candidate.name),
      )
      .map(
        (candidate) =>
          data.inputs.find(({ name }) => name === candidate.name) ?? {
            name: candidate.name,
            read_as: candidate.read_as,
          },
      );
    onChange({ ...data, inputs });
  };
  const readAs = (name: string, read_as: ColumnType) =>
    onChange({
      ...data,
      inputs: data.inputs.map((input) => (input.name === name ? { ...input, read_as } : input)),
    });
  return (
    <div className="mt-4 grid gap-4" data-testid="columns">
      <p className="text-muted tabular-nums">
        {table.preview.name}: {count(row_count)} rows, {count(columns.length)} columns
        {looked.data &&
          `; ${count(looked.data.train)} training and ${count(looked.data.validation)} validation samples` +
            (looked.data.dropped_rows > 0
              ? `, ${count(looked.data.dropped_rows)} rows left out for empty cells`
              : '')}
      </p>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
        <SelectField
          label="Predict"
          testId="target"
          value={data.target}
          options={columns.map((column) => ({ value: column.name, title: column.name }))}
          onChange={setTarget}
        />
        <SelectField
          label="as"
          testId="target-as"
          value={data.target_as}
          options={[
            { value: 'categorical', title: 'a category (classification)' },
            { value: 'numeric', title: 'a number (regression)' },
          ]}
          onChange={(target_as) => onChange({ ...data, target_as })}
        />
        <SelectField
          label="Empty cells"
          value={data.missing}
          options={MISSING}
          onChange={(missing) => onChange({ ...data, missing })}
        />
      </div>
      <div className="flex flex-wrap gap-x-6 gap-y-1">
        <CheckField
          label="Standardize numeric inputs"
          help="Mean 0 and deviation 1, fitted on the training part alone."
          checked={data.standardize}
          onChange={(standardize) => onChange({ ...data, standardize })}
        />
        {data.target_as === 'numeric' && (
          <CheckField
            label="Standardize the target"
            help="Predictions are shown in the target's own unit."
            checked={data.standardize_target}
            onChange={(standardize_target) => onChange({ ...data, standardize_target })}
          />
        )}
      </div>
      {looked.error && (
        <p
          role="alert"
          className="rounded-md bg-danger-soft px-3 py-2 text-danger"
          data-testid="upload-problem"
        >
          {sentenceOf(looked.error)}
        </p>
      )}
      {looked.data && <Balance name={data.target} balance={looked.data.balance} />}
      <div
        className="max-h-80 overflow-auto rounded-md border border-line"
        tabIndex={0}
        role="group"
        aria-label="Columns"
      >
        <table className="table w-full">
          <thead className="sticky top-0 z-10 bg-panel">
            <tr>
              {['input', 'column', 'read as', 'empty', 'values', 'such as'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => {
              const input = data.inputs.find(({ name }) => name === column.name);
              const isTarget = column.name === data.target;
              return (
                <tr key={column.name} title={column.reason}>
                  <td>
                    {isTarget ? (
                      <span className="text-accent">target</span>
                    ) : (
                      <input
                        type="checkbox"
                        className="size-4 accent-accent"
                        aria-label={`Use ${column.name} as input`}
                        checked={input !== undefined}
                        onChange={(event) => toggle(column, event.target.checked)}
                      />
                    )}
                  </td>
                  <th
                    scope="row"
                    className="max-w-44 truncate border-t border-line text-ink!"
                    title={column.name}
                  >
                    {column.name}
                  </th>
                  <td>
                    {input ? (
                      <Select
                        name={`Read ${column.name} as`}
                        className="w-28"
                        value={input.read_as}
                        options={TYPES}
                        onChange={(value) => readAs(column.name, value)}
                      />
                    ) : (
                      <span className="text-muted">
                        {column.read_as === 'numeric' ? 'number' : 'category'}
                      </span>
                    )}
                  </td>
                  <td>{count(column.missing)}</td>
                  <td className="whitespace-nowrap">{count(column.distinct)} different</td>
                  <td className="max-w-56 truncate text-muted">{column.examples.join(', ')}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div>
        <p className="mb-1 text-muted">First rows</p>
        <div
          className="max-h-48 overflow-auto rounded-md border border-line"
          tabIndex={0}
          role="group"
          aria-label="First rows"
        >
          <table className="table">
            <thead>
              <tr>
                <th scope="col">row</th>
                {columns.slice(0, 30).map((column) => (
                  <th key={column.name} scope="col" className="whitespace-nowrap">
                    {column.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, 8).map((row) => (
                <tr key={row.number}>
                  <th scope="row" className="border-t border-line">
                    {row.number}
                  </th>
                  {row.cells.slice(0, 30).map((cell, index) => (
                    <td key={index} className="max-w-40 truncate">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </div>
  );
}

/** How many samples of each class there are. */
function Balance({ name, balance }: { name: string; balance: readonly ClassBalance[] }) {
  const most = Math.max(1, ...balance.map((entry) => entry.train + entry.validation));
  if (balance.length === 0) return null;
  return (
    <div>
      <p className="mb-1 text-muted">Classes of {name}</p>
      <ul className="grid gap-1" data-testid="balance">
        {balance.slice(0, 12).map((entry) => (
          <li key={entry.name} className="grid grid-cols-[minmax(0,120px)_1fr_64px] items-center gap-2">
            <span className="truncate">{entry.name}</span>
            <span className="h-2 rounded-sm bg-raised">
              <span
                className="block h-full rounded-sm bg-line-strong"
                style={{ width: `${(100 * (entry.train + entry.validation)) / most}%` }}
              />
            </span>
            <span className="text-right text-muted tabular-nums">
              {count(entry.train + entry.validation)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
