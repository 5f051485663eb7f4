/** Layers of a deep network that repeat one after the other: the diagram folds them into one block. */

import type { Layer } from '../protocol/messages';
import { readsOf, type Wire, wiresOf } from './graph';

/** The same few layers, several times in a row. */
export interface Repeat {
  /** Its layers, in order. */
  readonly ids: readonly string[];
  /** How many layers are repeated. */
  readonly period: number;
  readonly times: number;
}

/** A network with no more layers is shown whole. */
const SHORT = 16;
const LEAST_TIMES = 3;
const LONGEST_PERIOD = 12;

/**
 * The repeats of a network, from the input on; none in a short one. Layers repeat where they differ in nothing but
 * their names, and read what lies as far before them.
 */
export function repeatsOf(layers: readonly Layer[]): Repeat[] {
  if (layers.length <= SHORT) return [];
  const places = new Map(layers.map(({ id }, at) => [id, at]));
  const reads = readsOf(layers);
  const signs = layers.map((layer, at) =>
    JSON.stringify({ ...layer, id: '', inputs: reads[at]?.map((from) => at - (places.get(from) ?? -1)) }),
  );
  const repeats: Repeat[] = [];
  for (let start = 0; start < layers.length;) {
    const { period, times } = longest(signs, start);
    if (times >= LEAST_TIMES) {
      const ids = layers.slice(start, start + period * times).map(({ id }) => id);
      repeats.push({ ids, period, times });
      start += ids.length;
    } else start += 1;
  }
  return repeats;
}

/** The repeat from a place on that holds the most layers. */
function longest(signs: readonly string[], start: number): { period: number; times: number } {
  let best = { period: 1, times: 1 };
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    let end = start + period;
    while (end < signs.length && signs[end] === signs[end - period]) end++;
    const times = Math.floor((end - start) / period);
    if (times >= LEAST_TIMES && times * period > best.times * best.period) best = { period, times };
  }
  return best;
}

/** What is drawn of a network some of whose repeats are folded. */
export interface Folded {
  /** The blocks: layers, and for each folded repeat its last layer. */
  readonly ids: readonly string[];
  /** By the block that stands for it. */
  readonly repeats: ReadonlyMap<string, Repeat>;
  /** Of each layer of a folded repeat, the block that stands for it. */
  readonly hosts: ReadonlyMap<string, string>;
  /** One true wire for each line from block to block. */
  readonly wires: readonly Wire[];
}

/** Fold repeats; of the wires between two blocks one is drawn. */
export function fold(layers: readonly Layer[], folded: readonly Repeat[]): Folded {
  const hosts = new Map<string, string>();
  const repeats = new Map<string, Repeat>();
  for (const repeat of folded) {
    const host = repeat.ids.at(-1) ?? '';
    repeats.set(host, repeat);
    for (const id of repeat.ids) hosts.set(id, host);
  }
  const ids = layers.map(({ id }) => id).filter((id) => (hosts.get(id) ?? id) === id);
  const wires = new Map<string, Wire>();
  for (const wire of wiresOf(layers)) {
    const { from, to } = drawn(hosts, wire);
    const line = JSON.stringify([from, to]);
    if (from !== to && !wires.has(line)) wires.set(line, wire);
  }
  return { ids, repeats, hosts, wires: [...wires.values()] };
}

/** The blocks between which a wire is drawn. */
export function drawn(hosts: ReadonlyMap<string, string>, { from, to }: Wire): Wire {
  return { from: hosts.get(from) ?? from, to: hosts.get(to) ?? to };
}
