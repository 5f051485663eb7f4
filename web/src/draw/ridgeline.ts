/** Draws the ridges of a distribution over time: the older behind, the one on screen in the accent's color. */

import { digits } from '../core/numbers';
import { PALETTES } from '../protocol/palette';
import { scaled, ticks } from './axes';
import { css, signColor } from './colors';
import type { PlotStyle } from './plotFrame';
import { type Frame, layOut, type Moment, type Ridge, type Ridgeline } from './ridgelineLayout';
import { placeOf, valueTicks } from './ridgelineScale';

const LEFT = 46;
const RIGHT = 8;
const TOP = 30;
const BOTTOM = 20;
/** What comes after the step on screen. */
const LATER = 0.28;
const FONT = "11px 'Inter Variable', system-ui, sans-serif";

export function ridgelineFrame(width: number, height: number): Frame {
  return { left: LEFT, right: width - RIGHT, top: Math.min(TOP, height / 3), bottom: height - BOTTOM };
}

/** Draw the ridges, and give where they lie. */
export function paintRidgeline(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  moments: readonly Moment[],
  onScreen: number | null,
  style: PlotStyle & { readonly accent: string },
): Ridgeline {
  const frame = ridgelineFrame(width, height);
  const layout = layOut(moments, frame, onScreen);
  context.clearRect(0, 0, width, height);
  paintValues(context, frame, layout, style);
  const fill = shades(context, frame, layout, style);
  for (const ridge of layout.ridges) {
    context.globalAlpha = onScreen !== null && ridge.step > onScreen ? LATER : 1;
    paintRidge(context, frame, ridge, fill, style);
  }
  context.globalAlpha = 1;
  paintSteps(context, frame, layout, onScreen, style);
  return layout;
}

function paintRidge(
  context: CanvasRenderingContext2D,
  frame: Frame,
  ridge: Ridge,
  fill: CanvasGradient,
  style: PlotStyle & { readonly accent: string },
): void {
  const { points, y, isOnScreen } = ridge;
  if (points.length === 0) {
    // No finite value, or no histogram at all.
    context.strokeStyle = PALETTES[style.theme].not_a_number.ink;
    context.setLineDash([3, 3]);
    line(context, frame.left, frame.right, y);
    context.setLineDash([]);
    return;
  }
  context.beginPath();
  for (const [index, [x, at]] of points.entries()) {
    if (index === 0) context.moveTo(x, at);
    else context.lineTo(x, at);
  }
  // What lies behind is covered first, and then tinted.
  context.fillStyle = style.paper;
  context.fill();
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = isOnScreen ? style.accent : style.ink;
  context.lineWidth = isOnScreen ? 2 : 0.75;
  context.lineJoin = 'round';
  context.stroke();
  if (!isOnScreen) return;
  context.lineWidth = 1;
  line(context, frame.left, points[0]?.[0] ?? frame.left, y);
  line(context, points.at(-1)?.[0] ?? frame.right, frame.right, y);
}

/** The colors of the values: orange below zero, grey around it, blue above. */
function shades(
  context: CanvasRenderingContext2D,
  { left, right }: Frame,
  { values }: Ridgeline,
  { theme }: PlotStyle,
): CanvasGradient {
  const gradient = context.createLinearGradient(left, 0, right, 0);
  // Full at the farther end, grey at zero, in equal steps of the scale.
  const zero = placeOf(0, values, 0, 1);
  const reach = Math.max(Math.abs(zero), Math.abs(1 - zero)) || 1;
  for (let stop = 0; stop <= 12; stop++)
    gradient.addColorStop(stop / 12, css(signColor((stop / 12 - zero) / reach, theme), 0.55));
  return gradient;
}

function paintValues(
  context: CanvasRenderingContext2D,
  frame: Frame,
  { values }: Ridgeline,
  style: PlotStyle,
): void {
  context.font = FONT;
  context.textBaseline = 'top';
  context.textAlign = 'center';
  context.fillStyle = style.muted;
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  for (const value of valueTicks(values, frame.right - frame.left, 44)) {
    const x = Math.round(placeOf(value, values, frame.left, frame.right)) + 0.5;
    context.globalAlpha = value === 0 ? 1 : 0.5;
    context.beginPath();
    context.moveTo(x, frame.top - 8);
    context.lineTo(x, frame.bottom);
    context.stroke();
    context.globalAlpha = 1;
    const text = tickText(value);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(x, frame.right + RIGHT - half), frame.bottom + 5);
  }
}

function paintSteps(
  context: CanvasRenderingContext2D,
  frame: Frame,
  { steps }: Ridgeline,
  onScreen: number | null,
  style: PlotStyle & { readonly accent: string },
): void {
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const mark = onScreen === null ? null : scaled(onScreen, steps, frame.top, frame.bottom);
  context.fillStyle = style.muted;
  for (const step of ticks(steps, (frame.bottom - frame.top) / 34)) {
    const y = scaled(step, steps, frame.top, frame.bottom);
    if (mark === null || Math.abs(y - mark) > 11) context.fillText(stepText(step), frame.left - 6, y);
  }
  if (onScreen === null || mark === null || onScreen < steps.low || onScreen > steps.high) return;
  context.fillStyle = style.accent;
  context.fillText(stepText(onScreen), frame.left - 6, mark);
}

function line(context: CanvasRenderingContext2D, from: number, to: number, y: number): void {
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to, y);
  context.stroke();
}

/** A step in five letters: 950, 12,500, 1.2M. */
export function stepText(step: number): string {
  if (step < 100_000) return step.toLocaleString('en-US');
  return step < 1e6 ? `${Math.round(step / 1000)}k` : `${digits(step / 1e6, 2)}M`;
}

export function tickText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size < 1e-3 || size >= 1e5 ? value.toExponential(0) : String(Number(value.toPrecision(3)));
  return text.replace('+', '').replaceAll('-', '−');
}
