/** How training images are changed, and what that does to some of them while it is chosen. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

import type { ImageSource } from '../../core/imageData';
import { type Path, setAt } from '../../core/json';
import { field, initial, kinds, optional } from '../../core/schema';
import type { Augmentation, SamplePage } from '../../protocol/messages';
import { CheckField } from '../../ui/fields';
import { Icon } from '../../ui/Icon';
import { ObjectFields } from '../../ui/SchemaForm';
import { samplesQuery, useIsHere } from '../queries';
import { SpecForm } from '../SpecForm';
import { studio, useSpec, useStudio } from '../studio';
import { Sample, usePixels } from './Sample';

const SHOWN = 6;

export function AugmentationForm({ data }: { data: ImageSource }) {
  const root = useStudio((state) => state.schema);
  const isHere = useIsHere(data);
  const [dragged, setDragged] = useState<{ of: ImageSource; name: string; value: unknown } | null>(null);
  const onPreview = useCallback(
    (path: Path, value: unknown) => setDragged({ of: data, name: String(path.at(-1)), value }),
    [data],
  );
  const schema = kinds(field(root, 'data', root), root).find(({ kind }) => kind === data.kind)?.schema;
  if (!schema) return null;
  const whole = field(schema, 'augmentation', root);
  const part = { ...optional(whole, root).value };
  delete part.default;
  const { augmentation } = data;
  const choose = (on: boolean) =>
    studio.change((spec) => setAt(spec, ['data', 'augmentation'], on ? initial(part, root) : null));
  // A slider that is let go is in the data itself.
  const shown =
    augmentation && dragged?.of === data ? { ...augmentation, [dragged.name]: dragged.value } : augmentation;
  return (
    <div className="grid gap-2">
      <CheckField
        label="Augmentation"
        help={whole.description ?? ''}
        checked={augmentation !== null}
        onChange={choose}
      />
      {augmentation !== null && (
        <div className="grid grid-cols-2 gap-x-3 gap-y-2 [&>.wide]:col-span-2">
          <SpecForm onPreview={onPreview}>
            <ObjectFields schema={part} path={['data', 'augmentation']} />
          </SpecForm>
        </div>
      )}
      {shown && isHere && <Preview data={data} augmentation={shown} />}
    </div>
  );
}

/** Above as they are, below as training sees them. */
function Preview({ data, augmentation }: { data: ImageSource; augmentation: Augmentation }) {
  const { seed } = useSpec();
  const [step, setStep] = useState(0);
  const request = { part: 'train', count: SHOWN } as const;
  const plain = useQuery(samplesQuery({ ...request, data: { ...data, augmentation: null } }));
  const changed = useQuery({
    ...samplesQuery({ ...request, data: { ...data, augmentation }, augmented: true, seed, step }),
    placeholderData: keepPreviousData,
  });
  return (
    <div data-testid="augmentation-preview">
      <div className="overflow-hidden rounded-md border border-line">
        <Row page={plain.data} word="as it is" />
        <Row page={changed.data} word="augmented" />
      </div>
      <div className="mt-1 flex items-start justify-between gap-2 text-[12px] text-muted">
        <p>Below: as training sees them at step {step}.</p>
        <button
          type="button"
          className="button-quiet h-6 shrink-0 px-1.5 text-[12px]"
          onClick={() => setStep(step + 1)}
        >
          <Icon name="dice" size={14} /> Next step
        </button>
      </div>
    </div>
  );
}

function Row({ page, word }: { page: SamplePage | undefined; word: string }) {
  const bytes = usePixels(page);
  return (
    <div className="grid min-h-8 grid-cols-6 bg-[#000]">
      {page && bytes
        ? page.samples.map(({ index }, at) => (
            <Sample key={index} page={page} bytes={bytes} at={at} label={`Sample ${index}, ${word}`} />
          ))
        : null}
    </div>
  );
}
