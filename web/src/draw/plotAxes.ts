/** Ticks and names at the margins of a plot. */

import { digits } from '../core/numbers';
import { scaled, ticks } from './axes';
import type { Axis, Plane } from './plane';
import type { PlotFrame, PlotStyle } from './plotFrame';

const MOST_CATEGORIES = 8;
const CATEGORY_LETTERS = 8;

export function paintAxes(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  { x, y }: Plane,
  style: PlotStyle,
): void {
  const bottom = frame.top + frame.size;
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.strokeRect(frame.left + 0.5, frame.top + 0.5, frame.size - 1, frame.size - 1);
  context.fillStyle = style.muted;
  context.font = "11px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'center';
  context.textBaseline = 'top';
  const nameWidth = context.measureText(x.name).width + 16;
  for (const { at, text } of labels(x, frame.size)) {
    const px = scaled(at, x, frame.left, frame.left + frame.size);
    if (px < frame.left + frame.size - nameWidth) context.fillText(text, px, bottom + 5);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { at, text } of labels(y, frame.size)) {
    const py = scaled(at, y, bottom, frame.top);
    if (py > frame.top + 16) context.fillText(text, frame.left - 5, Math.min(bottom - 6, py));
  }
  context.fillStyle = style.ink;
  context.textBaseline = 'top';
  context.textAlign = 'right';
  context.fillText(x.name, frame.left + frame.size, bottom + 5);
  paintUpName(context, frame, y.name);
}

/** The name of the vertical axis: beside the ticks where it is short, else along the axis. */
function paintUpName(context: CanvasRenderingContext2D, frame: PlotFrame, name: string): void {
  if (name.length <= 4) {
    context.fillText(name, frame.left - 6, frame.top);
    return;
  }
  context.save();
  context.translate(2, frame.top);
  context.rotate(-Math.PI / 2);
  context.fillText(name, 0, 0);
  context.restore();
}

function labels(axis: Axis, size: number): { at: number; text: string }[] {
  if (axis.categories.length > 0) {
    return axis.categories
      .slice(0, MOST_CATEGORIES)
      .map((category, index) => ({ at: index, text: category.name.slice(0, CATEGORY_LETTERS) }));
  }
  return ticks(axis, size / 80).map((at) => ({ at, text: tickText(at) }));
}

function tickText(value: number): string {
  return Math.abs(value) >= 1e5 ? digits(value, 2) : String(value).replace('-', '−');
}
