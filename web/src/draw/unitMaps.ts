/** The maps of all units that are shown, drawn in one pass: what each answers over the plane, or along one input. */

import { digits } from '../core/numbers';
import type { Theme } from '../core/view';
import { type FrameArray, valueAt } from '../protocol/frames';
import { css, signColor } from './colors';
import { fillSigned, GridImage, limitOf } from './heatmap';
import type { ColumnLayout, NetworkLayout, Spot } from './networkLayout';

export interface MapStyle {
  readonly theme: Theme;
  readonly line: string;
  readonly paper: string;
}

const CORNER = 5;
const FLAT_INK = '#3c4043';

/** What the maps keep between pictures: the outline that they are cut to, and the pixels of each layer. */
export class UnitMaps {
  private readonly outline = new Path2D();
  private readonly images = new Map<string, GridImage>();
  private readonly columns: readonly ColumnLayout[];

  constructor(private readonly layout: NetworkLayout) {
    // The first column are the inputs, whose maps never change.
    this.columns = layout.columns.slice(1);
    for (const { spots } of this.columns)
      for (const { x, y } of spots) this.outline.roundRect(x, y, layout.unitSize, layout.unitSize, CORNER);
  }

  paint(
    context: CanvasRenderingContext2D,
    arrays: ReadonlyMap<string, FrameArray> | undefined,
    style: MapStyle,
  ): void {
    context.fillStyle = style.paper;
    context.fill(this.outline);
    if (arrays === undefined) return;
    context.save();
    context.clip(this.outline);
    for (const { id, spots } of this.columns) {
      const array = arrays.get(`unit:${id}`);
      if (array === undefined) continue;
      const known = spots.filter(({ unit }) => unit < (array.shape[0] ?? 0));
      if (array.shape.length === 3) this.paintGrids(context, id, known, array, style);
      else this.paintCurves(context, known, array, style);
    }
    context.restore();
  }

  private paintGrids(
    context: CanvasRenderingContext2D,
    layer: string,
    spots: readonly Spot[],
    array: FrameArray,
    { theme }: MapStyle,
  ): void {
    const [, rows = 1, columns = 1] = array.shape;
    const { unitSize } = this.layout;
    const limit = limitOf(array);
    const image = this.images.get(layer) ?? new GridImage();
    this.images.set(layer, image);
    // One below the other, so that a layer's pixels are handed over once.
    const pictures = image.paint(columns, rows * spots.length, (pixels) => {
      for (const [at, { unit }] of spots.entries()) {
        const part = pixels.subarray(at * rows * columns, (at + 1) * rows * columns);
        fillSigned(part, array, unit, limit, theme);
      }
    });
    for (const [at, { x, y, unit }] of spots.entries()) {
      context.drawImage(pictures, 0, at * rows, columns, rows, x, y, unitSize, unitSize);
      const flat = flatValue(array, unit, rows * columns);
      if (flat !== null) this.paintFlat(context, x, y, flat);
    }
  }

  /** A unit that answers the same everywhere says what: one color alone does not tell that it is dead. */
  private paintFlat(context: CanvasRenderingContext2D, x: number, y: number, value: number): void {
    const half = this.layout.unitSize / 2;
    context.fillStyle = FLAT_INK;
    context.font = "10px 'Inter Variable', system-ui, sans-serif";
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(digits(value, 1), x + half, y + half);
  }

  private paintCurves(
    context: CanvasRenderingContext2D,
    spots: readonly Spot[],
    array: FrameArray,
    { theme, line }: MapStyle,
  ): void {
    const columns = array.shape[1] ?? 0;
    const { unitSize } = this.layout;
    const limit = limitOf(array) * 1.1;
    const zero = new Path2D();
    const curves = new Path2D();
    for (const { x, y, unit } of spots) {
      const middle = y + unitSize / 2;
      zero.moveTo(x, middle);
      zero.lineTo(x + unitSize, middle);
      for (let column = 0; column < columns; column++) {
        const across = x + (column / Math.max(1, columns - 1)) * unitSize;
        const up = middle - (valueAt(array, unit * columns + column) / limit) * (unitSize / 2);
        if (column === 0) curves.moveTo(across, up);
        else curves.lineTo(across, up);
      }
    }
    context.lineWidth = 1;
    context.strokeStyle = line;
    context.stroke(zero);
    context.lineWidth = 1.5;
    context.strokeStyle = css(signColor(0.9, theme));
    context.stroke(curves);
  }
}

/** The value of a map that is the same everywhere; null for one that is not. */
export function flatValue(array: FrameArray, map: number, size: number): number | null {
  const start = map * size;
  const first = array.data[start];
  for (let at = start + 1; at < start + size; at++) if (array.data[at] !== first) return null;
  const value = valueAt(array, start);
  // Within half a step of the stored bytes it is zero.
  return Math.abs(value) <= Math.abs(array.scale) ? 0 : value;
}
