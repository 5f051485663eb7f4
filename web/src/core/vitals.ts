/** Vitals of a run, ordered by step: merged as they come, thinned where they are many, read as series. */

import type { LayerVitals, Summary, Vitals } from '../protocol/messages';

/** So many are held by the page; beyond that every second one goes. */
export const MOST_MOMENTS = 400;

/** Those that are known and those that came, by step; of two of one step the newer answer. */
export function merged(
  known: readonly Vitals[],
  came: readonly Vitals[],
  most = MOST_MOMENTS,
): readonly Vitals[] {
  if (came.length === 0) return known;
  const last = known.at(-1);
  const isLater = last === undefined || came.every(({ step }, at) => step > (came[at - 1] ?? last).step);
  return thinned(isLater ? [...known, ...came] : woven(known, came), most);
}

function woven(known: readonly Vitals[], came: readonly Vitals[]): Vitals[] {
  const all = new Map([...known, ...came].map((moment) => [moment.step, moment]));
  return [...all.values()].sort((a, b) => a.step - b.step);
}

/** At most so many, every second one taken away until they are; the first and the newest stay. */
export function thinned(moments: readonly Vitals[], most: number): readonly Vitals[] {
  let left = moments;
  while (left.length > Math.max(2, most)) {
    const end = left.length - 1;
    left = left.filter((_, index) => index % 2 === 0 || index === end);
  }
  return left;
}

/** The last one at or before a step; null where there is none. */
export function momentAt(moments: readonly Vitals[], step: number): Vitals | null {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.step ?? Infinity) <= step) low = middle + 1;
    else high = middle;
  }
  return moments[low - 1] ?? null;
}

export function layerOf(moment: Vitals | null, layer: string): LayerVitals | null {
  return moment?.layers.find((one) => one.layer === layer) ?? null;
}

/** The distribution of a quantity of a layer; null where it has none. */
export function summaryOf(
  moment: Vitals | null,
  layer: string,
  quantity: Summary['quantity'],
): Summary | null {
  return layerOf(moment, layer)?.summaries.find((one) => one.quantity === quantity) ?? null;
}

/** What lines are drawn of: steps, and for each line its values, null where there is none. */
export type Columns = [number[], ...(number | null)[][]];

/** A number of some layers along the steps. */
export function layerColumns(
  moments: readonly Vitals[],
  layers: readonly string[],
  read: (layer: LayerVitals) => number | null,
): Columns {
  const lines = layers.map((id) =>
    moments.map((moment) => {
      const layer = layerOf(moment, id);
      return layer === null ? null : read(layer);
    }),
  );
  return [moments.map(({ step }) => step), ...lines];
}

/** One number of an array that is trained. */
export interface SingleName {
  readonly layer: string;
  readonly parameter: string;
  readonly index: readonly number[];
  /** Its place among the values of the array. */
  readonly at: number;
}

/** The single numbers of a layer, or of one of its units alone; none in a large network. */
export function singleNames(moment: Vitals | null, layer: string, unit: number | null): SingleName[] {
  return (moment?.parameters ?? [])
    .filter((array) => array.layer === layer)
    .flatMap(({ parameter, shape, values }) =>
      values.map((_, at) => ({ layer, parameter, at, index: indexOf(at, shape) })),
    )
    .filter(({ index }) => unit === null || index.at(-1) === unit);
}

function indexOf(at: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = at;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/** Single numbers along the steps. */
export function singleColumns(moments: readonly Vitals[], names: readonly SingleName[]): Columns {
  const lines = names.map(({ layer, parameter, at }) =>
    moments.map(
      ({ parameters }) =>
        parameters.find((array) => array.layer === layer && array.parameter === parameter)?.values[at] ??
        null,
    ),
  );
  return [moments.map(({ step }) => step), ...lines];
}

/** `weight 2 → 1`, `bias 1`: a number by where it comes from and its unit, counted from one. */
export function singleWords({ parameter, index }: SingleName): string {
  const places = index.map((at) => at + 1);
  if (parameter === 'kernel') return `weight ${places.join(' → ')}`;
  return `${parameter} ${places.join(', ')}`;
}
