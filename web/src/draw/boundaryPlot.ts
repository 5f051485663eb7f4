/** The big plot: the network's answer over the plane of two inputs (or along one), and the samples. */

import type { Drawable } from '../core/pictures';
import { digits } from '../core/numbers';
import type { Theme, UnitRef } from '../core/view';
import { type FrameArray, valueAt } from '../protocol/frames';
import type { BoundaryPart, ColumnSummary, DatasetPreview } from '../protocol/messages';
import { type Range, rangeOf, scaled, ticks } from './axes';
import { classColor, css, type Rgb, rgb, signColor } from './colors';
import { fillClasses, fillProbability, fillSigned, GridImage, limitOf } from './heatmap';
import { Layer } from './layer';
import { drawMarks, type Mark } from './marks';

export interface PlotStyle {
  readonly theme: Theme;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly paper: string;
}

export interface PlotOptions {
  readonly discrete: boolean;
  readonly showTrain: boolean;
  readonly showValidation: boolean;
  /** A unit whose map stands in for the output. */
  readonly unit: UnitRef | null;
  /** Where the read-out is, 0 to 1 across and up. */
  readonly cursor: { readonly across: number; readonly up: number } | null;
  /** The raw inputs that are the axes; none for principal components. */
  readonly columns: readonly [number, number] | null;
}

/** Maps are paler than the samples on them, so that a sample is seen on its own color. */
export const MAP_ALPHA = 0.55;

export interface PlotFrame {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** What a plot keeps between pictures. */
export interface PlotLayers {
  readonly image: GridImage;
  readonly samples: Layer;
}

export function newPlotLayers(): PlotLayers {
  return { image: new GridImage(), samples: new Layer() };
}

/** What decides how samples are drawn; the map under them changes far more often. */
function sampleOptions({ showTrain, showValidation, columns }: PlotOptions): unknown[] {
  return [showTrain, showValidation, columns?.[0], columns?.[1]];
}

/** The square that the map fills, within the margins of the ticks. */
export function plotFrame(width: number, height: number): PlotFrame {
  const left = 36;
  const size = Math.max(40, Math.min(width - left - 8, height - 30));
  return { left, top: 6, size };
}

/** Where a class is drawn in the plot of one input. */
const labelRange = (classes: number): Range => ({ low: -0.1, high: Math.max(1, classes - 1) + 0.1 });

/** The vertical range of the plot of one input. */
export function curveRange(preview: DatasetPreview | null): Range {
  if (preview === null) return { low: -1, high: 1 };
  if (preview.task !== 'regression') return labelRange(preview.task === 'binary' ? 2 : 2);
  return rangeOf(preview.points.target, 0.15);
}

export function paintPlot(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  layers: PlotLayers,
  drawable: Drawable | null,
  preview: DatasetPreview | null,
  options: PlotOptions,
  style: PlotStyle,
): void {
  const frame = plotFrame(width, height);
  context.clearRect(0, 0, width, height);
  const part = drawable?.picture.boundary ?? null;
  const isLine = part !== null ? part.y === null : preview?.raw_names.length === 1;
  const x = part ? { low: part.x.low, high: part.x.high } : columnRange(preview, options.columns?.[0] ?? 0);
  const y = isLine
    ? curveRange(preview)
    : part?.y
      ? { low: part.y.low, high: part.y.high }
      : columnRange(preview, options.columns?.[1] ?? 1);
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.size, frame.size);
  context.clip();
  context.fillStyle = style.paper;
  context.fillRect(frame.left, frame.top, frame.size, frame.size);
  if (drawable !== null && !isLine) paintMap(context, frame, layers.image, drawable, preview, options, style);
  if (preview !== null)
    layers.samples.paint(
      context,
      width,
      height,
      [preview, isLine, style, x.low, x.high, y.low, y.high, ...sampleOptions(options)],
      (onto) => {
        paintSamples(onto, frame, x, y, preview, isLine, options, style);
      },
    );
  if (drawable !== null && isLine) paintCurves(context, frame, y, drawable, preview, options, style);
  if (options.cursor !== null) paintCursor(context, frame, options.cursor, isLine, style);
  context.restore();
  paintAxes(context, frame, x, y, part, preview, isLine, options, style);
}

function paintMap(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  image: GridImage,
  drawable: Drawable,
  preview: DatasetPreview | null,
  options: PlotOptions,
  style: PlotStyle,
): void {
  const array = mapOf(drawable, options.unit);
  if (array === null) return;
  const [outputs = 1, rows = 1, columns = 1] = array.shape;
  const canvas = image.paint(columns, rows, (pixels) => {
    if (options.unit !== null) fillSigned(pixels, array, options.unit.unit, limitOf(array), style.theme);
    else if (outputs > 1) fillClasses(pixels, array, options.discrete, style.theme, rgb(style.paper));
    else if (preview?.task === 'binary' && array.zero === 0) {
      fillProbability(pixels, array, options.discrete, style.theme);
    } else if (options.discrete) fillSigned(pixels, array, 0, limitOf(array) / 8, style.theme);
    else fillSigned(pixels, array, 0, limitOf(array), style.theme);
  });
  context.imageSmoothingEnabled = !options.discrete;
  context.imageSmoothingQuality = 'high';
  context.globalAlpha = MAP_ALPHA;
  context.drawImage(canvas, frame.left, frame.top, frame.size, frame.size);
  context.globalAlpha = 1;
}

/** The grid to show: a unit's layer, or the output. */
export function mapOf(drawable: Drawable, unit: UnitRef | null): FrameArray | null {
  if (unit !== null) {
    const array = drawable.arrays.get(`unit:${unit.layer}`);
    if (array !== undefined && unit.unit < (array.shape[0] ?? 0)) return array;
  }
  return drawable.arrays.get('boundary') ?? null;
}

function paintSamples(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  x: Range,
  y: Range,
  preview: DatasetPreview,
  isLine: boolean,
  options: PlotOptions,
  style: PlotStyle,
): void {
  if (!isLine && options.columns === null) return;
  const { inputs, target, validation } = preview.points;
  const xs = inputs[isLine ? 0 : (options.columns?.[0] ?? 0)] ?? [];
  const ys = isLine ? target : (inputs[options.columns?.[1] ?? 1] ?? []);
  const classes = preview.class_names.length;
  const limit = targetLimit(preview);
  const marks: Mark[] = [];
  for (const [index, value] of target.entries()) {
    const hollow = validation[index] === true;
    if (hollow ? !options.showValidation : !options.showTrain) continue;
    const across = xs[index];
    const up = ys[index];
    if (across == null || up == null || value === null) continue;
    marks.push({
      x: scaled(across, x, frame.left, frame.left + frame.size),
      y: scaled(up, y, frame.top + frame.size, frame.top),
      label: classes > 0 ? value : 0,
      color:
        classes > 0
          ? classColor(value, classes, style.theme)
          : isLine
            ? rgb(style.muted)
            : signColor(value / limit, style.theme),
      hollow,
    });
  }
  const size = marks.length > 1200 ? 2 : marks.length > 500 ? 2.6 : 3.4;
  drawMarks(context, marks, size, style.paper);
}

/** The greatest absolute target: the end of the color scale of samples. */
export function targetLimit(preview: DatasetPreview): number {
  let most = 0;
  for (const value of preview.points.target) if (value !== null) most = Math.max(most, Math.abs(value));
  return most || 1;
}

function paintCurves(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  y: Range,
  drawable: Drawable,
  preview: DatasetPreview | null,
  options: PlotOptions,
  style: PlotStyle,
): void {
  const array = mapOf(drawable, options.unit);
  if (array === null) return;
  const classes = preview?.class_names.length ?? 0;
  const [outputs = 1, width = 0] = array.shape;
  const shown =
    options.unit === null ? Array.from({ length: outputs }, (_, index) => index) : [options.unit.unit];
  const limit = options.unit === null ? 1 : limitOf(array);
  const range = options.unit === null ? y : { low: -limit * 1.1, high: limit * 1.1 };
  for (const output of shown) {
    context.beginPath();
    for (let column = 0; column < width; column++) {
      const value = valueAt(array, output * width + column);
      const px = frame.left + (column / (width - 1)) * frame.size;
      const py = scaled(value, range, frame.top + frame.size, frame.top);
      if (column === 0) context.moveTo(px, py);
      else context.lineTo(px, py);
    }
    context.strokeStyle =
      outputs > 1 && options.unit === null ? css(classColor(output, classes, style.theme)) : style.ink;
    context.lineWidth = 2;
    context.stroke();
  }
}

function paintCursor(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  cursor: { readonly across: number; readonly up: number },
  isLine: boolean,
  style: PlotStyle,
): void {
  const x = frame.left + cursor.across * frame.size;
  const y = frame.top + (1 - cursor.up) * frame.size;
  context.strokeStyle = style.ink;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x, frame.top);
  context.lineTo(x, frame.top + frame.size);
  if (!isLine) {
    context.moveTo(frame.left, y);
    context.lineTo(frame.left + frame.size, y);
  }
  context.stroke();
  context.setLineDash([]);
}

function paintAxes(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  x: Range,
  y: Range,
  part: BoundaryPart | null,
  preview: DatasetPreview | null,
  isLine: boolean,
  options: PlotOptions,
  style: PlotStyle,
): void {
  const bottom = frame.top + frame.size;
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.strokeRect(frame.left + 0.5, frame.top + 0.5, frame.size - 1, frame.size - 1);
  const name =
    part?.x.name ?? (options.columns === null ? '' : (preview?.raw_names[options.columns[0]] ?? ''));
  context.fillStyle = style.muted;
  context.font = "11px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'center';
  context.textBaseline = 'top';
  const nameWidth = context.measureText(name).width + 16;
  const columns = preview?.columns ?? [];
  const across = options.columns === null ? undefined : columns[isLine ? 0 : options.columns[0]];
  const up = isLine || options.columns === null ? undefined : columns[options.columns[1]];
  for (const { at, text } of labels(x, across, frame.size)) {
    const px = scaled(at, x, frame.left, frame.left + frame.size);
    if (px < frame.left + frame.size - nameWidth) context.fillText(text, px, bottom + 5);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { at, text } of labels(y, up, frame.size)) {
    const py = scaled(at, y, bottom, frame.top);
    if (py > frame.top + 16) context.fillText(text, frame.left - 5, Math.min(bottom - 6, py));
  }
  context.fillStyle = style.ink;
  context.textBaseline = 'top';
  context.textAlign = 'right';
  context.fillText(name, frame.left + frame.size, bottom + 5);
  paintUpName(context, frame, isLine ? (preview?.target_name ?? '') : (part?.y?.name ?? ''));
}

/** The name of the vertical axis: beside the ticks where it is short, else along the axis. */
function paintUpName(context: CanvasRenderingContext2D, frame: PlotFrame, name: string): void {
  if (name.length <= 4) {
    context.fillText(name, frame.left - 6, frame.top);
    return;
  }
  context.save();
  context.translate(2, frame.top);
  context.rotate(-Math.PI / 2);
  context.fillText(name, 0, 0);
  context.restore();
}

function labels(
  range: Range,
  column: ColumnSummary | undefined,
  size: number,
): { at: number; text: string }[] {
  if (column?.read_as === 'categorical') {
    return column.categories
      .slice(0, 8)
      .map((category, index) => ({ at: index, text: category.name.slice(0, 8) }));
  }
  return ticks(range, size / 80).map((at) => ({ at, text: tickText(at) }));
}

function tickText(value: number): string {
  return Math.abs(value) >= 1e5 ? digits(value, 2) : String(value).replace('-', '−');
}

function columnRange(preview: DatasetPreview | null, index: number): Range {
  const column = preview?.columns[index];
  if (column?.low == null || column.high === null) return { low: -6, high: 6 };
  return { low: column.low, high: column.high };
}

/** A small picture of a dataset: its samples on the first two inputs, or the samples as images. */
export function paintThumbnail(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  preview: DatasetPreview,
  theme: Theme,
  ink: string,
): void {
  context.clearRect(0, 0, width, height);
  const { inputs, target } = preview.points;
  const classes = preview.class_names.length;
  if (inputs.length === 64) {
    paintDigits(context, width, height, inputs, ink);
    return;
  }
  const isLine = inputs.length === 1;
  const first = inputs.length > 3 ? 2 : 0;
  const xs = inputs[first] ?? [];
  const ys = isLine ? target : (inputs[first + 1] ?? []);
  const [xRange, yRange] = [rangeOf(xs, 0.08), rangeOf(ys, 0.08)];
  const limit = targetLimit(preview);
  const size = target.length <= 8 ? 4 : 1.6;
  for (const [index, value] of target.entries()) {
    const across = xs[index];
    const up = ys[index];
    if (across == null || up == null || value === null) continue;
    const color: Rgb =
      classes > 0 ? classColor(value, classes, theme) : signColor(isLine ? 0.8 : value / limit, theme);
    context.fillStyle = css(color);
    context.beginPath();
    context.arc(
      scaled(across, xRange, 3, width - 3),
      scaled(up, yRange, height - 3, 3),
      size,
      0,
      2 * Math.PI,
    );
    context.fill();
  }
}

function paintDigits(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  inputs: readonly (readonly (number | null)[])[],
  ink: string,
): void {
  const across = 3;
  const side = Math.floor(Math.min(width, height) / across / 8) * 8 || 8;
  const cell = side / 8;
  const left = (width - across * side) / 2;
  const top = (height - across * side) / 2;
  context.fillStyle = ink;
  for (let image = 0; image < across * across; image++) {
    for (let pixel = 0; pixel < 64; pixel++) {
      context.globalAlpha = Math.min(1, Math.max(0, inputs[pixel]?.[image] ?? 0));
      const x = left + (image % across) * side + (pixel % 8) * cell;
      const y = top + Math.floor(image / across) * side + Math.floor(pixel / 8) * cell;
      context.fillRect(x, y, cell, cell);
    }
  }
  context.globalAlpha = 1;
}
