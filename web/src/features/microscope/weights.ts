/** The weights of one unit: which there are, where each lies in its whole array, and how it is named. */

import type { Answer } from '../../core/looks';
import type { FrameArray } from '../../protocol/frames';

export interface Weights {
  /** The array's name: `kernel`, `bias`, `scale`. */
  readonly name: string;
  /** What of it belongs to the unit: [height, width, channels], or [n]. */
  readonly own: FrameArray;
  /** The shape of the whole array. */
  readonly shape: readonly number[];
  /** Whether the layer renews it itself: it can be read alone. */
  readonly renewed: boolean;
}

/** One channel of the weights of a unit as rows and columns; a row of features is folded into a square. */
export interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly channel: number;
  /** How many of the places are weights: a folded row may end before its square does. */
  readonly count: number;
}

/** The answer to `unit-weights`, by array. */
export function weightsOf({ values, arrays }: Answer): Weights[] {
  const shapes = values['shapes'] as Readonly<Record<string, readonly number[]>>;
  const renewed = values['renewed'] as readonly string[];
  return [...arrays].map(([name, own]) => ({
    name,
    own,
    shape: shapes[name] ?? [],
    renewed: renewed.includes(name),
  }));
}

export function planeOf({ own: { shape, data } }: Weights, channel: number): Plane {
  if (shape.length === 3) {
    const [rows = 1, columns = 1, channels = 1] = shape;
    return { rows, columns, channels, channel: Math.min(channel, channels - 1), count: rows * columns };
  }
  const columns = Math.ceil(Math.sqrt(data.length));
  const rows = Math.ceil(data.length / columns);
  return { rows, columns, channels: 1, channel: 0, count: data.length };
}

/** Where a place of a plane lies among the weights of the unit. */
export function flatAt({ channels, channel }: Plane, place: number): number {
  return place * channels + channel;
}

/** The index in the whole array of a weight of a unit. */
export function indexOf({ own, shape }: Weights, flat: number, unit: number): number[] {
  const size = shape.reduce((product, length) => product * length, 1);
  const isWhole = own.data.length === size;
  let rest = isWhole ? flat : flat * (shape.at(-1) ?? 1) + unit;
  const index: number[] = [];
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}

/** Where a weight is, in words that count from 1: `row 2, column 1, input channel 3`. */
export function placeWords({ own }: Weights, plane: Plane, place: number): string {
  if (own.shape.length < 3) return `input ${place + 1}`;
  const [row, column] = [Math.floor(place / plane.columns), place % plane.columns];
  const channel = plane.channels > 1 ? `, input channel ${plane.channel + 1}` : '';
  return `row ${row + 1}, column ${column + 1}${channel}`;
}

/** The shortest decimal that is exactly this float32. */
export function exact(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let figures = 1; figures < 9; figures++) {
    const short = Number(value.toPrecision(figures));
    if (Math.fround(short) === Math.fround(value)) return String(short).replaceAll('-', '−');
  }
  return String(Number(value.toPrecision(9))).replaceAll('-', '−');
}
