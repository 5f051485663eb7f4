/** Where the plane lies on a canvas: with one unit for x and y, unless it is far too long for that. */

import type { Domain } from '../protocol/messages';
import { scaled, unscaled } from './axes';

export interface LabFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly domain: Domain;
  /** Whether x and y have the same unit: only then is a gradient at right angles to the levels. */
  readonly isEqual: boolean;
}

const MARGIN = { left: 38, right: 10, top: 8, bottom: 24 } as const;
/** The longest plane that is drawn with equal units. */
const LONGEST = 4;

export function labFrame(width: number, height: number, domain: Domain): LabFrame {
  const room = {
    width: Math.max(40, width - MARGIN.left - MARGIN.right),
    height: Math.max(40, height - MARGIN.top - MARGIN.bottom),
  };
  const [across, up] = [domain.x[1] - domain.x[0], domain.y[1] - domain.y[0]];
  const isEqual = across / up <= LONGEST && up / across <= LONGEST;
  const unit = Math.min(room.width / across, room.height / up);
  const size = isEqual ? { width: unit * across, height: unit * up } : room;
  return {
    left: MARGIN.left + (room.width - size.width) / 2,
    top: MARGIN.top + (room.height - size.height) / 2,
    ...size,
    domain,
    isEqual,
  };
}

export function screenX(frame: LabFrame, x: number): number {
  return scaled(x, { low: frame.domain.x[0], high: frame.domain.x[1] }, frame.left, frame.left + frame.width);
}

export function screenY(frame: LabFrame, y: number): number {
  return scaled(y, { low: frame.domain.y[0], high: frame.domain.y[1] }, frame.top + frame.height, frame.top);
}

/** The point of the plane under a place of the canvas, within what is shown; as round as a pixel allows. */
export function pointAt(frame: LabFrame, left: number, top: number): readonly [number, number] {
  const { x, y } = frame.domain;
  const at = [
    unscaled(left, { low: x[0], high: x[1] }, frame.left, frame.left + frame.width),
    unscaled(top, { low: y[0], high: y[1] }, frame.top + frame.height, frame.top),
  ] as const;
  return [within(at[0], x, frame.width), within(at[1], y, frame.height)];
}

function within(value: number, [low, high]: readonly [number, number], pixels: number): number {
  const grain = 10 ** Math.floor(Math.log10((high - low) / pixels));
  const rounded = Math.round(Math.min(high, Math.max(low, value)) / grain) * grain;
  return Number(Math.min(high, Math.max(low, rounded)).toPrecision(6)) + 0;
}
