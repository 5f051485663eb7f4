/** The big plot: the network's answer over the plane of two inputs (or along one), and the samples. */

import type { Drawable } from '../core/pictures';
import type { Axes, UnitRef } from '../core/view';
import { type FrameArray, valueAt } from '../protocol/frames';
import type { DatasetPreview } from '../protocol/messages';
import { type Range, scaled } from './axes';
import { classColor, css, rgb } from './colors';
import { fillClasses, fillProbability, fillSigned, GridImage, limitOf } from './heatmap';
import { Layer } from './layer';
import { planeOf } from './plane';
import { paintAxes } from './plotAxes';
import { type PlotFrame, plotFrame, type PlotStyle } from './plotFrame';
import { paintSamples, type Shown, targetLimit } from './samples';

export interface PlotOptions extends Shown {
  readonly discrete: boolean;
  /** A unit whose map stands in for the output. */
  readonly unit: UnitRef | null;
  /** Where the read-out is, 0 to 1 across and up. */
  readonly cursor: { readonly across: number; readonly up: number } | null;
  /** What the picture was asked to show. */
  readonly axes: Axes;
}

/** Maps are paler than the samples on them, so that a sample is seen on its own color. */
export const MAP_ALPHA = 0.55;

/** What a plot keeps between pictures. */
export interface PlotLayers {
  readonly image: GridImage;
  readonly samples: Layer;
}

export function newPlotLayers(): PlotLayers {
  return { image: new GridImage(), samples: new Layer() };
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
  const plane = planeOf(drawable?.picture.boundary ?? null, preview, options.axes);
  const { isLine, columns, x, y } = plane;
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.size, frame.size);
  context.clip();
  context.fillStyle = style.paper;
  context.fillRect(frame.left, frame.top, frame.size, frame.size);
  if (drawable !== null && !isLine) paintMap(context, frame, layers.image, drawable, preview, options, style);
  if (preview !== null) {
    const { showTrain, showValidation } = options;
    // What decides how samples are drawn; the map under them changes far more often.
    const of = [preview, isLine, columns?.[0], columns?.[1], x.low, x.high, y.low, y.high];
    layers.samples.paint(context, width, height, [...of, showTrain, showValidation, style], (onto) =>
      paintSamples(onto, frame, plane, preview, options, style),
    );
  }
  if (drawable !== null && isLine) paintCurves(context, frame, y, drawable, preview, options, style);
  if (options.cursor !== null) paintCursor(context, frame, options.cursor, isLine, style);
  context.restore();
  paintAxes(context, frame, plane, style);
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
    } else {
      // The same scale as that of the samples, so that a sample on the fit vanishes into it.
      const limit = preview === null ? limitOf(array) : targetLimit(preview);
      fillSigned(pixels, array, 0, options.discrete ? limit / 8 : limit, style.theme);
    }
  });
  context.imageSmoothingEnabled = !options.discrete;
  context.imageSmoothingQuality = 'low';
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
  let isSeen = false;
  for (const output of shown) {
    context.beginPath();
    for (let column = 0; column < width; column++) {
      const value = valueAt(array, output * width + column);
      const px = frame.left + (column / (width - 1)) * frame.size;
      const py = scaled(value, range, frame.top + frame.size, frame.top);
      isSeen ||= value >= range.low && value <= range.high;
      if (column === 0) context.moveTo(px, py);
      else context.lineTo(px, py);
    }
    context.strokeStyle =
      outputs > 1 && options.unit === null ? css(classColor(output, classes, style.theme)) : style.ink;
    context.lineWidth = 2;
    context.stroke();
  }
  if (isSeen) return;
  context.fillStyle = style.muted;
  context.font = "12px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillText('The fit lies outside of this plot.', frame.left + frame.size / 2, frame.top + 8);
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
