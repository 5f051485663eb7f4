/** Whose activations are shown: an image of the data, the mean of some, or what was drawn. */

import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';

import { microscopeStore } from '../../core/microscope';
import { count, digits, percent } from '../../core/numbers';
import { drawFitted } from '../../draw/digit';
import { TileSheet } from '../../draw/tiles';
import type { Part, Subject } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { NumberInput, Segments } from '../../ui/fields';
import { Canvas, type Paint } from '../Canvas';
import { useClassNames, useDataset } from '../queries';
import { studio, useNumbers, useSpec, useView } from '../studio';
import { useWant } from './useWant';

type Kind = Subject['kind'];
const look = (layer: string) => ({ layer, start: 0, count: 3, channel: null });

const choose = (subject: Subject) => microscopeStore.setState({ subject });

export function SubjectBar() {
  const { preview } = useDataset();
  const subject = useStore(microscopeStore, (state) => state.subject);
  const drawn = useStore(microscopeStore, (state) => state.drawn);
  const { layers } = useSpec().network;
  const shown = [look('input'), ...layers.slice(-1).map(({ id }) => look(id))];
  useWant({ layers: shown, show: ['activations'] });
  const part: Part = subject.kind === 'drawing' ? 'validation' : subject.part;
  const size = preview === null ? 0 : part === 'train' ? preview.train : preview.validation;
  const index = subject.kind === 'sample' ? subject.index : 0;
  const go = (to: number) =>
    choose({ kind: 'sample', part, index: size > 0 ? (to + size) % size : Math.max(0, to) });
  const kinds: { value: Kind; title: string }[] = [
    { value: 'sample', title: 'Image' },
    { value: 'mean', title: 'Mean of 32' },
    ...(drawn ? [{ value: 'drawing' as const, title: 'Drawing' }] : []),
  ];
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5" data-testid="subject">
      <Input />
      <div className="min-w-36 flex-1">
        <Words subject={subject} />
      </div>
      <Segments
        label="What is looked at"
        value={subject.kind}
        options={kinds}
        onChange={(kind) =>
          choose(
            kind === 'drawing'
              ? { kind, drawing: drawn ?? 'pen' }
              : kind === 'mean'
                ? { kind, part }
                : { kind, part, index },
          )
        }
      />
      {subject.kind !== 'drawing' && (preview?.validation ?? 0) > 0 && (
        <Segments
          label="Part of the data"
          value={part}
          options={[
            { value: 'train', title: 'train' },
            { value: 'validation', title: 'validation' },
          ]}
          onChange={(next) =>
            choose(
              subject.kind === 'mean' ? { ...subject, part: next } : { kind: 'sample', part: next, index: 0 },
            )
          }
        />
      )}
      {subject.kind === 'sample' && (
        <div className="flex items-center gap-1">
          <button
            type="button"
            className="button-quiet size-7 px-0"
            aria-label="The image before"
            onClick={() => go(index - 1)}
          >
            <Icon name="left" size={14} />
          </button>
          <NumberInput
            label="Number of the image"
            name="Number of the image"
            className="w-16!"
            value={index}
            schema={{ type: 'integer', minimum: 0, maximum: Math.max(0, size - 1) }}
            onCommit={go}
          />
          <button
            type="button"
            className="button-quiet size-7 px-0"
            aria-label="The next image"
            onClick={() => go(index + 1)}
          >
            <Icon name="right" size={14} />
          </button>
        </div>
      )}
    </div>
  );
}

/** The image itself; a click looks into it. */
function Input() {
  const sheet = useMemo(() => new TileSheet(), []);
  const theme = useView((view) => view.theme);
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      const arrays = studio.pictures.shown?.arrays;
      const array = arrays?.get('activation-maps:input');
      if (array === undefined) return;
      const image = sheet.paintInput(array, arrays?.get('limits:activation-maps:input'));
      drawFitted(context, image, [0, image.width], [0, 0, width, height]);
    },
    // Another theme is painted anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [sheet, theme],
  );
  return (
    <Canvas
      live
      paint={paint}
      className="size-10 rounded-sm border border-line"
      label="The image that is looked at"
    />
  );
}

/** What it is, and what the network takes it for. */
function Words({ subject }: { subject: Subject }) {
  const spec = useSpec();
  const output = spec.network.layers.at(-1)?.id ?? '';
  const names = useClassNames();
  const looked = useNumbers(({ drawable }) => drawable?.picture.microscope ?? null);
  const answer = useNumbers(({ drawable }) => {
    const shares = drawable?.arrays.get(`activation-maps:${output}`);
    return shares?.shape.length === 1 ? answerOf([...shares.data], names) : '';
  });
  if (looked === null)
    return (
      <p className="text-[12px] text-muted" role="status">
        Waiting for a picture of the layers. The first one is compiled, which takes some seconds.
      </p>
    );
  if (looked.problem) return <p className="text-danger">{looked.problem}</p>;
  const truth = looked.truth == null ? '' : (names[looked.truth] ?? String(looked.truth));
  const title =
    subject.kind === 'drawing'
      ? 'Your drawing'
      : subject.kind === 'mean'
        ? `Mean over the first 32 ${looked.part ?? subject.part} images`
        : `${looked.part === 'train' ? 'Training' : 'Validation'} image ${count(looked.index ?? 0)}`;
  const isWrong = truth !== '' && answer !== '' && !answer.startsWith(`${truth},`);
  return (
    <>
      <p className="font-medium">
        {title}
        {truth && subject.kind === 'sample' && <span className="text-muted">, true class {truth}</span>}
      </p>
      <p className="text-[12px] text-muted tabular-nums" data-testid="subject-answer">
        {answer && subject.kind !== 'mean' && `${isWrong ? '✗ ' : ''}taken for ${answer}`}
        {looked.loss != null && `${answer ? ' · ' : ''}loss ${digits(looked.loss)}`}
      </p>
    </>
  );
}

function answerOf(outputs: readonly number[], names: readonly string[]): string {
  const shares = outputs.length === 1 ? [1 - (outputs[0] ?? 0), outputs[0] ?? 0] : outputs;
  const best = shares.indexOf(Math.max(...shares));
  return best < 0 ? '' : `${names[best] ?? best}, ${percent(shares[best])}`;
}
