/** One quantity of one layer on a canvas, whatever its shape: tiles, bars, cells, or the input itself. */

import { digits } from '../core/numbers';
import type { FrameArray } from '../protocol/frames';
import { CellSheet, fitBars, layBars, layCells, paintBars } from './bars';
import type { PlotStyle } from './plotFrame';
import { layTiles, paintTiles, tileAt, type TileLayout, TileSheet } from './tiles';

export type Maps = 'activation-maps' | 'kernel-maps' | 'activation-gradient-maps' | 'kernel-gradient-maps';

export interface LayerOptions {
  readonly style: PlotStyle;
  /** The greatest width of a tile. */
  readonly most: number;
  /** Names of the units of a layer without maps. */
  readonly names?: readonly string[];
  /** Whether the limits of units that have their own are written below the tiles. */
  readonly limits?: boolean;
  readonly chosen?: number | null;
  readonly hovered?: number | null;
}

const LEAST = 8;
const WORDS = 12;
/** Narrower tiles have no room for words. */
const LEAST_WITH_WORDS = 30;

export class LayerPainter {
  private readonly sheet = new TileSheet();
  private readonly cells = new CellSheet();
  private layout: TileLayout | null = null;
  private count = 0;

  paint(
    context: CanvasRenderingContext2D,
    width: number,
    height: number,
    arrays: ReadonlyMap<string, FrameArray> | undefined,
    layer: string,
    maps: Maps,
    options: LayerOptions,
  ): void {
    context.clearRect(0, 0, width, height);
    const array = arrays?.get(`${maps}:${layer}`);
    const limits = arrays?.get(`limits:${maps}:${layer}`);
    this.layout = null;
    if (array === undefined) return;
    this.count = array.shape[0] ?? 0;
    if (array.shape.length === 3) this.paintMaps(context, width, height, array, limits, layer, options);
    else this.paintFlat(context, width, height, array, limits, options);
  }

  private paintMaps(
    context: CanvasRenderingContext2D,
    width: number,
    height: number,
    array: FrameArray,
    limits: FrameArray | undefined,
    layer: string,
    { style, most, limits: withLimits, chosen = null, hovered = null }: LayerOptions,
  ): void {
    const [, tall = 1, wide = 1] = array.shape;
    const room = { width, height, least: LEAST, most };
    if (layer === 'input') {
      this.count = 1;
      this.layout = layTiles(1, [tall, wide], room);
      paintTiles(context, this.sheet.paintInput(array, limits), 1, this.layout, { style, chosen, hovered });
      return;
    }
    const sheet = this.sheet.paint(array, style.theme);
    const labelled = layTiles(this.count, [tall, wide], { ...room, below: WORDS });
    const isShared = limits?.data.every((limit) => limit === limits.data[0]) ?? true;
    const isLabelled =
      withLimits === true && !isShared && labelled.width >= LEAST_WITH_WORDS && wide / tall < 4;
    this.layout = isLabelled ? labelled : layTiles(this.count, [tall, wide], room);
    const words = { words: (index: number) => `±${digits(limits?.data[index], 2)}` };
    paintTiles(context, sheet, this.count, this.layout, {
      style,
      chosen,
      hovered,
      ...(isLabelled ? words : {}),
    });
  }

  private paintFlat(
    context: CanvasRenderingContext2D,
    width: number,
    height: number,
    array: FrameArray,
    limits: FrameArray | undefined,
    options: LayerOptions,
  ): void {
    if (fitBars(this.count, width)) {
      this.layout = layBars(this.count, width, height);
      paintBars(context, array, limits, this.layout, options);
    } else {
      this.layout = layCells(this.count, width, height);
      this.cells.paint(context, array, limits, this.layout, options);
    }
  }

  /** Which of the drawn units is at a place. */
  unitAt(x: number, y: number): number | null {
    return this.layout === null ? null : tileAt(this.layout, this.count, x, y);
  }

  /** How many units are beside each other: what an arrow up or down goes over. */
  get columns(): number {
    return this.layout?.columns ?? 1;
  }
}
