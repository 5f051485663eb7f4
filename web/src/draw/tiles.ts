/** Maps of a layer as tiles in sign colors: one picture for each layer, the first row of a map on top. */

import type { Theme } from '../core/view';
import type { FrameArray } from '../protocol/frames';
import { PALETTES } from '../protocol/palette';
import { pixel, rgb, signColor } from './colors';
import { GridImage } from './heatmap';
import type { PlotStyle } from './plotFrame';

/** A stored byte is 127 · (1 + value / limit); this one stands for what is no finite number. */
const NOT_FINITE = 255;
const tables = new Map<Theme, Uint32Array>();

/** The colors of the stored bytes 0 to 254. */
export function byteTable(theme: Theme): Uint32Array {
  let table = tables.get(theme);
  if (table === undefined) {
    table = Uint32Array.from({ length: 255 }, (_, stored) => pixel(signColor((stored - 127) / 127, theme)));
    tables.set(theme, table);
  }
  return table;
}

/** Maps [n, h, w] of bytes, one below the other. */
export function fillTiles(pixels: Uint32Array, array: FrameArray, theme: Theme): void {
  const { data, shape } = array;
  const width = shape[2] ?? 1;
  const colors = byteTable(theme);
  const { ink, paper } = PALETTES[theme].not_a_number;
  const [stripe, ground] = [pixel(rgb(ink)), pixel(rgb(paper))];
  for (let at = 0; at < pixels.length; at++) {
    const stored = data[at] ?? NOT_FINITE;
    const striped = ((Math.floor(at / width) + (at % width)) & 3) < 2;
    pixels[at] = stored === NOT_FINITE ? (striped ? stripe : ground) : (colors[stored] ?? 0);
  }
}

/** The input as it looks: its maps are one for each channel, `limits` what their full scale stands for. */
export function fillInput(pixels: Uint32Array, array: FrameArray, limits: FrameArray | undefined): void {
  const [channels = 1, height = 1, width = 1] = array.shape;
  const size = height * width;
  const value = (channel: number, at: number) => {
    const share = ((array.data[channel * size + at] ?? 0) - 127) / 127;
    return Math.max(0, Math.min(255, Math.round(255 * share * (limits?.data[channel] ?? 1))));
  };
  const last = channels - 1;
  for (let at = 0; at < size; at++)
    pixels[at] = pixel([value(0, at), value(Math.min(1, last), at), value(last, at)]);
}

/** The pixels of a layer's maps, kept between pictures. */
export class TileSheet {
  private readonly image = new GridImage();

  paint(array: FrameArray, theme: Theme): HTMLCanvasElement {
    const [count = 0, height = 1, width = 1] = array.shape;
    return this.image.paint(width, Math.max(1, count * height), (pixels) => fillTiles(pixels, array, theme));
  }

  paintInput(array: FrameArray, limits: FrameArray | undefined): HTMLCanvasElement {
    const [, height = 1, width = 1] = array.shape;
    return this.image.paint(width, height, (pixels) => fillInput(pixels, array, limits));
  }
}

export interface TileLayout {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

interface Room {
  readonly width: number;
  readonly height: number;
  /** The least and the greatest width of a tile. */
  readonly least: number;
  readonly most: number;
  /** What is kept free below each tile. */
  readonly below?: number;
}

const GAP = 4;
/** A map that is so much wider than tall is a row of a table. */
const ROW = 4;

/** As large as so many tiles can be in a room; where the least is too large, they go beyond its height. */
export function layTiles(count: number, [height, width]: readonly [number, number], room: Room): TileLayout {
  const below = room.below ?? 0;
  if (width / height >= ROW) {
    const tall = Math.floor(room.height / Math.max(1, count)) - 1;
    return { columns: 1, width: room.width, height: Math.max(4, Math.min(16, tall)), gap: 1 };
  }
  const ratio = height / width;
  const most = Math.min(room.most, room.width);
  for (let side = Math.floor(most); side > room.least; side--) {
    const columns = Math.floor((room.width + GAP) / (side + GAP));
    const rows = Math.ceil(count / Math.max(1, columns));
    if (columns > 0 && rows * (side * ratio + below + GAP) - GAP <= room.height)
      return { columns, width: side, height: Math.round(side * ratio) + below, gap: GAP };
  }
  const columns = Math.max(1, Math.floor((room.width + GAP) / (room.least + GAP)));
  return { columns, width: room.least, height: Math.round(room.least * ratio) + below, gap: GAP };
}

export function tilePlace({ columns, width, height, gap }: TileLayout, index: number): [number, number] {
  return [(index % columns) * (width + gap), Math.floor(index / columns) * (height + gap)];
}

export function tilesHeight(layout: TileLayout, count: number): number {
  return count === 0 ? 0 : tilePlace(layout, count - 1)[1] + layout.height;
}

/** Which tile is at a place; null beside them. */
export function tileAt(layout: TileLayout, count: number, x: number, y: number): number | null {
  const column = Math.floor(x / (layout.width + layout.gap));
  const row = Math.floor(y / (layout.height + layout.gap));
  const index = row * layout.columns + column;
  return x < 0 || y < 0 || column >= layout.columns || index >= count ? null : index;
}

/** Some tiles of a sheet; the chosen and the pointed one are framed. */
export function paintTiles(
  context: CanvasRenderingContext2D,
  sheet: HTMLCanvasElement,
  count: number,
  layout: TileLayout,
  options: {
    readonly style: PlotStyle;
    readonly chosen?: number | null;
    readonly hovered?: number | null;
    /** What is written below each tile. */
    readonly words?: (index: number) => string;
  },
): void {
  const rows = sheet.height / Math.max(1, count);
  const below = options.words ? 12 : 0;
  context.imageSmoothingEnabled = false;
  context.font = "10px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  for (let index = 0; index < count; index++) {
    const [x, y] = tilePlace(layout, index);
    const tall = layout.height - below;
    context.drawImage(sheet, 0, index * rows, sheet.width, rows, x, y, layout.width, tall);
    if (options.words) {
      context.fillStyle = options.style.muted;
      context.fillText(options.words(index), x + layout.width / 2, y + layout.height - 2, layout.width + GAP);
    }
    if (index !== options.chosen && index !== options.hovered) continue;
    context.strokeStyle = index === options.chosen ? options.style.ink : options.style.muted;
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, layout.width - 2, tall - 2);
  }
}
