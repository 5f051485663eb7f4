/** What is predicted from what: the columns of a table, each as input, target or neither. */

import { useQuery } from '@tanstack/react-query';

import { sentenceOf } from '../../core/api';
import { count, plural } from '../../core/numbers';
import type { ColumnType, MissingRule, TableAdded, TableColumn, TableData } from '../../protocol/messages';
import { CheckField, Select, SelectField } from '../../ui/fields';
import { datasetQuery } from '../queries';
import { BalanceBars } from './BalanceBars';

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

/** A table, and how it is used. */
export interface Chosen {
  readonly table: TableAdded;
  readonly data: TableData;
}

export function TableColumns({ chosen, onChange }: { chosen: Chosen; onChange: (data: TableData) => void }) {
  const { table, data } = chosen;
  const { columns, rows, row_count } = table.preview;
  // The same question that the choice will ask: what is wrong is said here, before anything changes.
  const looked = useQuery({ ...datasetQuery(data), gcTime: 10_000 });
  const setTarget = (name: string) => {
    if (name === data.target) return;
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
              ? `, ${plural(looked.data.dropped_rows, 'row')} left out for empty cells`
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
      {looked.data && <BalanceBars name={data.target} balance={looked.data.balance} />}
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
