/** From a surface's values to shades and levels: evenly, or logarithmically where they span much. */

import type { Theme } from '../core/view';
import { digits } from '../core/numbers';
import { PALETTES } from '../protocol/palette';
import type { Values } from '../protocol/frames';
import { ticks } from './axes';
import { mix, pixel, type Rgb, rgb } from './colors';

export interface LabScale {
  readonly isLog: boolean;
  readonly low: number;
  readonly high: number;
  /** Values of the contour lines, rising. */
  readonly levels: readonly number[];
  /** How the levels lie, in a sentence. */
  readonly sentence: string;
  /** From 0 at the lowest to 1; what lies beyond takes the end's. */
  readonly share: (value: number) => number;
  /** How high a value is in the landscape, from 0 to 1: evenly, unless all but the rim would lie flat. */
  readonly height: (value: number) => number;
  readonly isHeightLog: boolean;
}

/** The range above the least value, against what a tenth of the plane lies below, from which levels are logarithmic. */
const LOG_FROM = 8;
/** The same for heights: a bowl is known by its form, so they stay even longer. */
const HEIGHT_LOG_FROM = 100;
/** Where the ends lie farther out than this many times the middle 96 %, they are cut off. */
const CUT_FROM = 6;
const LEVELS = 12;
/** The lowest share of the plane within the first level. */
const FLOOR_SHARE = 0.004;

/** The scale of a grid; `known` are values that belong to it too, such as those of minima. */
export function scaleOf(values: Values, known: readonly number[] = []): LabScale {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) return linear(0, 1, 'The function is finite nowhere here.');
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const low = Math.min(at(0), ...known.filter(Number.isFinite));
  const high = at(1);
  if (high <= low) return linear(low - 0.5, low + 0.5, 'The function is the same everywhere here.');
  const [under, over] = [at(0.02), at(0.98)];
  if (under - low > CUT_FROM * (over - under)) {
    const words = `Evenly spaced; f goes from ${digits(low)} to ${digits(high)}, and what is beyond the ends is drawn as they are.`;
    return linear(under, over, words);
  }
  const ratio = (high - low) / Math.max(at(0.1) - low, Number.MIN_VALUE);
  if (ratio < LOG_FROM) return linear(low, high, 'Evenly spaced.');
  const floor = Math.max(at(FLOOR_SHARE) - low, (high - low) * 1e-7);
  return logarithmic(low, high, floor, ratio >= HEIGHT_LOG_FROM);
}

function linear(low: number, high: number, sentence: string): LabScale {
  const levels = ticks({ low, high }, LEVELS).filter((level) => level > low && level < high);
  const share = (value: number) => clamped((value - low) / (high - low));
  return { isLog: false, low, high, levels, sentence, share, height: share, isHeightLog: false };
}

function logarithmic(low: number, high: number, floor: number, isHeightLog: boolean): LabScale {
  const decades = Math.log10((high - low) / floor);
  const factors = decades <= 3.2 ? [1, 2, 5] : decades <= 6.5 ? [1, 3] : [1];
  const levels: number[] = [];
  for (let power = Math.floor(Math.log10(floor)); power <= Math.log10(high - low); power++) {
    for (const factor of factors) {
      const above = Number((factor * 10 ** power).toPrecision(3));
      if (above >= floor && above < high - low) levels.push(low + above);
    }
  }
  const isZero = Math.abs(low) < 1e-9 * (high - low);
  const least = isZero ? 'zero' : `the least, ${digits(low)}`;
  const share = (value: number) => clamped(Math.log10(Math.max(value - low, floor) / floor) / decades);
  return {
    isLog: true,
    low,
    high,
    levels,
    sentence: `Logarithmic above ${least}, because f spans ${digits(high - low)}.`,
    share,
    height: isHeightLog ? share : (value) => clamped((value - low) / (high - low)),
    isHeightLog,
  };
}

function clamped(share: number): number {
  return share < 0 ? 0 : share > 1 ? 1 : share;
}

/** Values beside a bar of some length whose texts do not touch: at most so many. */
export function labelsOf(
  scale: LabScale,
  most: number,
): { readonly value: number; readonly share: number }[] {
  const all = [...new Set([scale.isLog ? scale.low : null, ...scale.levels])].filter(
    (value) => value !== null,
  );
  const apart = 1 / Math.max(1, most - 1);
  const labels: { readonly value: number; readonly share: number }[] = [];
  for (const value of all) {
    const share = scale.share(value);
    if (share - (labels.at(-1)?.share ?? -Infinity) >= apart) labels.push({ value, share });
  }
  return labels;
}

/** The shade of a share of the scale: the lowest is near the paper's, so that colored paths stand out. */
export function shade(share: number, theme: Theme): Rgb {
  const blue = rgb(PALETTES[theme].sign.at(-1) ?? '#2166ac');
  const ends: readonly [Rgb, Rgb] =
    theme === 'dark'
      ? [rgb('#0b1017'), mix(rgb('#0b1017'), blue, 0.58)]
      : [rgb('#ffffff'), mix(rgb('#ffffff'), blue, 0.5)];
  return mix(ends[0], ends[1], share);
}

const STEPS = 256;
const tables = new Map<Theme, Uint32Array>();

/** 256 shades as pixels. */
export function shadeTable(theme: Theme): Uint32Array {
  let table = tables.get(theme);
  if (table === undefined) {
    table = Uint32Array.from({ length: STEPS }, (_, step) => pixel(shade(step / (STEPS - 1), theme)));
    tables.set(theme, table);
  }
  return table;
}
