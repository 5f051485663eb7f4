/** The numbers of a walk: by name, with scales, in few words. */

import type { FrameArray } from '../protocol/frames';
import type { WalkAnswer, WalkLayer, WalkParameter } from '../protocol/messages';
import { count } from './numbers';
import type { Ref, Target, WalkData } from './walkState';

export const INPUT = 'input';

/** Quantities that are drawn on one scale. */
const SCALES: Readonly<Record<string, readonly string[]>> = {
  'z, a': ['z', 'a'],
  δ: ['dz', 'da'],
  w: ['w', 'new'],
  '∂L/∂w': ['gradient'],
  Δw: ['update'],
  loss: ['output_losses'],
};

/** Short names of quantities, as they are printed beside numbers. */
const NAMES: Readonly<Record<string, string>> = {
  z: 'z',
  a: 'a',
  dz: 'δ',
  da: '∂L/∂a',
  w: 'w',
  new: 'new w',
  gradient: '∂L/∂w',
  update: 'Δw',
  output_losses: 'loss',
};

/** What a quantity is called; of a bias it is b, not w. */
export function quantityName(quantity: string, parameter = ''): string {
  const name = NAMES[quantity] ?? quantity;
  return parameter === 'bias' ? name.replace(/w$/, 'b') : name;
}

/** What the units of a layer hold, in short: the inputs' values are x. */
export function unitQuantity(quantity: string, layer: string): string {
  return layer === INPUT && quantity === 'a' ? 'x' : quantityName(quantity);
}

/** The numbers of a quantity: of a layer's units, or of one of its arrays. */
export function numbersOf(
  walk: WalkData,
  quantity: string,
  layer: string,
  parameter = '',
): FrameArray | undefined {
  if (quantity === 'output_losses')
    return layer === outputOf(walk.values) ? walk.arrays.get(quantity) : undefined;
  return walk.arrays.get(parameter === '' ? `${quantity}:${layer}` : `${quantity}:${layer}.${parameter}`);
}

export function outputOf({ layers }: WalkAnswer): string {
  return layers.at(-1)?.layer ?? '';
}

export function layerOf({ layers }: WalkAnswer, id: string): WalkLayer | undefined {
  return layers.find(({ layer }) => layer === id);
}

/** Where an entry of an array lies among its numbers. */
export function placeOf(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((place, entry, axis) => place * (shape[axis] ?? 1) + entry, 0);
}

/** The entry at a place: the inverse of `placeOf`. */
export function indexAt(shape: readonly number[], place: number): number[] {
  const index: number[] = [];
  let rest = place;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/** One number; null where it did not travel. */
export function numberAt(walk: WalkData, quantity: string, ref: Ref): number | null {
  const array = numbersOf(walk, quantity, ref.layer, ref.parameter);
  return array?.data[placeOf(array.shape, ref.index)] ?? null;
}

export interface Spread {
  readonly least: number;
  readonly greatest: number;
  /** √Σ value². */
  readonly norm: number;
  readonly finite: boolean;
}

/** Least, greatest and norm of an array. */
export function spread({ data }: FrameArray): Spread {
  let [least, greatest, squares, finite] = [Infinity, -Infinity, 0, true];
  for (const value of data) {
    if (!Number.isFinite(value)) {
      finite = false;
      continue;
    }
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    squares += value * value;
  }
  return { least, greatest, norm: Math.sqrt(squares), finite };
}

/** The greatest size in an array. */
export function largestOf(array: FrameArray | undefined): number {
  if (array === undefined || array.data.length === 0) return 0;
  const { least, greatest } = spread(array);
  return Math.max(0, Math.abs(least), Math.abs(greatest));
}

/** The scale that a quantity is drawn on, and what else shares it. */
export function scaleName(quantity: string): string {
  return Object.keys(SCALES).find((name) => SCALES[name]?.includes(quantity)) ?? quantity;
}

const known = new WeakMap<WalkData, Map<string, number>>();

/** The end of a quantity's scale: the greatest size in the whole network. 1 where all is 0. */
export function limitOf(walk: WalkData, quantity: string): number {
  const limits = known.get(walk) ?? new Map<string, number>();
  known.set(walk, limits);
  const scale = scaleName(quantity);
  let limit = limits.get(scale);
  if (limit === undefined) {
    limit = 0;
    const members = SCALES[scale] ?? [quantity];
    for (const [name, array] of walk.arrays) {
      const [own = '', where = ''] = name.split(':');
      // The inputs have scales of their own: pixels and features are no activations.
      if (members.includes(own) && where !== INPUT) limit = Math.max(limit, largestOf(array));
    }
    limit = Number.isFinite(limit) && limit > 0 ? limit : 1;
    limits.set(scale, limit);
  }
  return limit;
}

/** A number of the walk as a key, for what is lit. */
export function keyOf({ layer, parameter, index }: Ref): string {
  return `${layer}.${parameter}[${index.join(',')}]`;
}

/** A place as people count it, here and in the formulas: units, channels, rows and columns from 1. */
const counted = (index: readonly number[]): string => index.map((at) => count(at + 1)).join(', ');

/** A number's place in words; the first weight is `kernel [1, 1] of hidden`. */
export function wordsOf({ layer, parameter, index }: Ref): string {
  if (parameter !== '') return `${parameter} [${counted(index)}] of ${layer}`;
  if (index.length < 2)
    return layer === INPUT ? `input ${counted(index)}` : `unit ${counted(index)} of ${layer}`;
  const channel = index.length > 2 ? `, channel ${counted(index.slice(2))}` : '';
  return `pixel (${counted(index.slice(0, 2))})${channel} of ${layer}`;
}

/** The arithmetic that a unit or an entry has, in the order of the walk. */
export function arithmeticOf(walk: WalkData, ref: Ref): readonly Target['phase'][] {
  const { values } = walk;
  if (ref.parameter !== '') return ['gradient', 'update'];
  if (ref.layer === INPUT) return ['a', 'da'];
  const isOutput = ref.layer === outputOf(values);
  const hasDa = !isOutput || walk.arrays.has(`da:${ref.layer}`);
  return ['z', 'a', ...(isOutput ? (['loss'] as const) : []), ...(hasDa ? (['da'] as const) : []), 'dz'];
}

export interface Mover {
  readonly ref: Ref;
  /** ∂L/∂w · Δw, of one number or summed over those that belong to a unit. */
  readonly value: number | null;
}

/** The units that move the loss most: each with its weights and its bias, the largest first. */
export function movingUnits({ values, arrays }: WalkData, most: number): Mover[] {
  const all = values.layers.flatMap(({ layer }) =>
    [...(arrays.get(`units:${layer}`)?.data ?? [])].map((value, unit) => ({
      ref: { layer, parameter: '', index: [unit] },
      value,
    })),
  );
  const moving = all.filter(({ value }) => value !== 0);
  return moving.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, most);
}

/** A sentence without the marks around names. */
export function plainly(sentence: string): string {
  return sentence.replaceAll('`', '');
}

/** The trained arrays of a layer. */
export function trained(layer: WalkLayer | undefined): readonly WalkParameter[] {
  return layer?.parameters.filter(({ trainable }) => trainable) ?? [];
}

/** With what was walked, in words, and what its numbers are. */
export function subjectWords({ values, arrays }: WalkData): string {
  const { update_of, samples, row } = values;
  if (update_of === 'sample') return 'one sample, as if the network were trained on it alone';
  if (row === null) return `the next batch, the mean over its ${count(samples)} samples`;
  const id = arrays.get('ids')?.data[row];
  return `sample ${count(row)} of the next batch${id === undefined ? '' : `, training sample ${count(id)}`}`;
}
