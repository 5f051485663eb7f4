/** The network at a stop of the walk: numbers in units and on edges in sign colors, what happens lit. */

import { layerOf, limitOf, numbersOf, outputOf, quantityName, unitQuantity } from '../core/walk';
import type { WalkScene, UnitShow } from '../core/walkScene';
import type { Ref, WalkData } from '../core/walkState';
import { digits } from '../core/numbers';
import type { FrameArray } from '../protocol/frames';
import { css, inkOn, signColor } from './colors';
import { edges, type EdgeStyle, FULL_WIDTH, type Kernels } from './edges';
import { type Curve, curvePoint, edgeCurve, type NetworkLayout } from './networkLayout';

/** Units smaller than this hold colors without numbers. */
const WITH_NUMBERS = 34;
const CHEVRON = 4.5;
const GRAIN = 24;

export interface WalkPicture {
  readonly walk: WalkData;
  readonly scene: WalkScene;
  /** Keys of the numbers that are framed: see `keyOf`. */
  readonly lit: readonly Ref[];
  readonly chosen: Ref | null;
  /** How far the lit edges have grown, 0 to 1. */
  readonly grown: number;
}

/** The arrays on the edges into each layer. */
export function edgeNumbers({ walk, scene }: Pick<WalkPicture, 'walk' | 'scene'>): Kernels {
  const found = new Map<string, FrameArray>();
  for (const [layer, quantity] of scene.edges) {
    const array = numbersOf(walk, quantity, layer, 'kernel');
    if (array?.shape.length === 2) found.set(layer, array);
  }
  return found;
}

export function paintWalk(
  context: CanvasRenderingContext2D,
  layout: NetworkLayout,
  picture: WalkPicture,
  style: EdgeStyle & { readonly paper: string; readonly muted: string },
): void {
  context.lineCap = 'round';
  paintEdges(context, layout, picture, style);
  for (const column of layout.columns) {
    const show = picture.scene.units.get(column.id);
    for (const spot of column.spots) {
      const box = [spot.x, spot.y, layout.unitSize] as const;
      paintUnit(context, box, column.id, spot.unit, show, picture, style);
      const isLit = picture.lit.some((ref) => isUnit(ref, column.id, spot.unit));
      const isChosen = picture.chosen !== null && isUnit(picture.chosen, column.id, spot.unit);
      if (isLit || isChosen || show?.isLit === true)
        frame(
          context,
          box,
          isLit ? style.ink : isChosen ? style.ink : style.muted,
          isLit || isChosen ? 2.5 : 1.2,
        );
    }
  }
}

/** A unit's own numbers, and its bias, are the unit in the drawing. */
function isUnit(ref: Ref, layer: string, unit: number): boolean {
  return ref.layer === layer && ref.index.length === 1 && ref.index[0] === unit;
}

function isEdge(ref: Ref, layer: string, from: number, unit: number): boolean {
  return (
    ref.layer === layer &&
    ref.parameter !== '' &&
    ref.index.length === 2 &&
    ref.index[0] === from &&
    ref.index[1] === unit
  );
}

// --- edges --------------------------------------------------------------------------------------

function paintEdges(
  context: CanvasRenderingContext2D,
  layout: NetworkLayout,
  picture: WalkPicture,
  style: EdgeStyle,
): void {
  const { walk, scene, grown } = picture;
  const { flow } = scene;
  const lit: { curve: Curve; color: string; width: number }[] = [];
  for (const { ref, source, from, to, weight } of edges(layout, edgeNumbers(picture))) {
    const isLit = flow.into.includes(ref.layer) && (flow.from === null || flow.from === source);
    const limit = limitOf(walk, scene.edges.get(ref.layer) ?? 'w');
    const share = weight === null ? 0 : Math.min(1, Math.abs(weight) / limit);
    const curve = edgeCurve(layout, from, to);
    const marked = [...picture.lit, ...(picture.chosen ? [picture.chosen] : [])];
    const isMarked = marked.some((one) => isEdge(one, ref.layer, ref.from, ref.unit));
    const width = weight === null ? 1 : Math.max(0.6, FULL_WIDTH * share);
    if (isMarked) stroke(context, curve, style.ink, Math.max(1.5, width) + 3.5);
    const tone = signColor((weight ?? 0) < 0 ? -0.55 - 0.45 * share : 0.55 + 0.45 * share, style.theme);
    const alpha = isMarked ? 1 : isLit ? 0.45 + 0.55 * share : 0.13;
    const color = weight === null ? style.line : css(tone, alpha);
    if (isLit) lit.push({ curve, color, width });
    else stroke(context, curve, color, isMarked ? Math.max(1.5, width) : Math.min(width, 2));
  }
  const [from, to] = flow.way === 'backwards' ? [1 - grown, 1] : [0, grown];
  for (const { curve, color, width } of lit) stroke(context, curve, color, width, from, to);
  if (flow.way === 'none' || grown < 1) return;
  const isBack = flow.way === 'backwards';
  // One where they come together: at each of them they would be a thicket.
  const ends = new Map(lit.map(({ curve }) => [isBack ? curve.y0 : curve.y1, curve]));
  for (const curve of ends.values()) chevron(context, curve, isBack, style.ink);
}

/** A part of an edge, as a line along it. */
function stroke(
  context: CanvasRenderingContext2D,
  curve: Curve,
  color: string,
  width: number,
  from = 0,
  to = 1,
): void {
  context.beginPath();
  if (from === 0 && to === 1) {
    const middle = (curve.x0 + curve.x1) / 2;
    context.moveTo(curve.x0, curve.y0);
    context.bezierCurveTo(middle, curve.y0, middle, curve.y1, curve.x1, curve.y1);
  } else {
    for (let grain = 0; grain <= GRAIN; grain++)
      context.lineTo(...curvePoint(curve, from + ((to - from) * grain) / GRAIN));
  }
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}

/** Which way it goes, where edges arrive. */
function chevron(
  context: CanvasRenderingContext2D,
  { x0, y0, x1, y1 }: Curve,
  isBack: boolean,
  color: string,
): void {
  const [tip, y] = isBack ? [x0 + 2, y0] : [x1 - 2, y1];
  const back = isBack ? CHEVRON : -CHEVRON;
  context.beginPath();
  context.moveTo(tip + back, y - CHEVRON);
  context.lineTo(tip, y);
  context.lineTo(tip + back, y + CHEVRON);
  context.strokeStyle = color;
  context.lineWidth = 1.6;
  context.stroke();
}

// --- units --------------------------------------------------------------------------------------

type Box = readonly [x: number, y: number, size: number];

/** What stands in a unit: numbers with the quantity that they are of, from top to bottom. */
export function unitNumbers(
  walk: WalkData,
  layer: string,
  unit: number,
  show: UnitShow | undefined,
): { quantity: string; parameter: string; value: number | null }[] {
  if (show === undefined) return [];
  const own = show.quantities.map((quantity) => ({ quantity, parameter: '' }));
  const hasBias = layerOf(walk.values, layer)?.parameters.some(({ name }) => name === 'bias') === true;
  const bias = hasBias ? show.ofBias.map((quantity) => ({ quantity, parameter: 'bias' })) : [];
  return [...own, ...bias].flatMap(({ quantity, parameter }) => {
    const array = numbersOf(walk, quantity, layer, parameter);
    return array === undefined ? [] : [{ quantity, parameter, value: array.data[unit] ?? null }];
  });
}

/** The numbers of a unit in words, for those who do not see the drawing. */
export function unitWords(walk: WalkData, layer: string, unit: number, show: UnitShow | undefined): string {
  return unitNumbers(walk, layer, unit, show)
    .map(({ quantity, parameter, value }) => {
      const name = parameter === '' ? unitQuantity(quantity, layer) : quantityName(quantity, parameter);
      return `${name} ${digits(value)}`;
    })
    .join(', ');
}

function paintUnit(
  context: CanvasRenderingContext2D,
  box: Box,
  layer: string,
  unit: number,
  show: UnitShow | undefined,
  { walk }: WalkPicture,
  style: EdgeStyle & { readonly paper: string; readonly muted: string },
): void {
  const [x, y, size] = box;
  context.save();
  context.beginPath();
  context.roundRect(x, y, size, size, 6);
  context.clip();
  context.fillStyle = style.paper;
  context.fillRect(x, y, size, size);
  const numbers = unitNumbers(walk, layer, unit, show);
  const tall = size / Math.max(1, numbers.length);
  for (const [row, { quantity, parameter, value }] of numbers.entries()) {
    const end = layer === 'input' ? inputLimit(walk) : limitOf(walk, quantity);
    const tone = signColor(Number.isFinite(value) ? (value ?? 0) / end : 0, style.theme);
    context.globalAlpha = show?.isPale === true ? 0.4 : 1;
    context.fillStyle = css(tone);
    context.fillRect(x, y + row * tall, size, Math.ceil(tall));
    if (size >= WITH_NUMBERS) {
      context.globalAlpha = show?.isPale === true ? 0.75 : 1;
      context.fillStyle = show?.isPale === true ? style.ink : inkOn(tone);
      context.font = "10px 'Inter Variable', system-ui, sans-serif";
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(shortly(value), x + size / 2, y + (row + 0.5) * tall, size - 2);
    }
    context.globalAlpha = 1;
    if (row > 0 || parameter !== '') {
      context.fillStyle = style.line;
      context.fillRect(x, Math.round(y + row * tall), size, 1);
    }
  }
  context.restore();
  frame(context, box, style.line, 1);
}

/** Two digits: what fits into a unit. */
function shortly(value: number | null): string {
  return value === null ? '' : digits(value, 2);
}

const inputLimits = new WeakMap<WalkData, number>();

/** Inputs have a scale of their own. */
export function inputLimit(walk: WalkData): number {
  let limit = inputLimits.get(walk);
  if (limit === undefined) {
    limit = 0;
    for (const value of numbersOf(walk, 'a', 'input')?.data ?? []) limit = Math.max(limit, Math.abs(value));
    if (!(limit > 0) || !Number.isFinite(limit)) limit = 1;
    inputLimits.set(walk, limit);
  }
  return limit;
}

function frame(context: CanvasRenderingContext2D, [x, y, size]: Box, color: string, width: number): void {
  context.beginPath();
  context.roundRect(x + 0.5, y + 0.5, size - 1, size - 1, 6);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}

/** Whether a network can be drawn as units and edges: each layer gives a row of numbers. */
export function isDrawn(walk: WalkData): boolean {
  const input = numbersOf(walk, 'a', 'input');
  const isFlat = walk.values.layers.every(({ shape }) => shape.length === 1);
  const isSent = walk.values.layers.every(({ sent }) => sent);
  return isFlat && isSent && input?.shape.length === 1 && outputOf(walk.values) !== '';
}
