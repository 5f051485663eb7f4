/** Weights, biases and gradients as cells: color on a common scale, and the number where there is room for it. */

import type { Theme } from '../core/view';
import { PALETTES } from '../protocol/palette';
import { css, inkOn } from './colors';
import type { PlotStyle } from './plotFrame';
import {
  cellText,
  type GradientScale,
  gradientShare,
  type PanelLayer,
  type Panels,
  weightColor,
} from './sevenPanels';

/** A matrix with its name. */
export interface Block {
  readonly name: string;
  /** Its name where that has no room. */
  readonly symbol: string;
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number;
  /** Where a value lies on its scale, −1 to 1. */
  readonly share: (value: number) => number;
}

type Share = (value: number) => number;

/** Weights into the first hidden layer, a row for each of its units; then those onward, a column for each unit. */
export function weightBlocks(panels: Panels, which: 'first' | 'onward', limit: number): Block[] {
  const share: Share = (value) => (limit > 0 ? value / limit : 0);
  return panels.layers.flatMap((layer, index) =>
    (index === 0) === (which === 'first') ? [kernelBlock(layer, index, layer.kernel, share, '')] : [],
  );
}

export function biasBlocks(panels: Panels, limit: number): Block[] {
  const share: Share = (value) => (limit > 0 ? value / limit : 0);
  return panels.layers.flatMap(({ id, bias, to }, index) =>
    bias === null ? [] : [columnBlock(`${id} · b${index + 1}`, `b${index + 1}`, bias, to, share)],
  );
}

export function gradientBlocks(panels: Panels, limit: number, scale: GradientScale): Block[] {
  const share: Share = (value) => gradientShare(value, limit, scale);
  return panels.layers.flatMap((layer, index) => {
    const { id, biasGradient, to } = layer;
    const weights = kernelBlock(layer, index, layer.kernelGradient, share, 'weights');
    if (biasGradient === null) return [weights];
    return [weights, columnBlock(`${id} biases`, `b${index + 1}`, biasGradient, to, share)];
  });
}

function kernelBlock(
  { id, from, to }: PanelLayer,
  index: number,
  values: ArrayLike<number>,
  share: Share,
  what: string,
): Block {
  const [rows, columns] = index === 0 ? [to, from] : [from, to];
  return {
    name: what ? `${id} ${what}` : `${id} · W${index + 1}`,
    symbol: `W${index + 1}`,
    rows,
    columns,
    at: (row, column) => (index === 0 ? values[column * to + row] : values[row * to + column]) ?? NaN,
    share,
  };
}

function columnBlock(
  name: string,
  symbol: string,
  values: ArrayLike<number>,
  rows: number,
  share: Share,
): Block {
  return { name, symbol, rows, columns: 1, at: (row) => values[row] ?? NaN, share };
}

const LEFT = 22;
const TOP = 20;
const GAP = 8;
const TALLEST = 24;
const WIDEST = 96;
const LETTERS = "'Inter Variable', system-ui, sans-serif";

/** Blocks beside each other, one height for all rows. */
export function paintCells(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  blocks: readonly Block[],
  style: PlotStyle,
): void {
  context.clearRect(0, 0, width, height);
  if (blocks.length === 0) {
    context.fillStyle = style.muted;
    context.font = `12px ${LETTERS}`;
    context.textAlign = 'left';
    context.textBaseline = 'top';
    context.fillText('This network has no biases.', 0, 2);
    return;
  }
  const rows = Math.max(...blocks.map((block) => block.rows));
  const columns = blocks.reduce((sum, block) => sum + block.columns, 0);
  const tall = Math.min(TALLEST, (height - TOP - 2) / rows);
  const wide = Math.min(WIDEST, (width - LEFT - 2 - GAP * (blocks.length - 1)) / columns);
  context.textBaseline = 'middle';
  paintRowNumbers(context, rows, tall, style);
  context.font = `11px ${LETTERS}`;
  const short = blocks.some(
    (block) => context.measureText(block.name).width > wide * block.columns + GAP - 2,
  );
  let left = LEFT;
  for (const block of blocks) {
    context.font = `11px ${LETTERS}`;
    context.fillStyle = style.muted;
    context.textAlign = 'center';
    context.fillText(short ? block.symbol : block.name, left + (wide * block.columns) / 2, TOP / 2);
    paintBlock(context, block, left, wide, tall, style);
    left += wide * block.columns + GAP;
  }
}

function paintRowNumbers(
  context: CanvasRenderingContext2D,
  rows: number,
  tall: number,
  style: PlotStyle,
): void {
  const each = Math.ceil(11 / tall);
  context.font = `10px ${LETTERS}`;
  context.fillStyle = style.muted;
  context.textAlign = 'right';
  for (let row = 0; row < rows; row += each)
    context.fillText(String(row + 1), LEFT - 5, TOP + (row + 0.5) * tall);
}

function paintBlock(
  context: CanvasRenderingContext2D,
  block: Block,
  left: number,
  wide: number,
  tall: number,
  style: PlotStyle,
): void {
  const size = Math.min(11, tall * 0.72, wide / 4.2);
  context.font = `${size}px ${LETTERS}`;
  context.textAlign = 'center';
  for (let row = 0; row < block.rows; row++)
    for (let column = 0; column < block.columns; column++) {
      const value = block.at(row, column);
      const [x, y] = [left + column * wide, TOP + row * tall];
      context.fillStyle = cellColor(value, block, style.theme);
      context.fillRect(x, y, wide + 0.5, tall + 0.5);
      if (size < 8) continue;
      context.fillStyle = Number.isFinite(value)
        ? inkOn(weightColor(block.share(value), style.theme))
        : '#ffffff';
      context.fillText(cellText(value), x + wide / 2, y + tall / 2 + 0.5);
    }
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.strokeRect(left, TOP, wide * block.columns, tall * block.rows);
}

function cellColor(value: number, block: Block, theme: Theme): string {
  if (!Number.isFinite(value)) return PALETTES[theme].not_a_number.ink;
  return css(weightColor(block.share(value), theme));
}
