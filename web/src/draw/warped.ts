/** The plane of two inputs as two units of a layer see it: its grid, bent, and the samples on it. */

import type { WarpedPart } from '../protocol/messages';
import type { FrameArray } from '../protocol/frames';
import type { Drawable } from '../core/pictures';
import { type Range, rangeOf, scaled } from './axes';
import { classColor, signColor } from './colors';
import { drawMarks, type Mark } from './marks';
import { paintAxes } from './plotAxes';
import { plotFrame, type PlotStyle } from './plotFrame';

/** What of a picture a warped plane is drawn from. */
export interface WarpedScene {
  readonly part: WarpedPart;
  readonly grid: FrameArray;
  readonly samples: FrameArray;
  readonly targets: FrameArray;
}

export interface WarpedOptions {
  /** How many classes there are; 0 where the target is a number. */
  readonly classes: number;
  /** The function of the layer. */
  readonly activation: string;
  readonly showTrain: boolean;
  readonly showValidation: boolean;
}

/** One line of the grid in so many is drawn. */
const EVERY = 4;

/** The warped plane of a picture; null where it has none, or it is of other units than was asked for. */
export function sceneOf(drawable: Drawable | null): WarpedScene | null {
  const part = drawable?.picture.warped ?? null;
  const grid = drawable?.arrays.get('warped:grid');
  const samples = drawable?.arrays.get('warped:samples');
  const targets = drawable?.arrays.get('warped:targets');
  return part && grid && samples && targets ? { part, grid, samples, targets } : null;
}

/** The range of a unit's axis: that of its function where it has one, so that the axis stands still. */
export function warpedRange(scene: WarpedScene, which: 0 | 1, activation: string): Range {
  if (scene.part.seen_as === 'activations') {
    if (activation === 'tanh') return { low: -1.08, high: 1.08 };
    if (activation === 'sigmoid' || activation === 'softmax') return { low: -0.04, high: 1.04 };
  }
  return rangeOf(everySecond(scene.grid, which));
}

function* everySecond({ data }: FrameArray, from: 0 | 1): Iterable<number> {
  for (let at: number = from; at < data.length; at += 2) yield data[at] ?? NaN;
}

export function paintWarped(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  scene: WarpedScene,
  options: WarpedOptions,
  style: PlotStyle,
): void {
  const frame = plotFrame(width, height);
  const { left, top, size } = frame;
  const [x, y] = [warpedRange(scene, 0, options.activation), warpedRange(scene, 1, options.activation)];
  const place = (array: FrameArray, point: number): readonly [number, number] => [
    scaled(array.data[2 * point] ?? NaN, x, left, left + size),
    scaled(array.data[2 * point + 1] ?? NaN, y, top + size, top),
  ];
  context.clearRect(0, 0, width, height);
  context.save();
  context.beginPath();
  context.rect(left, top, size, size);
  context.clip();
  context.fillStyle = style.paper;
  context.fillRect(left, top, size, size);
  paintGrid(context, scene.grid, place, style);
  drawMarks(
    context,
    marksOf(scene, place, options, style),
    scene.targets.data.length > 500 ? 2.4 : 3,
    style.paper,
  );
  context.restore();
  const [across, up] = scene.part.units;
  const axis = (unit: number, range: Range) => ({ ...range, name: `unit ${unit + 1}`, categories: [] });
  paintAxes(context, frame, { isLine: false, columns: null, x: axis(across, x), y: axis(up, y) }, style);
}

/** The colors of the lines along which the first and the second input stay what they are. */
export function lineColors(style: PlotStyle): readonly [string, string] {
  return style.theme === 'dark' ? ['#8f7bd6', '#5aa88f'] : ['#6a53c2', '#2c7f67'];
}

function paintGrid(
  context: CanvasRenderingContext2D,
  grid: FrameArray,
  place: (array: FrameArray, point: number) => readonly [number, number],
  style: PlotStyle,
): void {
  const size = grid.shape[0] ?? 0;
  const [upright, level] = lineColors(style);
  for (const isUpright of [true, false]) {
    context.strokeStyle = isUpright ? upright : level;
    for (let line = 0; line < size; line += EVERY) {
      const isEdge = line === 0 || line === size - 1;
      context.lineWidth = isEdge ? 2 : 1;
      context.globalAlpha = isEdge ? 1 : 0.6;
      context.beginPath();
      for (let point = 0; point < size; point++) {
        const [x, y] = place(grid, isUpright ? point * size + line : line * size + point);
        if (point === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

function marksOf(
  { part, samples, targets }: WarpedScene,
  place: (array: FrameArray, point: number) => readonly [number, number],
  { classes, showTrain, showValidation }: WarpedOptions,
  style: PlotStyle,
): Mark[] {
  let limit = 0;
  for (const value of targets.data) limit = Math.max(limit, Math.abs(value));
  const marks: Mark[] = [];
  for (const [index, value] of targets.data.entries()) {
    const hollow = index >= part.training;
    if (hollow ? !showValidation : !showTrain) continue;
    const [x, y] = place(samples, index);
    marks.push({
      x,
      y,
      label: classes > 0 ? value : 0,
      color:
        classes > 0 ? classColor(value, classes, style.theme) : signColor(value / (limit || 1), style.theme),
      hollow,
    });
  }
  return marks;
}

/** What the page says instead of the picture: where the samples of each class lie on average. */
export interface ClassMean {
  readonly label: number;
  readonly samples: number;
  readonly means: readonly [number, number];
}

export function classMeans({ samples, targets }: WarpedScene, classes: number): ClassMean[] {
  const sums = Array.from({ length: classes }, () => [0, 0, 0] as [number, number, number]);
  for (const [index, label] of targets.data.entries()) {
    const sum = sums[label];
    if (!sum) continue;
    sum[0] += 1;
    sum[1] += samples.data[2 * index] ?? 0;
    sum[2] += samples.data[2 * index + 1] ?? 0;
  }
  return sums.map(([count, a, b], label) => ({
    label,
    samples: count,
    means: [a / Math.max(1, count), b / Math.max(1, count)],
  }));
}
