/** The surface from above: shades, contour lines, minima, axes. It is drawn once and kept until it changes. */

import { digits } from '../core/numbers';
import type { Grid } from '../core/labApi';
import { PALETTES } from '../protocol/palette';
import type { MinimumPart } from '../protocol/messages';
import { ticks } from './axes';
import { GridImage } from './heatmap';
import { contour } from './labContours';
import { type LabFrame, screenX, screenY } from './labFrame';
import { type LabScale, shadeTable } from './labScale';
import type { PlotStyle } from './plotFrame';

export const LAB_FONT = "11px 'Inter Variable', system-ui, sans-serif";

/** Shades as pixels, the first row at the top; what is not finite is clear. */
export function fillShades(
  pixels: Uint32Array,
  { part, values }: Grid,
  scale: LabScale,
  style: PlotStyle,
): void {
  const table = shadeTable(style.theme);
  const { rows, columns } = part;
  for (let row = 0; row < rows; row++) {
    const target = (rows - 1 - row) * columns;
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column] ?? NaN;
      pixels[target + column] = Number.isFinite(value)
        ? (table[Math.round(scale.share(value) * 255)] ?? 0)
        : 0;
    }
  }
}

/** The map with its axes, as a picture of its own that is made anew only when something of it is another. */
export class MapLayer {
  private readonly canvas = document.createElement('canvas');
  private readonly image = new GridImage();
  private of: readonly unknown[] = [];

  draw(
    context: CanvasRenderingContext2D,
    size: { readonly width: number; readonly height: number; readonly ratio: number },
    frame: LabFrame,
    grid: Grid,
    scale: LabScale,
    style: PlotStyle,
  ): void {
    const of = [grid, scale, style, size.width, size.height, size.ratio];
    if (of.some((part, index) => part !== this.of[index])) {
      this.of = of;
      this.canvas.width = Math.round(size.width * size.ratio);
      this.canvas.height = Math.round(size.height * size.ratio);
      const own = this.canvas.getContext('2d');
      if (own === null) return;
      own.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
      this.paint(own, frame, grid, scale, style);
    }
    context.drawImage(this.canvas, 0, 0, size.width, size.height);
  }

  private paint(
    context: CanvasRenderingContext2D,
    frame: LabFrame,
    grid: Grid,
    scale: LabScale,
    style: PlotStyle,
  ): void {
    const { rows, columns } = grid.part;
    const [dx, dy] = [frame.width / (columns - 1), frame.height / (rows - 1)];
    const shades = this.image.paint(columns, rows, (pixels) => fillShades(pixels, grid, scale, style));
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    if (grid.part.not_finite > 0) hatch(context, frame, style);
    context.imageSmoothingEnabled = grid.part.not_finite === 0;
    context.imageSmoothingQuality = 'high';
    context.drawImage(shades, frame.left - dx / 2, frame.top - dy / 2, frame.width + dx, frame.height + dy);
    context.strokeStyle = style.ink;
    context.globalAlpha = style.theme === 'dark' ? 0.28 : 0.32;
    context.lineWidth = 0.9;
    context.beginPath();
    const [toX, toY] = [
      (column: number) => frame.left + column * dx,
      (row: number) => frame.top + frame.height - row * dy,
    ];
    for (const level of scale.levels) {
      const pieces = contour(grid.values, rows, columns, level);
      for (let at = 0; at < pieces.length; at += 4) {
        context.moveTo(toX(pieces[at] ?? 0), toY(pieces[at + 1] ?? 0));
        context.lineTo(toX(pieces[at + 2] ?? 0), toY(pieces[at + 3] ?? 0));
      }
    }
    context.stroke();
    context.restore();
    axes(context, frame, style);
  }
}

const HATCH = 7;

/** Diagonal lines under all of the map: they stay where nothing is drawn over them. */
function hatch(context: CanvasRenderingContext2D, frame: LabFrame, style: PlotStyle): void {
  const { ink, paper } = PALETTES[style.theme].not_a_number;
  context.fillStyle = paper;
  context.fillRect(frame.left, frame.top, frame.width, frame.height);
  context.strokeStyle = ink;
  context.globalAlpha = 0.6;
  context.lineWidth = 1.2;
  context.beginPath();
  for (let at = -frame.height; at < frame.width; at += HATCH) {
    context.moveTo(frame.left + at, frame.top + frame.height);
    context.lineTo(frame.left + at + frame.height, frame.top);
  }
  context.stroke();
  context.globalAlpha = 1;
}

function axes(context: CanvasRenderingContext2D, frame: LabFrame, style: PlotStyle): void {
  const { x, y } = frame.domain;
  const bottom = frame.top + frame.height;
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.strokeRect(frame.left - 0.5, frame.top - 0.5, frame.width + 1, frame.height + 1);
  context.fillStyle = style.muted;
  context.font = LAB_FONT;
  context.textBaseline = 'top';
  context.textAlign = 'center';
  for (const at of ticks({ low: x[0], high: x[1] }, frame.width / 70)) {
    const px = screenX(frame, at);
    if (px > frame.left + frame.width - 18) continue;
    context.fillText(tick(at), px, bottom + 6);
  }
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const at of ticks({ low: y[0], high: y[1] }, frame.height / 50)) {
    const py = screenY(frame, at);
    if (py < frame.top + 16) continue;
    context.fillText(tick(at), frame.left - 6, Math.min(py, bottom - 5));
  }
  context.fillStyle = style.ink;
  context.font = `italic ${LAB_FONT}`;
  context.textBaseline = 'top';
  context.fillText('x', frame.left + frame.width, bottom + 6);
  context.fillText('y', frame.left - 6, frame.top);
}

export function tick(value: number): string {
  return Math.abs(value) >= 1e5 ? digits(value, 2) : String(value).replace('-', '−');
}

/** A cross in a ring: known minima have a full ring, those that were found a dashed one. */
export function paintMinima(
  context: CanvasRenderingContext2D,
  frame: LabFrame,
  minima: readonly MinimumPart[],
  style: PlotStyle,
): void {
  const { x, y } = frame.domain;
  for (const minimum of minima) {
    if (minimum.x < x[0] || minimum.x > x[1] || minimum.y < y[0] || minimum.y > y[1]) continue;
    markMinimum(context, screenX(frame, minimum.x), screenY(frame, minimum.y), minimum.found, style);
  }
}

export function markMinimum(
  context: CanvasRenderingContext2D,
  px: number,
  py: number,
  found: boolean,
  style: PlotStyle,
): void {
  for (const [width, color] of [
    [4, style.paper],
    [1.6, style.ink],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(px - 3.5, py);
    context.lineTo(px + 3.5, py);
    context.moveTo(px, py - 3.5);
    context.lineTo(px, py + 3.5);
    context.stroke();
    context.setLineDash(found ? [3, 2.4] : []);
    context.beginPath();
    context.arc(px, py, 7, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
}
