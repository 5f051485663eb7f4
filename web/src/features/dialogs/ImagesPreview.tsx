/** What own images hold: some of each, their classes and parts, and the size that they are read in. */

import { useQuery } from '@tanstack/react-query';

import { type ImageColor, sentenceOf } from '../../core/api';
import { count, plural } from '../../core/numbers';
import type { OwnImagesEntry } from '../../protocol/messages';
import { SelectField } from '../../ui/fields';
import { Sample, usePixels } from '../data/Sample';
import { datasetQuery, samplesQuery } from '../queries';
import { BalanceBars } from './BalanceBars';

const SIZES = [16, 24, 28, 32, 48, 64];
const SHOWN = 36;

interface Props {
  readonly entry: OwnImagesEntry;
  /** How they were read; null where they cannot be read again. */
  readonly choice: { readonly size: number; readonly color: ImageColor } | null;
  readonly busy: boolean;
  readonly onChoose: (size: number, color: ImageColor) => void;
}

export function ImagesPreview({ entry, choice, busy, onChoose }: Props) {
  const { image } = entry;
  const looked = useQuery(datasetQuery(entry.data));
  const samples = useQuery(samplesQuery({ data: entry.data, part: 'train', count: SHOWN }));
  const page = samples.data;
  const bytes = usePixels(page);
  const problem = looked.error ?? samples.error;
  return (
    <div className="mt-4 grid gap-4" data-testid="images-preview">
      <p className="text-muted tabular-nums">
        {entry.name}: {plural(entry.train + entry.test, 'image')} of {image.width}×{image.height} pixels,{' '}
        {image.channels === 1 ? 'grayscale' : 'color'}, in {entry.class_names.length} classes
        {looked.data &&
          `; ${count(looked.data.train)} training, ${count(looked.data.validation)} validation and ${looked.data.test > 0 ? count(looked.data.test) : 'no'} test samples`}
        .
      </p>
      {entry.notes.map((note) => (
        <p key={note} className="text-[12px] text-muted">
          {note}
        </p>
      ))}
      {choice && (
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
          <SelectField
            label="Scale to"
            help="Height and width of all images. The whole picture is kept; what is left beside it has the color of its border."
            value={String(choice.size)}
            disabled={busy}
            options={[
              { value: '0', title: 'As they are, or 32×32' },
              ...SIZES.map((size) => ({ value: String(size), title: `${size}×${size}` })),
            ]}
            onChange={(value) => onChoose(Number(value), choice.color)}
          />
          <SelectField
            label="Color"
            help="Automatic is grayscale where no image has a colored pixel."
            value={choice.color}
            disabled={busy}
            options={[
              { value: 'auto', title: 'Automatic' },
              { value: 'grayscale', title: 'Grayscale' },
              { value: 'rgb', title: 'Red, green, blue' },
            ]}
            onChange={(color) => onChoose(choice.size, color)}
          />
        </div>
      )}
      {problem && (
        <p
          role="alert"
          className="rounded-md bg-danger-soft px-3 py-2 text-danger"
          data-testid="upload-problem"
        >
          {sentenceOf(problem)}
        </p>
      )}
      <ul
        aria-label="Some of the images"
        className="grid min-h-16 grid-cols-[repeat(auto-fill,minmax(48px,1fr))] content-start gap-2"
      >
        {page && bytes
          ? page.samples.map(({ index, label }, at) => {
              const name = entry.class_names[label] ?? String(label);
              return (
                <li key={index} className="min-w-0" title={name}>
                  <Sample page={page} bytes={bytes} at={at} label={name} />
                  <span className="block truncate text-center text-[11px] text-muted">{name}</span>
                </li>
              );
            })
          : null}
      </ul>
      {looked.data && <BalanceBars name={entry.name} balance={looked.data.balance} />}
    </div>
  );
}
