/** Images of a part of the data by their loss, the hardest first; a click looks into one. */

import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';

import { sentenceOf } from '../../core/api';
import { ask } from '../../core/looks';
import { microscopeStore } from '../../core/microscope';
import { count, digits, percent, plural } from '../../core/numbers';
import { type Images, imageSheet } from '../../draw/digit';
import type { Part } from '../../protocol/messages';
import { chooseImage } from '../microscope/choose';
import { useRun, useSamples } from '../microscope/queries';
import { useMoment, useNumbers } from '../studio';

const MOST = 100;

/** Which images: all of a part, or a cell of its confusion matrix. */
export interface Choice {
  readonly part: Part;
  readonly truth: number | null;
  readonly predicted: number | null;
}

export function Gallery({ choice, names }: { choice: Choice; names: readonly string[] }) {
  const { part, truth, predicted } = choice;
  const run = useRun();
  const at = useMoment();
  const now = useNumbers(({ step }) => step);
  const query = useQuery({
    queryKey: ['hardest', run, part, truth, predicted, at ?? null],
    queryFn: () => ask(run ?? '', { kind: 'hardest', part, count: MOST, truth, predicted, at: at ?? null }),
    enabled: run !== null && at !== undefined,
    placeholderData: (before, query) => (query?.queryKey[1] === run ? before : undefined),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const answer = query.data;
  const indices = useMemo(() => [...(answer?.arrays.get('indices')?.data ?? [])], [answer]);
  const images = useSamples(part, indices);
  const column = (name: string) => answer?.arrays.get(name)?.data;
  const [losses, truths, guesses] = [column('losses'), column('truth'), column('predicted')];
  const shares = answer?.arrays.get('top_probabilities');
  const subject = useStore(microscopeStore, (state) => state.subject);
  if (query.error)
    return (
      <p role="alert" className="text-danger">
        {sentenceOf(query.error)}
      </p>
    );
  if (answer === undefined) return <p className="text-muted">Evaluating the {part} part…</p>;
  const total = Number(answer.values['total']);
  return (
    <div data-testid="gallery">
      <p className="mb-2 flex flex-wrap items-baseline gap-x-2 text-[12px] text-muted tabular-nums">
        <span>
          {plural(total, `${part} image`)}
          {total > indices.length && `, the ${indices.length} with the largest loss`}, the largest loss first,
          at step {count(answer.step)}.
        </span>
        {now !== answer.step && (
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {query.isFetching ? 'Evaluating…' : `Evaluate at step ${count(now)}`}
          </button>
        )}
      </p>
      {indices.length === 0 ? (
        <p className="text-muted">There is none.</p>
      ) : (
        <ul
          className="grid max-h-72 grid-cols-[repeat(auto-fill,minmax(64px,1fr))] gap-1.5 overflow-y-auto"
          aria-label="Images, the largest loss first"
        >
          {indices.map((index, at) => {
            const name = (label: number | undefined) => names[label ?? 0] ?? String(label);
            const isRight = truths?.[at] === guesses?.[at];
            const isChosen = subject.kind === 'sample' && subject.part === part && subject.index === index;
            return (
              <li key={index}>
                <button
                  type="button"
                  aria-pressed={isChosen}
                  aria-label={`Image ${count(index)}: ${name(truths?.[at])} taken for ${name(guesses?.[at])}, loss ${digits(losses?.[at])}`}
                  title={`Image ${count(index)}, ${percent(shares?.data[at * (shares.shape[1] ?? 1)])} sure`}
                  className={`w-full rounded-md border p-1 text-[11px] leading-tight tabular-nums hover:border-line-strong ${isChosen ? 'border-accent' : 'border-line'}`}
                  onClick={() => chooseImage(part, index)}
                >
                  {images ? <Thumb images={images} index={at} /> : <span className="block aspect-square" />}
                  <span className="block truncate font-medium">
                    {isRight ? '✓ ' : ''}
                    {name(truths?.[at])}
                    {!isRight && ` → ${name(guesses?.[at])}`}
                  </span>
                  <span className="block text-muted">{digits(losses?.[at])}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function Thumb({ images, index }: { images: Images; index: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const size = images.height * images.width * images.channels;
    const one = { ...images, data: images.data.subarray(index * size, (index + 1) * size) };
    ref.current?.getContext('2d')?.drawImage(imageSheet(one, 1), 0, 0);
  }, [images, index]);
  return (
    <canvas
      ref={ref}
      width={images.width}
      height={images.height}
      aria-hidden="true"
      className="block aspect-square w-full rounded-sm object-contain [image-rendering:pixelated]"
    />
  );
}
