/** What the seven panels show: all numbers of one picture, and the scales that the pictures of a run share. */

import type { Drawable } from '../core/pictures';
import type { Theme } from '../core/view';
import type { Values } from '../protocol/frames';
import { PANEL_PALETTES } from '../protocol/palette';
import { mix, type Rgb, rgb } from './colors';

/** A dense layer: weights [from, to] in rows, biases [to], and the gradient of the loss with respect to each. */
export interface PanelLayer {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly kernel: Values;
  readonly bias: Values | null;
  readonly kernelGradient: Values;
  readonly biasGradient: Values | null;
}

export interface Panels {
  readonly run: string;
  readonly step: number;
  readonly epoch: number;
  /** Mean loss of the training part at this step; null where it is not finite. */
  readonly loss: number | null;
  /** How many training samples loss and gradients are the mean of. */
  readonly samples: number;
  readonly layers: readonly PanelLayer[];
}

/** Where gradients are shown: on the logarithmic scale, or proportional. */
export type GradientScale = 'log' | 'linear';

/** Of gradients, on their logarithmic scale; below it is linear, through zero. As in the package. */
const TIMES = 1000;

/**
 * The panels of a picture; null where it has no weights or no gradients.
 *
 * @param ids The dense layers, in order.
 */
export function panelsOf(drawable: Drawable | null, ids: readonly string[]): Panels | null {
  const part = drawable?.picture.gradients;
  if (!drawable || !part) return null;
  const layers: PanelLayer[] = [];
  for (const id of ids) {
    const kernel = drawable.arrays.get(`parameter:${id}:kernel`);
    const gradient = drawable.arrays.get(`loss-gradient:${id}:kernel`);
    if (kernel === undefined || gradient === undefined) return null;
    const [from = 0, to = 0] = kernel.shape;
    layers.push({
      id,
      from,
      to,
      kernel: kernel.data,
      bias: drawable.arrays.get(`parameter:${id}:bias`)?.data ?? null,
      kernelGradient: gradient.data,
      biasGradient: drawable.arrays.get(`loss-gradient:${id}:bias`)?.data ?? null,
    });
  }
  const { run, step, epoch } = drawable.picture;
  return { run, step, epoch, loss: part.loss, samples: part.samples, layers };
}

/** The largest numbers of the pictures of a run that were seen: what colors and widths are relative to. */
export class PanelScale {
  weight = 0;
  gradient = 0;
  private run: string | null = null;

  /** Take a picture in; says whether the scale has grown. */
  see(panels: Panels): boolean {
    const [weight, gradient] = [this.weight, this.gradient];
    if (panels.run !== this.run) [this.run, this.weight, this.gradient] = [panels.run, 0, 0];
    for (const layer of panels.layers) {
      this.weight = largest(layer.bias, largest(layer.kernel, this.weight));
      this.gradient = largest(layer.biasGradient, largest(layer.kernelGradient, this.gradient));
    }
    return weight !== this.weight || gradient !== this.gradient;
  }
}

function largest(values: Values | null, before: number): number {
  let found = before;
  for (const value of values ?? []) {
    const size = Math.abs(value);
    if (size > found && Number.isFinite(size)) found = size;
  }
  return found;
}

/** Where a gradient lies on its scale, −1 to 1. */
export function gradientShare(value: number, limit: number, scale: GradientScale): number {
  const share = limit > 0 ? value / limit : 0;
  if (scale === 'linear') return share;
  return (Math.sign(share) * Math.log1p(Math.abs(share) * TIMES)) / Math.log1p(TIMES);
}

/** The color of a value from −1 to 1 in the panels: blue negative, red positive. */
export function weightColor(share: number, theme: Theme): Rgb {
  const stops = PANEL_PALETTES[theme].weights;
  const place = ((Math.min(1, Math.max(-1, share)) + 1) / 2) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  return mix(rgb(stops[index] ?? '#000000'), rgb(stops[index + 1] ?? '#000000'), place - index);
}

/** A number for a cell: two decimals, or two digits where it is small. */
export function cellText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (value === 0) return '0';
  let text: string;
  if (size >= 1e4 || size < 1e-9) text = value.toExponential(0);
  else if (size >= 100) text = value.toFixed(0);
  else if (size >= 0.01) text = value.toFixed(2);
  else text = value.toExponential(1);
  return text.replaceAll('-', '−').replace('+', '');
}
