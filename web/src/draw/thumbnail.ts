/** Small pictures of datasets. */

import type { Theme } from '../core/view';
import type { DatasetPreview } from '../protocol/messages';
import { rangeOf, scaled } from './axes';
import { classColor, css, type Rgb, signColor } from './colors';
import { targetLimit } from './samples';

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
