/** DATA: what is learned from. */

import { Seeing } from '../guide/Seeing';
import { useState } from 'react';

import { sentenceOf } from '../../core/api';
import { count } from '../../core/numbers';
import { field, kinds } from '../../core/schema';
import { isImages } from '../../core/imageData';
import type { Data } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { ObjectFields } from '../../ui/SchemaForm';
import { DrawDialog } from '../dialogs/DrawDialog';
import { LookDialog } from '../dialogs/LookDialog';
import { UploadDialog } from '../dialogs/UploadDialog';
import { useDataset, useIsHere } from '../queries';
import { SpecForm } from '../SpecForm';
import { useIsGuest, useSpec, useStudio } from '../studio';
import { AugmentationForm } from './AugmentationForm';
import { CollectionNotice, useArrival } from './CollectionNotice';
import { Features } from './Features';
import { ImageParts } from './ImageParts';
import { choiceId, dataChoices, dataTitle, imageChoices } from './kinds';
import { SampleBrowser } from './SampleBrowser';
import { Thumbnail } from './Thumbnail';
import { useChooseData } from './useChooseData';

/** Fields with a control of their own, or that only the dialogs set. */
const ELSEWHERE = [
  'features',
  'points',
  'table',
  'images',
  'target',
  'target_as',
  'inputs',
  'name',
  'augmentation',
];
const OF_TABLE = [...ELSEWHERE, 'missing', 'standardize', 'standardize_target'];

type Open = 'upload' | 'draw' | 'look' | null;

export function DataPanel() {
  const spec = useSpec();
  const root = useStudio((state) => state.schema);
  const { preview, problem } = useDataset();
  const { choose, problem: refused, clear } = useChooseData();
  const [open, setOpen] = useState<Open>(null);
  const { data } = spec;
  const current = choiceId(data);
  const schema = kinds(field(root, 'data', root), root).find(({ kind }) => kind === data.kind)?.schema;
  const isHere = useIsHere(data);
  const isGuest = useIsGuest();
  useArrival();
  // What is wrong with a collection is said by its notice.
  const sentence = refused ?? (problem && data.kind !== 'images' ? sentenceOf(problem) : null);
  return (
    <section aria-labelledby="data-heading" className="flex flex-col gap-4 p-4" data-testid="data-panel">
      <div className="flex items-center gap-1">
        <h2 id="data-heading" className="heading">
          Data
        </h2>
        <Seeing page="data" />
      </div>
      {!isGuest && (
        <div>
          <div
            className="grid grid-cols-[repeat(auto-fill,minmax(36px,1fr))] gap-1.5"
            role="group"
            aria-label="Datasets"
          >
            {dataChoices(root).map((choice) => (
              <button
                key={choice.id}
                type="button"
                aria-pressed={choice.id === current}
                aria-label={choice.title}
                title={choice.help}
                data-testid={`data-${choice.id}`}
                className={`aspect-square overflow-hidden rounded-md border bg-panel ${choice.id === current ? 'border-accent ring-1 ring-accent' : 'border-line hover:border-line-strong'}`}
                onClick={() => {
                  if (choice.id !== current) void choose(keepFeatures(choice.data, data));
                }}
              >
                <Thumbnail data={choice.data} />
              </button>
            ))}
          </div>
          <div className="mt-2 grid grid-cols-3 gap-1.5" role="group" aria-label="Images">
            {imageChoices(root).map((choice) => (
              <button
                key={choice.id}
                type="button"
                aria-pressed={choice.id === current}
                aria-label={choice.title}
                title={choice.help}
                data-testid={`data-${choice.id}`}
                className={`min-w-0 overflow-hidden rounded-md border bg-panel ${choice.id === current ? 'border-accent ring-1 ring-accent' : 'border-line hover:border-line-strong'}`}
                onClick={() => {
                  if (choice.id !== current) void choose(choice.data);
                }}
              >
                <span className="block aspect-[5/3]">
                  <Thumbnail data={choice.data} />
                </span>
                <span className="block truncate px-1 pb-0.5 text-[11px] text-muted">
                  {choice.title.replace(/-MNIST| 8×8/, '')}
                </span>
              </button>
            ))}
          </div>
          <div className="mt-2 grid grid-cols-2 gap-2">
            <button type="button" className="button px-1" onClick={() => setOpen('upload')}>
              <span className="max-xl:hidden">
                <Icon name="upload" size={14} />
              </span>{' '}
              Own data
            </button>
            <button type="button" className="button" onClick={() => setOpen('draw')}>
              <span className="max-xl:hidden">
                <Icon name="pencil" size={14} />
              </span>{' '}
              Draw
            </button>
          </div>
          {sentence && (
            <p
              role="alert"
              className="mt-2 rounded-md bg-danger-soft px-2.5 py-1.5 text-danger"
              data-testid="data-problem"
            >
              {sentence}{' '}
              {refused && (
                <button type="button" className="link" onClick={clear}>
                  Dismiss
                </button>
              )}
            </p>
          )}
        </div>
      )}
      <div>
        <h3 className="mb-1.5 font-medium">{dataTitle(data, root)}</h3>
        {isImages(data) && (
          <div className="mb-3 grid grid-cols-[minmax(0,1fr)] gap-3">
            <CollectionNotice className="max-[899px]:hidden" />
            {isHere && preview?.image && (
              <ImageParts data={data} preview={preview} onBrowse={() => setOpen('look')} />
            )}
          </div>
        )}
        <div className="grid grid-flow-row-dense grid-cols-2 gap-x-3 gap-y-2 [&>.button]:col-span-2 [&>.wide]:col-span-2">
          {schema && (
            <SpecForm>
              <ObjectFields
                schema={schema}
                path={['data']}
                without={data.kind === 'table' ? OF_TABLE : ELSEWHERE}
              />
            </SpecForm>
          )}
          {!isGuest && data.kind === 'points' && (
            <button type="button" className="button" onClick={() => setOpen('draw')}>
              Edit the {count(data.points.length)} points
            </button>
          )}
          {!isGuest && data.kind === 'own-images' && (
            <button type="button" className="button" onClick={() => setOpen('upload')}>
              Choose other images
            </button>
          )}
          {!isGuest && data.kind === 'table' && (
            <button type="button" className="button" onClick={() => setOpen('upload')}>
              Choose columns
            </button>
          )}
        </div>
      </div>
      {isImages(data) && <AugmentationForm key={choiceId(data)} data={data} />}
      {'features' in data && <Features data={data} />}
      {preview && !isImages(data) && (
        <div className="border-t border-line pt-3 text-muted tabular-nums">
          <p data-testid="split-sizes">
            {count(preview.train)} training, {count(preview.validation)} validation samples
          </p>
          <p>
            {preview.task === 'regression'
              ? `Predicts the number ${preview.target_name}.`
              : `Predicts one of ${preview.class_names.length} classes.`}
          </p>
          <button type="button" className="link mt-1" onClick={() => setOpen('look')}>
            Look at the data
          </button>
        </div>
      )}
      {open === 'upload' && <UploadDialog onClose={() => setOpen(null)} />}
      {open === 'draw' && <DrawDialog onClose={() => setOpen(null)} />}
      {open === 'look' &&
        preview &&
        (isImages(data) ? (
          <SampleBrowser data={data} preview={preview} onClose={() => setOpen(null)} />
        ) : (
          <LookDialog preview={preview} onClose={() => setOpen(null)} />
        ))}
    </section>
  );
}

/** Another dataset of points keeps the input features. */
function keepFeatures(next: Data, before: Data): Data {
  return 'features' in next && 'features' in before ? { ...next, features: before.features } : next;
}
