/** All samples of an image dataset: by part, by class, page by page. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { sentenceOf } from '../../core/api';
import { type ImageSource, pageWords } from '../../core/imageData';
import { count } from '../../core/numbers';
import type { DatasetPreview, Part } from '../../protocol/messages';
import { Dialog } from '../../ui/Dialog';
import { CheckField, Segments, SelectField } from '../../ui/fields';
import { chooseImage } from '../microscope/choose';
import { chooseTab } from '../network/tab';
import { samplesQuery } from '../queries';
import { useSpec } from '../studio';
import { Sample, usePixels } from './Sample';

const PAGE = 60;
const NAMES: Readonly<Record<Part, string>> = { train: 'Training', validation: 'Validation', test: 'Test' };
const MEANING: Readonly<Record<Part, string>> = {
  train: 'The network learns from these.',
  validation: 'Kept out of training, to measure and to choose by.',
  test: 'For a last judgement: never trained on, evaluated only when asked.',
};

const BARS = [
  { part: 'train', color: 'bg-line-strong' },
  { part: 'validation', color: 'bg-accent' },
  { part: 'test', color: 'bg-warn' },
] as const;

interface Props {
  readonly data: ImageSource;
  readonly preview: DatasetPreview;
  readonly onClose: () => void;
}

export function SampleBrowser({ data, preview, onClose }: Props) {
  const { seed } = useSpec();
  const [part, setPart] = useState<Part>('train');
  const [label, setLabel] = useState<number | null>(null);
  const [start, setStart] = useState(0);
  const [augmented, setAugmented] = useState(false);
  const canAugment = part === 'train' && data.augmentation !== null;
  const query = useQuery({
    ...samplesQuery({
      data: canAugment && augmented ? data : { ...data, augmentation: null },
      part,
      label,
      start,
      count: PAGE,
      augmented: canAugment && augmented,
      seed,
    }),
    placeholderData: keepPreviousData,
  });
  const page = query.data;
  const bytes = usePixels(page);
  const total = page?.total ?? 0;
  const parts = (['train', 'validation', 'test'] as const).filter((name) => preview[name] > 0);
  const last = Math.max(0, Math.ceil(total / PAGE) - 1) * PAGE;
  const go = (to: number) => setStart(Math.min(last, Math.max(0, to)));
  return (
    <Dialog wide title={`Samples of ${preview.name}`} onClose={onClose}>
      <div className="grid gap-4" data-testid="sample-browser">
        <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
          <div>
            <Segments
              label="Part"
              value={part}
              options={parts.map((value) => ({ value, title: `${NAMES[value]} ${count(preview[value])}` }))}
              onChange={(next) => {
                setPart(next);
                setStart(0);
              }}
            />
            <p className="mt-1 text-muted">
              {MEANING[part]} Click one to see how it travels through the network.
            </p>
          </div>
          <div className="w-56">
            <SelectField
              label="Class"
              value={label === null ? 'all' : String(label)}
              options={[
                { value: 'all', title: `All ${preview.class_names.length} classes` },
                ...preview.balance.map((entry, index) => ({
                  value: String(index),
                  title: `${entry.name} (${count(entry[part])})`,
                })),
              ]}
              onChange={(value) => {
                setLabel(value === 'all' ? null : Number(value));
                setStart(0);
              }}
            />
          </div>
        </div>
        {canAugment && (
          <CheckField
            label="As augmented in training"
            help="As they would be at the first step of a training with this seed."
            checked={augmented}
            onChange={setAugmented}
          />
        )}
        {query.error && (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger">
            {sentenceOf(query.error)}
          </p>
        )}
        <ul
          aria-label={`${NAMES[part]} samples`}
          aria-busy={query.isFetching}
          className="grid min-h-40 grid-cols-[repeat(auto-fill,minmax(60px,1fr))] content-start gap-2"
        >
          {page && bytes
            ? page.samples.map((sample, at) => {
                const name = preview.class_names[sample.label] ?? String(sample.label);
                return (
                  <li key={sample.index} className="min-w-0">
                    <button
                      type="button"
                      className="block w-full rounded-sm hover:ring-2 hover:ring-accent"
                      title={`${name}, ${part} sample ${sample.index}: see it in the network`}
                      onClick={() => {
                        chooseTab('neurons');
                        chooseImage(part, sample.index);
                        onClose();
                      }}
                    >
                      <Sample page={page} bytes={bytes} at={at} label={`Sample ${sample.index}: ${name}`} />
                      <span className="block truncate text-center text-[12px] text-muted">{name}</span>
                    </button>
                  </li>
                );
              })
            : null}
        </ul>
        <nav className="flex flex-wrap items-center justify-center gap-2" aria-label="Pages">
          <button type="button" className="button" disabled={start === 0} onClick={() => go(0)}>
            First
          </button>
          <button type="button" className="button" disabled={start === 0} onClick={() => go(start - PAGE)}>
            Previous
          </button>
          <span className="min-w-40 text-center tabular-nums" data-testid="page-words" role="status">
            {pageWords(start, page?.samples.length ?? 0, total)}
          </span>
          <button type="button" className="button" disabled={start >= last} onClick={() => go(start + PAGE)}>
            Next
          </button>
          <button type="button" className="button" disabled={start >= last} onClick={() => go(last)}>
            Last
          </button>
        </nav>
        <ClassTable
          preview={preview}
          onChoose={(index) => {
            setLabel(index);
            setStart(0);
          }}
        />
      </div>
    </Dialog>
  );
}

/** How many samples of each class there are in each part. */
function ClassTable({ preview, onChoose }: { preview: DatasetPreview; onChoose: (label: number) => void }) {
  const most = Math.max(1, ...preview.balance.map((entry) => entry.train + entry.validation + entry.test));
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label="Classes">
      <table className="table w-full" data-testid="class-balance">
        <thead>
          <tr>
            <th scope="col">class</th>
            {BARS.map(({ part, color }) => (
              <th key={part} scope="col" className="text-right!">
                <span className={`mr-1.5 inline-block size-2 rounded-sm ${color}`} />
                {NAMES[part].toLowerCase()}
              </th>
            ))}
            <th scope="col" className="w-1/3 max-sm:hidden">
              all parts
            </th>
          </tr>
        </thead>
        <tbody>
          {preview.balance.map((entry, index) => (
            <tr key={entry.name}>
              <th scope="row" className="max-w-44 truncate border-t border-line text-ink!">
                <button type="button" className="link" onClick={() => onChoose(index)}>
                  {entry.name}
                </button>
              </th>
              <td className="text-right">{count(entry.train)}</td>
              <td className="text-right">{count(entry.validation)}</td>
              <td className="text-right">{entry.test > 0 ? count(entry.test) : '–'}</td>
              <td className="max-sm:hidden">
                <span className="flex h-2 overflow-hidden rounded-sm bg-raised">
                  {BARS.map(({ part, color }) => (
                    <span key={part} className={color} style={{ width: `${(100 * entry[part]) / most}%` }} />
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
