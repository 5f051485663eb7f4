/** Files of a run: all of it, its results as tables, its model as a summary. */

import { type ReactNode, useState } from 'react';

import { download, fileAddress, type SummaryFormat, type TableFormat } from '../../core/exports';
import { count } from '../../core/numbers';
import type { Part } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { useIsGuest, useNumbers, usePast } from '../studio';
import { Choice, Start, useDrawing } from './drawing';

const TABLES = {
  metrics: ['Metrics', 'Step, epoch, loss and gradient norm of every step.'],
  evaluations: ['Evaluations', 'Loss and scores of the training and the validation part over time.'],
  predictions: ['Predictions', 'What the network says of each sample of a part, beside the truth.'],
} as const;
const TABLE_FORMATS: Readonly<Record<TableFormat, string>> = {
  csv: 'CSV',
  parquet: 'Parquet',
  json: 'JSON',
  h5: 'HDF5',
};
const SUMMARY_FORMATS: Readonly<Record<SummaryFormat, string>> = {
  md: 'Markdown',
  txt: 'Text',
  json: 'JSON',
};
const PARTS: Readonly<Record<Part, string>> = { train: 'Training', validation: 'Validation', test: 'Test' };

export function Files({ run }: { run: string }) {
  return (
    <div className="grid gap-5">
      <section className="grid gap-2" aria-label="The whole run">
        <h3 className="font-semibold">The whole run</h3>
        <p className="text-muted">
          Spec, changes, metrics and keyframes in one .netlapse file, for any netlapse to open. Data of your
          own is not in it.
        </p>
        <Save title="the whole run" onClick={() => download(fileAddress(run, 'bundle'))} />
      </section>
      <Results run={run} />
      <Summary run={run} />
    </div>
  );
}

function Results({ run }: { run: string }) {
  const isGuest = useIsGuest();
  const newest = useNumbers((numbers) => numbers.step);
  const step = usePast(({ at }) => at) ?? newest;
  const [table, setTable] = useState<keyof typeof TABLES>('metrics');
  const [format, setFormat] = useState<TableFormat>('csv');
  const [part, setPart] = useState<Part>('validation');
  const drawing = useDrawing(run);
  const isAsked = table === 'predictions';
  return (
    <form
      className="grid gap-2"
      aria-label="Results"
      onSubmit={(event) => {
        event.preventDefault();
        if (table === 'predictions') drawing.start({ view: 'boundary', format, part, last: step });
        else download(fileAddress(run, `${table}.${format}`));
      }}
    >
      <h3 className="font-semibold">Results</h3>
      <div className={`grid gap-3 ${isAsked ? 'grid-cols-3' : 'grid-cols-2'}`}>
        <Choice label="Table" value={table} onChange={setTable}>
          {named(TABLES)
            .filter(([name]) => name !== 'predictions' || !isGuest)
            .map(([name, [title]]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
        </Choice>
        {isAsked && (
          <Choice label="Part" value={part} onChange={setPart}>
            {options(PARTS)}
          </Choice>
        )}
        <Choice label="File" value={format} onChange={setFormat}>
          {options(TABLE_FORMATS)}
        </Choice>
      </div>
      <p className="text-muted">
        {TABLES[table][1]}
        {isAsked && ` At step ${count(step)}, the one on screen.`}
      </p>
      {isAsked ? <Start drawing={drawing}>Save the predictions</Start> : <Save title={`the ${table}`} />}
    </form>
  );
}

function Summary({ run }: { run: string }) {
  const [format, setFormat] = useState<SummaryFormat>('md');
  return (
    <section className="grid gap-2" aria-label="Model summary">
      <h3 className="font-semibold">Model summary</h3>
      <p className="text-muted">Layers, shapes, parameters, multiply-adds and memory.</p>
      <div className="grid grid-cols-2 items-end gap-3">
        <Choice label="File" value={format} onChange={setFormat}>
          {options(SUMMARY_FORMATS)}
        </Choice>
        <Save title="the summary" onClick={() => download(fileAddress(run, `summary.${format}`))} />
      </div>
    </section>
  );
}

function Save({ title, onClick }: { title: string; onClick?: () => void }) {
  return (
    <button
      type={onClick ? 'button' : 'submit'}
      className="button justify-self-end"
      {...(onClick ? { onClick } : {})}
    >
      <Icon name="save" size={14} /> Save {title}
    </button>
  );
}

function named<K extends string, V>(of: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(of) as [K, V][];
}

function options(titles: Readonly<Record<string, string>>): ReactNode {
  return Object.entries(titles).map(([value, title]) => (
    <option key={value} value={value}>
      {title}
    </option>
  ));
}
