/** The paths of a race on the map up to a moment: lines, a dot for each step, who is where, and where one ended. */

import { entryAt, lastOf, placeAt } from '../core/labRace';
import type { RaceRun } from '../core/labApi';
import { css, inkOn, type Rgb } from './colors';
import { type LabFrame, screenX, screenY } from './labFrame';
import type { PlotStyle } from './plotFrame';

/** How a racer is drawn: its color, and the number that stands beside its name. */
export interface RacerLook {
  readonly color: Rgb;
  readonly number: number;
}

/** Points nearer than this to the one before are passed over: the eye sees no difference. */
const NEAR_PX = 0.6;
/** A step that is shorter has no dot of its own: many would be one thick line. */
const DOT_PX = 5;
/** Beyond any canvas; lines to much farther places are drawn wrongly. */
const FAR_PX = 20_000;

export interface ScreenPath {
  /** x, y of each point that is drawn. */
  readonly line: readonly number[];
  readonly dots: readonly number[];
}

/** A path on the screen up to a moment, thinned. */
export function screenPath(run: RaceRun, racer: number, position: number, frame: LabFrame): ScreenPath {
  const line: number[] = [];
  const dots: number[] = [];
  const last = Math.min(Math.floor(position), lastOf(run, racer));
  let [atX, atY, stepX, stepY] = [Infinity, Infinity, Infinity, Infinity];
  for (let step = 0; step <= last; step++) {
    const { x, y } = entryAt(run, racer, step);
    const px = bounded(screenX(frame, x));
    const py = bounded(screenY(frame, y));
    if (Math.abs(px - atX) + Math.abs(py - atY) >= NEAR_PX || !Number.isFinite(atX)) {
      line.push(px, py);
      [atX, atY] = [px, py];
    }
    if (Math.abs(px - stepX) + Math.abs(py - stepY) >= DOT_PX) dots.push(px, py);
    [stepX, stepY] = [px, py];
  }
  const { x, y } = placeAt(run, racer, position);
  line.push(bounded(screenX(frame, x)), bounded(screenY(frame, y)));
  return { line, dots };
}

function bounded(pixel: number): number {
  return Math.max(-FAR_PX, Math.min(FAR_PX, pixel));
}

export function paintPaths(
  context: CanvasRenderingContext2D,
  frame: LabFrame,
  run: RaceRun,
  looks: readonly RacerLook[],
  position: number,
  style: PlotStyle,
): void {
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  for (const [racer, { color }] of looks.entries()) {
    const { line, dots } = screenPath(run, racer, position, frame);
    context.beginPath();
    for (let at = 0; at < line.length; at += 2) context.lineTo(line[at] ?? 0, line[at + 1] ?? 0);
    context.strokeStyle = style.paper;
    context.globalAlpha = 0.5;
    context.lineWidth = 3.6;
    context.stroke();
    context.globalAlpha = 1;
    context.strokeStyle = css(color);
    context.lineWidth = 2;
    context.stroke();
    context.fillStyle = css(color);
    context.beginPath();
    for (let at = 0; at < dots.length; at += 2) {
      context.moveTo((dots[at] ?? 0) + 2.6, dots[at + 1] ?? 0);
      context.arc(dots[at] ?? 0, dots[at + 1] ?? 0, 2.6, 0, 2 * Math.PI);
    }
    context.fill();
  }
  context.restore();
  for (const [racer, look] of looks.entries()) paintHead(context, frame, run, racer, look, position, style);
}

const HEAD_PX = 7.5;

/** Who is where: a disc with the racer's number; a cross where it has ended, an arrow where it is out of sight. */
function paintHead(
  context: CanvasRenderingContext2D,
  frame: LabFrame,
  run: RaceRun,
  racer: number,
  { color, number }: RacerLook,
  position: number,
  style: PlotStyle,
): void {
  const { x, y } = placeAt(run, racer, position);
  const isEnded = run.part.racers[racer]?.ended != null && position >= lastOf(run, racer);
  const [px, py] = [bounded(screenX(frame, x)), bounded(screenY(frame, y))];
  const cx = Math.max(frame.left, Math.min(frame.left + frame.width, px));
  const cy = Math.max(frame.top, Math.min(frame.top + frame.height, py));
  const away = Math.hypot(px - cx, py - cy);
  if (away > 0.5) paintArrow(context, cx, cy, (px - cx) / away, (py - cy) / away, color, style);
  const inset = away > 0.5 ? 13 : 0;
  const hx = cx - (inset * (px - cx)) / (away || 1);
  const hy = cy - (inset * (py - cy)) / (away || 1);
  if (isEnded) paintCross(context, hx, hy, color, style);
  else paintDisc(context, hx, hy, color, String(number), style);
}

function paintDisc(
  context: CanvasRenderingContext2D,
  px: number,
  py: number,
  color: Rgb,
  text: string,
  style: PlotStyle,
): void {
  context.beginPath();
  context.arc(px, py, HEAD_PX, 0, 2 * Math.PI);
  context.fillStyle = css(color);
  context.fill();
  context.strokeStyle = style.paper;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = inkOn(color);
  context.font = "600 10px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, px, py + 0.5);
}

export function paintCross(
  context: CanvasRenderingContext2D,
  px: number,
  py: number,
  color: Rgb,
  style: PlotStyle,
): void {
  context.lineCap = 'round';
  for (const [width, ink] of [
    [6.5, style.paper],
    [3, css(color)],
  ] as const) {
    context.beginPath();
    for (const way of [-1, 1]) {
      context.moveTo(px - 6, py - 6 * way);
      context.lineTo(px + 6, py + 6 * way);
    }
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.stroke();
  }
}

function paintArrow(
  context: CanvasRenderingContext2D,
  px: number,
  py: number,
  dx: number,
  dy: number,
  color: Rgb,
  style: PlotStyle,
): void {
  context.beginPath();
  context.moveTo(px, py);
  context.lineTo(px - 9 * dx - 5 * dy, py - 9 * dy + 5 * dx);
  context.lineTo(px - 9 * dx + 5 * dy, py - 9 * dy - 5 * dx);
  context.closePath();
  context.fillStyle = css(color);
  context.fill();
  context.strokeStyle = style.paper;
  context.lineWidth = 1;
  context.stroke();
}
