/** The activations of units that have no maps: bars around zero, or cells where there are many. */

import type { FrameArray } from '../protocol/frames';
import { css, signColor } from './colors';
import { GridImage } from './heatmap';
import type { PlotStyle } from './plotFrame';
import { byteTable, type TileLayout, tilePlace } from './tiles';

const LEAST_BAR = 5;
const FONT = "10px 'Inter Variable', system-ui, sans-serif";

/** Whether so many units have room as bars. */
export function fitBars(units: number, width: number): boolean {
  return units * LEAST_BAR <= width;
}

/** Where the bar of each unit is. */
export function layBars(units: number, width: number, height: number): TileLayout {
  const each = Math.min(44, width / Math.max(1, units));
  return { columns: units, width: each, height, gap: 0 };
}

/** Cells that are as large as so many can be. */
export function layCells(units: number, width: number, height: number): TileLayout {
  for (let side = 14; side > 2; side--) {
    const columns = Math.floor(width / side);
    if (columns * Math.floor(height / side) >= units) return { columns, width: side, height: side, gap: 0 };
  }
  return { columns: Math.max(1, Math.floor(width / 2)), width: 2, height: 2, gap: 0 };
}

interface Options {
  readonly style: PlotStyle;
  /** Names below the bars. */
  readonly names?: readonly string[];
  readonly chosen?: number | null;
  readonly hovered?: number | null;
}

/** Bars up for what is positive, down for what is negative; full height is the limit of each. */
export function paintBars(
  context: CanvasRenderingContext2D,
  values: FrameArray,
  limits: FrameArray | undefined,
  layout: TileLayout,
  { style, names, chosen, hovered }: Options,
): void {
  const units = values.shape[0] ?? 0;
  const foot = names ? 14 : 0;
  const height = layout.height - foot;
  let isSigned = false;
  for (const value of values.data) if (value < 0) isSigned = true;
  const zero = isSigned ? height / 2 : height - 1;
  const reach = isSigned ? height / 2 - 1 : height - 2;
  const [up, down] = [css(signColor(0.85, style.theme)), css(signColor(-0.85, style.theme))];
  const inner = Math.max(1, layout.width - (layout.width > 8 ? 3 : 1));
  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  context.fillStyle = style.line;
  context.fillRect(0, zero, units * layout.width, 1);
  for (let unit = 0; unit < units; unit++) {
    const x = unit * layout.width;
    const value = values.data[unit] ?? Number.NaN;
    const share = value / (limits?.data[unit] ?? 1);
    const tall = Math.min(1, Math.abs(share)) * reach;
    if (Number.isFinite(share)) {
      context.fillStyle = share < 0 ? down : up;
      context.fillRect(x, share < 0 ? zero : zero - tall, inner, Math.max(tall, 0.5));
    } else {
      context.fillStyle = style.ink;
      context.fillText('×', x + inner / 2, zero - 2);
    }
    if (names) {
      context.fillStyle = style.muted;
      context.fillText(names[unit] ?? '', x + inner / 2, layout.height - 3, layout.width);
    }
    if (unit !== chosen && unit !== hovered) continue;
    context.strokeStyle = unit === chosen ? style.ink : style.muted;
    context.lineWidth = 1.5;
    context.strokeRect(x - 0.5, 0.75, inner + 1, height - 1.5);
  }
}

/** Units as cells of a table, in sign colors. */
export class CellSheet {
  private readonly image = new GridImage();

  paint(
    context: CanvasRenderingContext2D,
    values: FrameArray,
    limits: FrameArray | undefined,
    layout: TileLayout,
    { style, chosen, hovered }: Options,
  ): void {
    const units = values.shape[0] ?? 0;
    const rows = Math.ceil(units / layout.columns);
    const colors = byteTable(style.theme);
    const sheet = this.image.paint(layout.columns, Math.max(1, rows), (pixels) => {
      pixels.fill(0);
      for (let unit = 0; unit < units; unit++) {
        const share = (values.data[unit] ?? 0) / (limits?.data[unit] ?? 1);
        const stored = Math.round(127 + 127 * Math.max(-1, Math.min(1, share)));
        pixels[unit] = colors[Number.isFinite(stored) ? stored : 127] ?? 0;
      }
    });
    context.imageSmoothingEnabled = false;
    context.drawImage(sheet, 0, 0, layout.columns * layout.width, rows * layout.height);
    for (const [unit, color] of [
      [chosen, style.ink],
      [hovered, style.muted],
    ] as const) {
      if (unit == null || unit >= units) continue;
      const [x, y] = tilePlace(layout, unit);
      context.strokeStyle = color;
      context.lineWidth = 1.5;
      context.strokeRect(x, y, layout.width, layout.height);
    }
  }
}
