/** The parts of an image dataset: named, counted, and a few samples to look into. */

import { useQuery } from '@tanstack/react-query';

import { api } from '../../core/api';
import type { ImageSource } from '../../core/imageData';
import { count } from '../../core/numbers';
import type { DatasetPreview } from '../../protocol/messages';
import { samplesQuery, useCollection } from '../queries';
import { useIsGuest } from '../studio';
import { Sample, usePixels } from './Sample';

const SHOWN = 12;

interface Props {
  readonly data: ImageSource;
  readonly preview: DatasetPreview;
  readonly onBrowse: () => void;
}

export function ImageParts({ data, preview, onBrowse }: Props) {
  const request = { data: { ...data, augmentation: null }, part: 'train', count: SHOWN } as const;
  const { data: page } = useQuery(samplesQuery(request));
  const bytes = usePixels(page);
  const { image } = preview;
  const all = useAllTraining(data, preview);
  const parts = [
    { name: 'Training', samples: preview.train, title: 'The network learns from these.' },
    {
      name: 'Validation',
      samples: preview.validation,
      title: 'Kept out of training, to measure and to choose by.',
    },
    { name: 'Test', samples: preview.test, title: 'For a last judgement: evaluated only when asked.' },
  ];
  return (
    <>
      <dl className="grid grid-cols-3 gap-2 tabular-nums" data-testid="parts">
        {parts.map(({ name, samples, title }) => (
          <div key={name} title={title}>
            <dt className="text-[12px] text-muted">{name}</dt>
            <dd className="font-medium">{samples > 0 ? count(samples) : 'none'}</dd>
          </div>
        ))}
      </dl>
      <button
        type="button"
        className="group overflow-hidden rounded-md border border-line text-left hover:border-line-strong"
        onClick={onBrowse}
      >
        <span className="grid min-h-8 grid-cols-6 bg-[#000]">
          {page && bytes
            ? page.samples.map(({ index }, at) => <Sample key={index} page={page} bytes={bytes} at={at} />)
            : null}
        </span>
        <span className="link block px-2 py-1">Browse the samples</span>
      </button>
      <p className="text-muted">
        {image && `${image.width}×${image.height} pixels, ${image.channels === 1 ? 'grayscale' : 'color'}; `}
        one of {preview.class_names.length} classes.
        {all !== null && all > preview.train && (
          <>
            {' '}
            {count(preview.train)} of {count(all)} training images are used.
          </>
        )}
      </p>
    </>
  );
}

/** Training images there are, whether they are used or not; null where it is not known. */
function useAllTraining(data: ImageSource, preview: DatasetPreview): number | null {
  const collection = useCollection(data);
  const isGuest = useIsGuest();
  const own = useQuery({
    queryKey: ['images'],
    queryFn: api.images,
    enabled: data.kind === 'own-images' && !isGuest,
  });
  const source =
    data.kind === 'own-images' ? own.data?.find(({ id }) => id === data.images) : (collection ?? undefined);
  return source ? source.train - preview.validation : null;
}
