/** Fifty validation images, always the same, with what the network takes them for as it trains. */

import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { microscopeStore } from '../../core/microscope';
import { count, percent } from '../../core/numbers';
import {
  CARD_GAP,
  CARD_HEIGHT,
  cardPlaces,
  cardsHeight,
  countRight,
  paintCards,
  type Predicted,
  predictedOf,
} from '../../draw/barsOfPredictions';
import { imageSheet } from '../../draw/digit';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { chooseImage } from '../microscope/choose';
import { useSamples } from '../microscope/queries';
import { useClassNames } from '../queries';
import { useInSight, useWant } from '../microscope/useWant';
import { studio, useNumbers } from '../studio';

/** What a button says of its image follows a picture so much later. */
const WORDS_MS = 1000;
/** Height of what is in sight, in px. */
const SEEN = 282;
const ROW = CARD_HEIGHT + CARD_GAP;

export function Predictions() {
  const root = useRef<HTMLDivElement>(null);
  const inSight = useInSight(root);
  useWant(inSight ? { predictions: true } : null);
  const names = useClassNames();
  const summary = useNumbers(({ drawable, step }) => {
    const predicted = predictedOf(drawable?.arrays);
    return predicted
      ? `${countRight(predicted)} of ${predicted.truth.data.length} right at step ${count(drawable?.picture.predictions?.step ?? step)}`
      : '';
  });
  const listed = useNumbers(
    ({ drawable }) => drawable?.arrays.get('prediction:indices')?.data.join(',') ?? '',
  );
  const part = useNumbers(({ drawable }) => drawable?.picture.predictions?.part ?? 'validation');
  // The list stays while a picture comes without it.
  const [kept, setKept] = useState('');
  if (listed !== '' && listed !== kept) setKept(listed);
  const indices = useMemo(() => (kept === '' ? [] : kept.split(',').map(Number)), [kept]);
  const images = useSamples(part, indices);
  const sheet = useMemo(() => (images ? imageSheet(images, indices.length) : null), [images, indices]);
  return (
    <div ref={root}>
      <p className="mb-2 flex items-baseline justify-between gap-2 text-[12px] text-muted">
        <span>
          The same {indices.length || 50} {part} images; click one to look into it.
        </span>
        <span className="shrink-0 tabular-nums" data-testid="predictions-summary">
          {summary}
        </span>
      </p>
      {indices.length === 0 && (
        <p className="flex h-24 items-center justify-center rounded-md border border-dashed border-line px-6 text-center text-[12px] text-muted">
          Each image appears here with its true class, what the network takes it for, and its three most
          probable classes.
        </p>
      )}
      <Cards key={part} part={part} indices={indices} sheet={sheet} names={names} />
    </div>
  );
}

interface CardsProps {
  readonly part: 'train' | 'validation' | 'test';
  readonly indices: readonly number[];
  readonly sheet: HTMLCanvasElement | null;
  readonly names: readonly string[];
}

/** One canvas, as large as what is in sight, over a list of buttons. */
const Cards = memo(function Cards({ part, indices, sheet, names }: CardsProps) {
  const style = usePlotStyle();
  const scroller = useRef<HTMLDivElement>(null);
  const buttons = useRef<(HTMLButtonElement | null)[]>([]);
  const [room, setRoom] = useState(320);
  // The canvas is what is in sight and a row more on each side: a larger one costs time in each picture.
  const [top, setTop] = useState(0);
  const words = useRef<ReturnType<typeof setTimeout>>(undefined);
  const subject = useStore(microscopeStore, (state) => state.subject);
  const chosen = subject.kind === 'sample' && subject.part === part ? subject.index : null;
  useLayoutEffect(() => {
    const node = scroller.current;
    if (node === null) return;
    const observer = new ResizeObserver(() => setRoom(node.clientWidth));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  const places = useMemo(() => cardPlaces(indices.length, room), [indices.length, room]);
  const say = useCallback(() => {
    words.current = undefined;
    const predicted = predictedOf(studio.pictures.shown?.arrays);
    for (const [at, button] of buttons.current.entries())
      if (predicted !== null)
        button?.setAttribute('aria-label', wordsOf(predicted, at, indices[at] ?? 0, names));
  }, [indices, names]);
  useEffect(() => () => clearTimeout(words.current), []);
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      const predicted = predictedOf(studio.pictures.shown?.arrays);
      context.save();
      context.translate(0, -top);
      paintCards(context, places, [top, top + height], sheet, predicted, names, style);
      context.restore();
      words.current ??= setTimeout(say, WORDS_MS);
    },
    [places, top, sheet, names, style, say],
  );
  return (
    <div
      ref={scroller}
      className="overflow-y-auto"
      style={{ height: indices.length === 0 ? 0 : SEEN }}
      data-testid="predictions"
      onScroll={(event) => setTop(Math.max(0, Math.floor(event.currentTarget.scrollTop / ROW) - 1) * ROW)}
    >
      <div className="relative" style={{ height: cardsHeight(places) }}>
        <Canvas
          live
          paint={paint}
          testId="predictions-canvas"
          className="pointer-events-none absolute inset-x-0 w-full"
          style={{ top, height: Math.min(SEEN + 3 * ROW, Math.max(0, cardsHeight(places) - top)) }}
        />
        <ul aria-label={`Predictions for ${indices.length} images`}>
          {places.map(({ x, y, width }, at) => (
            <li key={at}>
              <button
                ref={(node) => {
                  buttons.current[at] = node;
                }}
                type="button"
                aria-label={`Image ${indices[at]}`}
                aria-pressed={chosen === indices[at]}
                className={`absolute rounded-md border hover:border-line-strong ${chosen === indices[at] ? 'border-2 border-accent' : 'border-line'}`}
                style={{ left: x, top: y, width, height: CARD_HEIGHT }}
                onClick={() => chooseImage(part, indices[at] ?? 0)}
              />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
});

/** What a button says of its image. */
function wordsOf(predicted: Predicted, at: number, index: number, names: readonly string[]): string {
  const truth = predicted.truth.data[at] ?? 0;
  const guess = predicted.predicted.data[at] ?? 0;
  const share = predicted.probabilities.data[at * (predicted.probabilities.shape[1] ?? 1)];
  const verdict = truth === guess ? 'right' : `wrong, it is ${names[truth] ?? truth}`;
  return `Image ${count(index)}: taken for ${names[guess] ?? guess}, ${percent(share)}, ${verdict}`;
}
