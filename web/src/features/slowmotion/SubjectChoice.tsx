/** With what the step is walked: the next batch or one of its samples, a sample of the data, typed values, a drawing. */

import { useStore } from 'zustand';

import { count } from '../../core/numbers';
import { microscopeStore } from '../../core/microscope';
import { BATCH, walkStore, walkWith, type WalkData } from '../../core/walkState';
import type { DatasetPreview, Part, WalkSubject } from '../../protocol/messages';
import { NumberInput, Segments, Select } from '../../ui/fields';
import { Icon } from '../../ui/Icon';
import { useDataset } from '../queries';

type Kind = 'batch' | 'sample' | 'typed' | 'drawing';
/** With more inputs than this, nobody types them. */
const MOST_TYPED = 6;

export function SubjectChoice({ walk }: { walk: WalkData | null }) {
  const { preview } = useDataset();
  const subject = useStore(walkStore, (state) => state.subject);
  const drawn = useStore(microscopeStore, (state) => state.drawn);
  const raw = preview?.image == null ? (preview?.raw_names ?? []) : [];
  const kinds: { value: Kind; title: string }[] = [
    { value: 'batch', title: 'Next batch' },
    { value: 'sample', title: 'One sample' },
    ...(raw.length > 0 && raw.length <= MOST_TYPED ? [{ value: 'typed' as const, title: 'Values' }] : []),
    ...(drawn === null ? [] : [{ value: 'drawing' as const, title: 'Drawing' }]),
  ];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5" data-testid="walk-subject">
      <Segments
        label="With what the step is walked"
        value={subject.kind === 'sent' ? 'drawing' : subject.kind}
        options={kinds}
        onChange={(kind) => walkWith(first(kind, preview, drawn))}
      />
      {subject.kind === 'batch' && <RowChoice walk={walk} />}
      {subject.kind === 'sample' && <SampleChoice subject={subject} preview={preview} />}
      {subject.kind === 'typed' && preview && <TypedChoice subject={subject} preview={preview} />}
      {(subject.kind === 'typed' || subject.kind === 'drawing') && preview && (
        <RightChoice preview={preview} />
      )}
    </div>
  );
}

/** Where each kind of subject begins. */
function first(kind: Kind, preview: DatasetPreview | null, drawn: string | null) {
  if (kind === 'batch') return BATCH;
  const isNumber = preview?.task === 'regression';
  const one = (subject: WalkSubject, target: number | null) => ({ subject, row: null, target });
  if (kind === 'sample') return one({ kind, part: 'train', index: 0 }, null);
  if (kind === 'drawing') return one({ kind, drawing: drawn ?? 'pen' }, isNumber ? 0 : null);
  const columns = preview?.columns.slice(0, preview.raw_names.length) ?? [];
  const values = columns.map(({ median }) => Number((median ?? 0).toPrecision(3)));
  return one({ kind, values }, isNumber ? 0 : null);
}

function RowChoice({ walk }: { walk: WalkData | null }) {
  const row = useStore(walkStore, (state) => state.row);
  const samples = walk?.values.samples ?? 1;
  const choose = (next: number | null) => walkWith({ ...BATCH, row: next });
  return (
    <div className="flex items-center gap-1">
      <Select
        name="Whose numbers are shown"
        className="w-[132px]"
        value={row === null ? 'mean' : 'row'}
        options={[
          { value: 'mean', title: `mean of its ${count(samples)}` },
          { value: 'row', title: `one of its ${count(samples)}` },
        ]}
        onChange={(what) => choose(what === 'mean' ? null : 0)}
      />
      {row !== null && (
        <Numbered what="sample of the batch" value={row} size={samples} onChange={(next) => choose(next)} />
      )}
    </div>
  );
}

function SampleChoice(props: {
  subject: Extract<WalkSubject, { kind: 'sample' }>;
  preview: DatasetPreview | null;
}) {
  const { subject, preview } = props;
  const { part, index } = subject;
  const sizes: Record<Part, number> = {
    train: preview?.train ?? 1,
    validation: preview?.validation ?? 0,
    test: preview?.test ?? 0,
  };
  const size = sizes[part];
  const go = (next: number) => walkWith({ subject: { ...subject, index: next }, row: null, target: null });
  return (
    <div className="flex flex-wrap items-center gap-1">
      {sizes.validation > 0 && (
        <Segments
          label="Part of the data"
          value={part}
          options={[
            { value: 'train', title: 'train' },
            { value: 'validation', title: 'validation' },
          ]}
          onChange={(next) =>
            walkWith({ subject: { kind: 'sample', part: next, index: 0 }, row: null, target: null })
          }
        />
      )}
      <Numbered what="sample" value={index} size={size} onChange={go} />
      <button
        type="button"
        className="button-quiet size-7 px-0"
        aria-label="A random sample"
        title="A random sample"
        onClick={() => go(Math.floor(Math.random() * Math.max(1, size)))}
      >
        <Icon name="dice" size={14} />
      </button>
    </div>
  );
}

/** A number with the one before and after it. What is not there is asked for all the same: the answer says why not. */
function Numbered(props: { what: string; value: number; size: number; onChange: (value: number) => void }) {
  const { what, value, size, onChange } = props;
  const arrow = (icon: 'left' | 'right', name: string, to: number) => (
    <button
      type="button"
      className="button-quiet size-7 px-0"
      aria-label={`The ${name} ${what}`}
      disabled={to < 0 || to >= size}
      onClick={() => onChange(to)}
    >
      <Icon name={icon} size={14} />
    </button>
  );
  return (
    <div className="flex items-center">
      {arrow('left', 'previous', Math.min(value, size) - 1)}
      <NumberInput
        label={`Number of the ${what}`}
        name={`Number of the ${what}`}
        className="w-16! text-center"
        value={value}
        schema={{ type: 'integer', minimum: 0 }}
        onCommit={onChange}
      />
      {arrow('right', 'next', value + 1)}
    </div>
  );
}

function TypedChoice(props: { subject: Extract<WalkSubject, { kind: 'typed' }>; preview: DatasetPreview }) {
  const { subject, preview } = props;
  const target = useStore(walkStore, (state) => state.target);
  return (
    <div className="flex flex-wrap items-center gap-2">
      {subject.values.map((value, at) => {
        const name = preview.raw_names[at] ?? `input ${at + 1}`;
        return (
          <label key={at} className="flex items-center gap-1 text-[12px] text-muted">
            {name}
            <NumberInput
              label={name}
              name={name}
              className="w-16!"
              value={value}
              schema={{ type: 'number' }}
              onCommit={(next) =>
                walkWith({
                  subject: { ...subject, values: subject.values.map((old, i) => (i === at ? next : old)) },
                  row: null,
                  target,
                })
              }
            />
          </label>
        );
      })}
    </div>
  );
}

/** What typed values or a drawing should give; without it, what the network says is taken to be right. */
function RightChoice({ preview }: { preview: DatasetPreview }) {
  const { target, subject } = useStore(walkStore);
  const names = preview.class_names;
  const choose = (next: number | null) => walkWith({ subject, row: null, target: next });
  if (names.length === 0)
    return (
      <label className="flex items-center gap-1 text-[12px] text-muted">
        should give
        <NumberInput
          label="What it should give"
          name="What it should give"
          className="w-16!"
          value={target ?? 0}
          schema={{ type: 'number' }}
          onCommit={choose}
        />
      </label>
    );
  return (
    <label className="flex items-center gap-1 text-[12px] text-muted">
      right is
      <Select
        name="What is right"
        className="w-36"
        value={target === null ? '' : String(target)}
        options={[
          { value: '', title: 'what it predicts' },
          ...names.map((name, at) => ({ value: String(at), title: name })),
        ]}
        onChange={(value) => choose(value === '' ? null : Number(value))}
      />
    </label>
  );
}
