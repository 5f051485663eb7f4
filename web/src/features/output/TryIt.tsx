/** "Try it": type what the network reads, see what it answers. */

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { api, sentenceOf } from '../../core/api';
import { count, digits, percent } from '../../core/numbers';
import { classColor, css } from '../../draw/colors';
import type { ColumnSummary, DatasetPreview, PredictResult } from '../../protocol/messages';
import { NumberInput, Select } from '../../ui/fields';
import { usePlotStyle } from '../Canvas';
import { useMoment, useNumbers, useStudio } from '../studio';

const MANY = 8;

export function TryIt({ preview }: { preview: DatasetPreview | null }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="border-t border-line pt-3"
      data-testid="try-it"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="font-medium">Try it</summary>
      {open && preview && <TryForm key={preview.raw_names.join('\n')} preview={preview} />}
    </details>
  );
}

/** A number to start with: the middle of what the training part holds. */
function start(column: ColumnSummary | undefined): number {
  const { median, low, high } = column ?? {};
  if (median == null) return 0;
  // A median that is zero but for rounding is zero.
  const isNothing = low != null && high != null && Math.abs(median) < 1e-9 * (high - low);
  return isNothing ? 0 : Number(median.toPrecision(3));
}

function TryForm({ preview }: { preview: DatasetPreview }) {
  const run = useStudio((state) => state.run);
  // Asked anew while it trains, twice a second at most: the answer belongs to the step printed beside it.
  const step = useNumbers((numbers) => numbers.step);
  const at = useMoment();
  const [row, setRow] = useState(() => preview.raw_names.map((_, index) => start(preview.columns[index])));
  const [all, setAll] = useState(false);
  const query = useQuery({
    queryKey: [
      'predict',
      run,
      row,
      at ?? null,
      ...(at == null ? [Math.floor(step / 50), step < 50 ? step : 0] : []),
    ],
    queryFn: () => api.predict(run ?? '', [row], true, at ?? null),
    enabled: run !== null && at !== undefined,
    placeholderData: (previous) => previous,
    gcTime: 0,
    retry: false,
  });
  const shown = all ? preview.raw_names.length : MANY;
  const set = (index: number, value: number) => setRow(row.map((old, at) => (at === index ? value : old)));
  return (
    <div className="mt-3 grid gap-3">
      <div className="grid grid-cols-2 gap-x-3 gap-y-2">
        {preview.raw_names.slice(0, shown).map((name, index) => (
          <InputField
            key={index}
            name={name}
            column={preview.columns[index]}
            value={row[index] ?? 0}
            onChange={(value) => set(index, value)}
          />
        ))}
      </div>
      {preview.raw_names.length > MANY && (
        <button type="button" className="link justify-self-start text-[12px]" onClick={() => setAll(!all)}>
          {all ? 'Fewer inputs' : `All ${preview.raw_names.length} inputs`}
        </button>
      )}
      {query.error ? (
        <p role="alert" className="text-danger">
          {sentenceOf(query.error)}
        </p>
      ) : (
        query.data && <Answer result={query.data} preview={preview} />
      )}
    </div>
  );
}

function InputField(props: {
  name: string;
  column: ColumnSummary | undefined;
  value: number;
  onChange: (value: number) => void;
}) {
  const { name, column, value, onChange } = props;
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="block truncate text-muted" title={name}>
        {name}
      </label>
      {column?.read_as === 'categorical' ? (
        <Select
          id={id}
          value={String(value)}
          options={column.categories.map((category, index) => ({
            value: String(index),
            title: category.name,
          }))}
          onChange={(next) => onChange(Number(next))}
        />
      ) : (
        <NumberInput id={id} label={name} value={value} schema={{ type: 'number' }} onCommit={onChange} />
      )}
    </div>
  );
}

function Answer({ result, preview }: { result: PredictResult; preview: DatasetPreview }) {
  const { theme } = usePlotStyle();
  const outputs = result.outputs[0] ?? [];
  const names = preview.class_names;
  const isClasses = names.length > 0;
  const shares = outputs.length === 1 ? [1 - (outputs[0] ?? 0), outputs[0] ?? 0] : outputs;
  return (
    <div className="rounded-md border border-line p-3" aria-live="polite">
      <p className="mb-2 flex items-baseline justify-between gap-2">
        <strong className="text-[15px]" data-testid="prediction">
          {isClasses ? (result.labels[0] ?? '–') : `${preview.target_name} ${digits(outputs[0])}`}
        </strong>
        <span className="text-[12px] text-muted tabular-nums">at step {count(result.step)}</span>
      </p>
      {isClasses && (
        <ul className="grid gap-1">
          {names.map((name, index) => (
            <li key={index} className="grid grid-cols-[minmax(0,84px)_1fr_56px] items-center gap-2">
              <span className="truncate text-muted">{name}</span>
              <span className="h-2 overflow-hidden rounded-sm bg-raised">
                <span
                  className="block h-full"
                  style={{
                    width: `${100 * (shares[index] ?? 0)}%`,
                    background: css(classColor(index, names.length, theme)),
                  }}
                />
              </span>
              <span className="text-right tabular-nums">{percent(shares[index])}</span>
            </li>
          ))}
        </ul>
      )}
      {Object.keys(result.activations).length > 0 && (
        <details className="mt-2">
          <summary className="text-[12px] text-muted">Activations</summary>
          <table className="table w-full" aria-label="Activations for this input">
            <tbody>
              {Object.entries(result.activations).map(([layer, rows]) => (
                <tr key={layer}>
                  <th scope="row" className="border-t border-line align-top">
                    {layer}
                  </th>
                  <td className="text-[12px]">
                    {(rows[0] ?? [])
                      .slice(0, 24)
                      .map((value) => digits(value))
                      .join('  ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </div>
  );
}
