/** Images with what the network takes them for: three bars each, drawn as cards in columns. */

import { percent } from '../core/numbers';
import type { FrameArray } from '../protocol/frames';
import { css, signColor } from './colors';
import { drawFitted } from './digit';
import type { PlotStyle } from './plotFrame';

export const CARD_HEIGHT = 66;
const LEAST_WIDTH = 156;
export const CARD_GAP = 6;
const IMAGE = 46;
const FONT = "'Inter Variable', system-ui, sans-serif";

/** What the network says of some samples in one picture. */
export interface Predicted {
  readonly truth: FrameArray;
  readonly predicted: FrameArray;
  /** [samples, up to three], the most probable first. */
  readonly classes: FrameArray;
  readonly probabilities: FrameArray;
}

export function predictedOf(arrays: ReadonlyMap<string, FrameArray> | undefined): Predicted | null {
  const truth = arrays?.get('prediction:truth');
  const predicted = arrays?.get('prediction:predicted');
  const classes = arrays?.get('prediction:top_classes');
  const probabilities = arrays?.get('prediction:top_probabilities');
  return truth && predicted && classes && probabilities ? { truth, predicted, classes, probabilities } : null;
}

export function countRight({ truth, predicted }: Predicted): number {
  let right = 0;
  for (const [index, label] of truth.data.entries()) if (label === predicted.data[index]) right += 1;
  return right;
}

export interface CardPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where each card lies in a room of some width. */
export function cardPlaces(count: number, room: number): CardPlace[] {
  const columns = Math.max(1, Math.floor((room + CARD_GAP) / (LEAST_WIDTH + CARD_GAP)));
  const width = (room - (columns - 1) * CARD_GAP) / columns;
  return Array.from({ length: count }, (_, index) => ({
    x: (index % columns) * (width + CARD_GAP),
    y: Math.floor(index / columns) * (CARD_HEIGHT + CARD_GAP),
    width,
  }));
}

export function cardsHeight(places: readonly CardPlace[]): number {
  const last = places.at(-1);
  return last ? last.y + CARD_HEIGHT : 0;
}

/** The cards that reach into a span of heights. */
export function paintCards(
  context: CanvasRenderingContext2D,
  places: readonly CardPlace[],
  [top, bottom]: readonly [number, number],
  sheet: HTMLCanvasElement | null,
  predicted: Predicted | null,
  names: readonly string[],
  style: PlotStyle,
): void {
  context.textBaseline = 'middle';
  for (const [index, place] of places.entries()) {
    if (place.y + CARD_HEIGHT < top || place.y > bottom) continue;
    if (sheet !== null) {
      const wide = sheet.width / places.length;
      drawFitted(context, sheet, [index * wide, wide], [place.x + 6, place.y + 10, IMAGE, IMAGE]);
    }
    if (predicted !== null) paintAnswer(context, index, place, predicted, names, style);
  }
}

function paintAnswer(
  context: CanvasRenderingContext2D,
  index: number,
  { x, y, width }: CardPlace,
  predicted: Predicted,
  names: readonly string[],
  style: PlotStyle,
): void {
  const name = (label: number) => names[label] ?? String(label);
  const truth = predicted.truth.data[index] ?? 0;
  const guess = predicted.predicted.data[index] ?? 0;
  const isRight = truth === guess;
  const left = x + IMAGE + 14;
  const room = x + width - left - 6;
  const wrong = css(signColor(-1, style.theme));
  if (!isRight) {
    context.strokeStyle = wrong;
    context.lineWidth = 1.5;
    context.strokeRect(x + 0.75, y + 0.75, width - 1.5, CARD_HEIGHT - 1.5);
  }
  context.textAlign = 'left';
  context.font = `${isRight ? 500 : 650} 12px ${FONT}`;
  context.fillStyle = isRight ? style.muted : style.ink;
  context.fillText(isRight ? `✓ ${name(truth)}` : `✗ ${name(guess)}, is ${name(truth)}`, left, y + 14, room);
  const tops = predicted.classes.shape[1] ?? 0;
  for (let rank = 0; rank < tops; rank++) {
    const label = predicted.classes.data[index * tops + rank] ?? 0;
    const share = predicted.probabilities.data[index * tops + rank] ?? Number.NaN;
    paintBar(context, left, y + 28 + rank * 13, room, name(label), share, label === truth, style);
  }
}

const LABEL = 22;
const NUMBER = 38;

/** One class with its share as a bar and a number. */
function paintBar(
  context: CanvasRenderingContext2D,
  x: number,
  middle: number,
  width: number,
  name: string,
  share: number,
  isTruth: boolean,
  style: PlotStyle,
): void {
  context.font = `${isTruth ? 650 : 400} 11px ${FONT}`;
  context.fillStyle = isTruth ? style.ink : style.muted;
  context.textAlign = 'left';
  context.fillText(name.length > 3 ? `${name.slice(0, 3)}.` : name, x, middle, LABEL - 2);
  const room = width - LABEL - NUMBER;
  context.fillStyle = style.line;
  context.fillRect(x + LABEL, middle - 3, room, 6);
  context.fillStyle = css(signColor(isTruth ? 1 : -1, style.theme));
  if (share > 0) context.fillRect(x + LABEL, middle - 3, room * Math.min(1, share), 6);
  context.fillStyle = style.ink;
  context.textAlign = 'right';
  context.fillText(percent(share), x + width, middle, NUMBER - 3);
}
