/** What of the image speaks for a class: the gradient of its sum, and what covering each place does to its probability. */

import { useCallback, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import { type Answer, imageOf, numberOf } from '../../core/looks';
import { microscopeStore } from '../../core/microscope';
import { count, digits, percent } from '../../core/numbers';
import { limitOfValues, occlusionOverlay, type Overlay, paintOverlay } from '../../draw/digitOverlay';
import { TileSheet } from '../../draw/tiles';
import type { ImageShape } from '../../protocol/messages';
import { Select } from '../../ui/fields';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useClassNames, useDataset } from '../queries';
import { studio, useNumbers } from '../studio';
import { ScaleStrip } from './ScaleBar';
import { useAsk } from './useAsk';
import { useWant } from './useWant';

/** A patch takes about a sixth of the image. */
const PATCH = 0.18;
const MANY_PIXELS = 40;
const WANT = {
  layers: [{ layer: 'input', start: 0, count: 3, channel: null }],
  show: ['activations'],
} as const;

export function Explain() {
  const { preview } = useDataset();
  const subject = useStore(microscopeStore, (state) => state.subject);
  const now = useNumbers(({ step }) => step);
  const [label, setLabel] = useState<number | null>(null);
  useWant(WANT);
  const names = useClassNames();
  const shape = preview?.image ?? null;
  const image = imageOf(subject);
  const side = Math.min(shape?.height ?? 1, shape?.width ?? 1);
  const size = Math.max(Math.min(2, side), Math.round(PATCH * side));
  const stride = side > MANY_PIXELS ? 2 : 1;
  const saliency = useAsk(image && { kind: 'saliency', image, label });
  const occlusion = useAsk(image && { kind: 'occlusion', image, label, size, stride });
  const occlusionOverlaid = useMemo(() => occlusionOf(size, stride), [size, stride]);
  if (image === null || shape === null)
    return <p className="text-muted">A mean of images has no class: choose one image.</p>;
  const problem = saliency.problem || occlusion.problem;
  if (problem)
    return (
      <p role="alert" className="text-danger">
        {problem}
      </p>
    );
  const found = numberOf(saliency.answer, 'label');
  const name = found === null ? '…' : (names[found] ?? String(found));
  const step = saliency.answer?.step;
  return (
    <div className="grid gap-3" data-testid="explain">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-[12px] text-muted">
        <label className="flex items-center gap-2">
          What speaks for
          <Select
            name="Class that is explained"
            className="w-44"
            value={label === null ? 'predicted' : String(label)}
            options={[
              {
                value: 'predicted',
                title: `the predicted class${found === null || label !== null ? '' : `, ${name}`}`,
              },
              ...names.map((title, at) => ({ value: String(at), title })),
            ]}
            onChange={(value) => setLabel(value === 'predicted' ? null : Number(value))}
          />
        </label>
        <span className="tabular-nums" data-testid="explain-words">
          {step === undefined
            ? 'Asking. The first answer is compiled, which takes some seconds.'
            : `${name}: probability ${percent(numberOf(saliency.answer, 'probability'))} at step ${count(step)}`}
        </span>
        {step !== undefined && step !== now && (
          <button
            type="button"
            className="link"
            onClick={() => {
              saliency.again();
              occlusion.again();
            }}
          >
            {saliency.busy || occlusion.busy ? 'Asking…' : `Ask at step ${count(now)}`}
          </button>
        )}
      </div>
      <div className="flex flex-wrap gap-x-8 gap-y-4">
        <Picture shape={shape} title="The image" text="What the network sees." />
        <Picture
          shape={shape}
          title="Saliency"
          text={`How the sum for class ${name} changes with each pixel: blue, brighter is more; orange, brighter is less.`}
          answer={saliency.answer}
          overlay={saliencyOverlay}
          testId="saliency"
        />
        <Picture
          shape={shape}
          title="Occlusion"
          text={`What a black patch of ${size}×${size} takes from the probability of class ${name}: blue, the probability falls without it; orange, it rises.`}
          answer={occlusion.answer}
          overlay={occlusionOverlaid}
          percentages
          testId="occlusion"
        />
      </div>
    </div>
  );
}

type Reading = (answer: Answer) => Overlay | null;

/** The gradient of a gray image, with its sign; of colors the largest of the channels. */
function saliencyOverlay(answer: Answer): Overlay | null {
  const gradient = answer.arrays.get('gradient');
  const strength = answer.arrays.get('saliency');
  const [rows = 1, columns = 1, channels = 1] = gradient?.shape ?? [];
  const values = channels === 1 ? gradient?.data : strength?.data;
  return values === undefined
    ? null
    : { values, rows, columns, limit: limitOfValues(values), top: 0, left: 0, height: rows, width: columns };
}

function occlusionOf(size: number, stride: number): Reading {
  return (answer) => {
    const probability = answer.arrays.get('probability');
    const whole = numberOf(answer, 'probability');
    return probability && whole !== null ? occlusionOverlay(probability, whole, size, stride) : null;
  };
}

interface PictureProps {
  readonly shape: ImageShape;
  readonly title: string;
  readonly text: string;
  readonly answer?: Answer | null;
  readonly overlay?: Reading;
  readonly percentages?: boolean;
  readonly testId?: string;
}

function Picture({
  shape,
  title,
  text,
  answer = null,
  overlay: read,
  percentages = false,
  testId,
}: PictureProps) {
  const { theme } = usePlotStyle();
  const sheet = useMemo(() => new TileSheet(), []);
  const overlay = useMemo(() => (answer && read ? read(answer) : null), [answer, read]);
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      const arrays = studio.pictures.shown?.arrays;
      const array = arrays?.get('activation-maps:input');
      if (array === undefined) return;
      context.imageSmoothingEnabled = false;
      const image = sheet.paintInput(array, arrays?.get('limits:activation-maps:input'));
      context.drawImage(image, 0, 0, width, height);
      if (overlay) paintOverlay(context, width, height, [shape.height, shape.width], overlay, theme);
    },
    [sheet, overlay, shape, theme],
  );
  const words = (value: number) => (percentages ? `${digits(100 * value)} %` : digits(value));
  return (
    <figure className="flex w-[348px] max-w-full gap-3">
      <Canvas
        live
        paint={paint}
        className="block w-44 shrink-0 self-start"
        style={{ aspectRatio: `${shape.width} / ${shape.height}` }}
        label={`${title}. ${text}`}
        {...(testId ? { testId } : {})}
      />
      <figcaption className="min-w-0">
        <span className="font-medium">{title}</span>
        <p className="mt-1 mb-2 text-[11px] leading-snug text-muted">{text}</p>
        {overlay && <ScaleStrip low={words(-overlay.limit)} high={words(overlay.limit)} />}
      </figcaption>
    </figure>
  );
}
