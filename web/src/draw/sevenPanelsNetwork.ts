/** The network of the seven panels: weights forward, and beside each, dotted, its gradient backward. */

import type { Values } from '../protocol/frames';
import { PANEL_PALETTES } from '../protocol/palette';
import type { PlotStyle } from './plotFrame';
import { type GradientScale, gradientShare, type Panels, type PanelScale } from './sevenPanels';

/** Pixels of the largest weight, and of the largest gradient. */
export const WIDEST = 6;
export const WIDEST_BACKWARD = 4.5;
/** How far a backward line runs below its weight. */
const BESIDE = 4;
const LETTERS = "'Inter Variable', system-ui, sans-serif";

interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Names {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export function paintNetwork(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  panels: Panels,
  scale: PanelScale,
  gradients: GradientScale,
  names: Names,
  style: PlotStyle,
): void {
  context.clearRect(0, 0, width, height);
  const sizes = [panels.layers[0]?.from ?? 0, ...panels.layers.map((layer) => layer.to)];
  const columns = sizes.map((size, index) => column(size, index / (sizes.length - 1), width, height));
  panels.layers.forEach((layer, index) => {
    const [froms, tos] = [columns[index] ?? [], columns[index + 1] ?? []];
    paintWeights(context, froms, tos, layer.kernel, scale.weight, style);
    paintBackward(context, froms, tos, layer.kernelGradient, scale.gradient, gradients, style);
  });
  columns.forEach((spots, index) => {
    const { input, hidden, output } = PANEL_PALETTES[style.theme];
    const isLast = index === columns.length - 1;
    paintNeurons(
      context,
      spots,
      index === 0 ? input : isLast ? output : hidden,
      radius(sizes, height),
      style,
    );
    if (index === 0) paintNames(context, spots, names.inputs, -1, sizes, height, style);
    if (isLast) paintNames(context, spots, names.outputs, 1, sizes, height, style);
  });
}

function radius(sizes: readonly number[], height: number): number {
  return Math.max(2.5, Math.min(11, (0.42 * height) / Math.max(...sizes)));
}

function column(size: number, share: number, width: number, height: number): Spot[] {
  const edge = Math.min(84, 0.2 * width);
  const pitch = Math.min(0.16 * height, (height - 16) / Math.max(1, size));
  const top = (height - pitch * (size - 1)) / 2;
  return Array.from({ length: size }, (_, unit) => ({
    x: edge + share * (width - 2 * edge),
    y: top + unit * pitch,
  }));
}

function paintWeights(
  context: CanvasRenderingContext2D,
  froms: readonly Spot[],
  tos: readonly Spot[],
  kernel: Values,
  limit: number,
  style: PlotStyle,
): void {
  const stops = PANEL_PALETTES[style.theme].weights;
  context.setLineDash([]);
  froms.forEach((from, i) => {
    tos.forEach((to, j) => {
      const share = limit > 0 ? (kernel[i * tos.length + j] ?? 0) / limit : 0;
      if (!(Math.abs(share) > 0)) return;
      context.strokeStyle = (share > 0 ? stops.at(-1) : stops[0]) ?? '';
      context.lineWidth = WIDEST * Math.min(1, Math.abs(share));
      line(context, from, to, 0);
    });
  });
}

function paintBackward(
  context: CanvasRenderingContext2D,
  froms: readonly Spot[],
  tos: readonly Spot[],
  gradients: Values,
  limit: number,
  scale: GradientScale,
  style: PlotStyle,
): void {
  context.strokeStyle = PANEL_PALETTES[style.theme].gradient;
  froms.forEach((from, i) => {
    tos.forEach((to, j) => {
      const share = Math.abs(gradientShare(gradients[i * tos.length + j] ?? 0, limit, scale));
      if (!(share > 0)) return;
      const width = WIDEST_BACKWARD * Math.min(1, share);
      context.lineWidth = width;
      context.setLineDash([Math.max(1, width), Math.max(2, 1.6 * width)]);
      line(context, to, from, BESIDE);
    });
  });
  context.setLineDash([]);
}

function line(context: CanvasRenderingContext2D, from: Spot, to: Spot, below: number): void {
  context.beginPath();
  context.moveTo(from.x, from.y + below);
  context.lineTo(to.x, to.y + below);
  context.stroke();
}

function paintNeurons(
  context: CanvasRenderingContext2D,
  spots: readonly Spot[],
  color: string,
  size: number,
  style: PlotStyle,
): void {
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `${Math.round(size * 0.95)}px ${LETTERS}`;
  spots.forEach(({ x, y }, unit) => {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    context.strokeStyle = style.ink;
    context.lineWidth = 1;
    context.stroke();
    if (size < 8 || spots.length === 1) return;
    context.fillStyle = '#000000';
    context.fillText(String(unit + 1), x, y + 0.5);
  });
}

function paintNames(
  context: CanvasRenderingContext2D,
  spots: readonly Spot[],
  names: readonly string[],
  side: -1 | 1,
  sizes: readonly number[],
  height: number,
  style: PlotStyle,
): void {
  if (spots.length > 16) return;
  context.font = `11px ${LETTERS}`;
  context.fillStyle = style.ink;
  context.textAlign = side < 0 ? 'right' : 'left';
  const away = radius(sizes, height) + 6;
  spots.forEach(({ x, y }, index) => {
    const name = names[index] ?? '';
    context.fillText(name.length > 11 ? `${name.slice(0, 10)}…` : name, x + side * away, y);
  });
}
