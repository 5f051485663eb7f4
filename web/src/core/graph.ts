/**
 * The network as a graph: which layer reads which, and edits that keep every wire right.
 *
 * Layers stand in a list, each after all that it reads. `inputs: null` reads the layer before. An edit writes the list
 * anew: in an order that the wires allow, as close to the order before as can be, and with null wherever it says the same.
 */

import type { Layer } from '../protocol/messages';

/** The name under which layers read the data. */
export const INPUT = 'input';

/** One layer reads another, or the input. */
export interface Wire {
  readonly from: string;
  readonly to: string;
}

/** The layers after an edit, or the sentence that says why it cannot be. */
export type Edited = { readonly layers: readonly Layer[] } | { readonly problem: string };

/** Layers that read several others; all the rest read one. */
const MERGING: ReadonlySet<string> = new Set(['add', 'concatenate']);

export function isMerging(layer: { readonly kind: string }): boolean {
  return MERGING.has(layer.kind);
}

/** What each layer reads, defaults filled in. */
export function readsOf(layers: readonly Layer[]): (readonly string[])[] {
  return layers.map(({ inputs }, index) => inputs ?? [layers[index - 1]?.id ?? INPUT]);
}

/** Every wire, in the order of the layers that read. */
export function wiresOf(layers: readonly Layer[]): Wire[] {
  return readsOf(layers).flatMap((reads, index) =>
    [...new Set(reads)].map((from) => ({ from, to: layers[index]?.id ?? '' })),
  );
}

/** A layer of its own on a wire: it reads what stood before, and is read in its place. */
export function insertOn(layers: readonly Layer[], layer: Layer, wire: Wire): readonly Layer[] {
  const plain = explicit(layers);
  const at = plain.findIndex(({ id }) => id === wire.to);
  if (at < 0) return layers;
  const rewired = plain.map((other) =>
    other.id === wire.to ? reading(other, replaced(other.inputs, wire.from, [layer.id])) : other,
  );
  return written([...rewired.slice(0, at), reading(layer, [wire.from]), ...rewired.slice(at)]) ?? layers;
}

/** A layer after another (or after the input): all that read the other read it instead. */
export function insertAfter(layers: readonly Layer[], layer: Layer, after: string): readonly Layer[] {
  const plain = explicit(layers);
  const at = plain.findIndex(({ id }) => id === after);
  if (at < 0 && after !== INPUT) return layers;
  const rewired = plain.map((other) => reading(other, replaced(other.inputs, after, [layer.id])));
  return written([...rewired.slice(0, at + 1), reading(layer, [after]), ...rewired.slice(at + 1)]) ?? layers;
}

/** The network without a layer; what read it reads what it read. */
export function remove(layers: readonly Layer[], id: string): readonly Layer[] {
  return written(detached(explicit(layers), id)) ?? layers;
}

/** A copy after its model. The copy of a merging layer merges its model with what that had skipped to. */
export function duplicate(layers: readonly Layer[], id: string, copyId: string): readonly Layer[] {
  const plain = explicit(layers);
  const model = plain.find((layer) => layer.id === id);
  if (!model) return layers;
  const copied = insertAfter(layers, { ...model, id: copyId }, id);
  if (!isMerging(model) || model.inputs.length < 2) return copied;
  const others = model.inputs.filter((read) => read !== mainOf(plain, model.inputs));
  const whole = explicit(copied).map((layer) =>
    layer.id === copyId ? reading(layer, [id, ...others]) : layer,
  );
  return written(whole) ?? copied;
}

/** A layer reads another: a merging one also, any other instead of what it read. */
export function connect(layers: readonly Layer[], { from, to }: Wire): Edited {
  const plain = explicit(layers);
  const reader = plain.find((layer) => layer.id === to);
  if (!reader) return { problem: 'The input reads nothing: it is the data.' };
  if (from === to) return { problem: `${to} cannot read itself: values flow from the input to the output.` };
  if (reader.inputs.includes(from)) return { problem: `${to} reads ${from} already.` };
  const inputs = isMerging(reader) ? [...reader.inputs, from] : [from];
  const ordered = written(plain.map((layer) => (layer.id === to ? reading(layer, inputs) : layer)));
  if (ordered === null) {
    return {
      problem: `${from} comes after ${to}: a wire back would make a circle. Values flow one way, from the input to the output.`,
    };
  }
  return { layers: ordered };
}

/** Take a wire away. A layer that reads one thing keeps it until it gets another. */
export function disconnect(layers: readonly Layer[], { from, to }: Wire): Edited {
  const plain = explicit(layers);
  const reader = plain.find((layer) => layer.id === to);
  if (!reader?.inputs.includes(from)) return { layers };
  if (reader.inputs.length < 2)
    return { problem: `${to} must read something: connect it to another layer instead.` };
  const inputs = reader.inputs.filter((read) => read !== from);
  return { layers: written(plain.map((l) => (l.id === to ? reading(l, inputs) : l))) ?? layers };
}

/** A layer leaves its place, which closes behind it, and stands on a wire. */
export function moveOnto(layers: readonly Layer[], id: string, wire: Wire): Edited {
  if (wire.from === id || wire.to === id) return { layers };
  return moved(layers, id, (rest, layer) => insertOn(rest, layer, wire));
}

/** A layer leaves its place, which closes behind it, and stands after another. */
export function moveAfter(layers: readonly Layer[], id: string, after: string): Edited {
  if (after === id) return { layers };
  return moved(layers, id, (rest, layer) => insertAfter(rest, layer, after));
}

/** One place towards the input (`up`) or the output; what cannot move stays. */
export function moveStep(layers: readonly Layer[], id: string, direction: 'up' | 'down'): Edited {
  const plain = explicit(layers);
  const layer = plain.find((other) => other.id === id);
  if (!layer) return { layers };
  if (direction === 'down') {
    const reader = plain.find(({ inputs }) => inputs.includes(id));
    return reader ? moveAfter(layers, id, reader.id) : { problem: `${id} stands at the output already.` };
  }
  const before = plain.find((other) => other.id === mainOf(plain, layer.inputs));
  if (!before) return { problem: `${id} stands at the input already.` };
  return moveOnto(layers, id, { from: mainOf(plain, before.inputs), to: before.id });
}

/** A layer under another name, which all that read it use. */
export function rename(layers: readonly Layer[], id: string, name: string): readonly Layer[] {
  return layers.map((layer) => ({
    ...layer,
    id: layer.id === id ? name : layer.id,
    inputs: layer.inputs && replaced(layer.inputs, id, [name]),
  }));
}

// --- inside -------------------------------------------------------------------------------------

type Plain = Layer & { readonly inputs: readonly string[] };

function explicit(layers: readonly Layer[]): Plain[] {
  const reads = readsOf(layers);
  return layers.map((layer, index) => reading(layer, reads[index] ?? []));
}

function reading(layer: Layer, inputs: readonly string[]): Plain {
  return { ...layer, inputs };
}

function replaced(ids: readonly string[], id: string, heirs: readonly string[]): string[] {
  return [...new Set(ids.flatMap((read) => (read === id ? heirs : [read])))];
}

/** Of what a layer reads, what stands last in the network: the trunk rather than a shortcut. */
function mainOf(layers: readonly Layer[], inputs: readonly string[]): string {
  return layers.findLast(({ id }) => inputs.includes(id))?.id ?? inputs[0] ?? INPUT;
}

/** Without a layer. A merging reader inherits all that it read, any other the trunk. */
function detached(layers: readonly Plain[], id: string): Plain[] {
  const gone = layers.find((layer) => layer.id === id);
  if (!gone) return [...layers];
  const main = mainOf(layers, gone.inputs);
  return layers
    .filter((layer) => layer !== gone)
    .map((layer) => reading(layer, replaced(layer.inputs, id, isMerging(layer) ? gone.inputs : [main])));
}

function moved(
  layers: readonly Layer[],
  id: string,
  place: (rest: readonly Layer[], layer: Layer) => readonly Layer[],
): Edited {
  const plain = explicit(layers);
  const layer = plain.find((other) => other.id === id);
  const rest = written(detached(plain, id));
  if (!layer || rest === null) return { layers };
  const others = layer.inputs.filter((read) => read !== mainOf(plain, layer.inputs));
  const alone = place(rest, layer);
  if (!alone.some((other) => other.id === id)) return { layers };
  if (others.length === 0) return { layers: alone };
  const placed = explicit(alone);
  const merged = written(
    placed.map((other) =>
      other.id === id ? reading(other, [...new Set([...other.inputs, ...others])]) : other,
    ),
  );
  return merged === null
    ? {
        problem: `${id} also reads ${others.join(', ')}, which comes after this place: that would be a circle.`,
      }
    : { layers: merged };
}

/** Layers in an order that their wires allow, null where it says the same; null where they form a circle. */
function written(layers: readonly Plain[]): readonly Layer[] | null {
  const waiting = [...layers];
  const known = new Set(layers.map(({ id }) => id));
  const placed = new Set<string>([INPUT]);
  const ordered: Plain[] = [];
  while (waiting.length > 0) {
    // What does not exist is waited for by nobody: the check says so.
    const at = waiting.findIndex(({ inputs }) => inputs.every((id) => placed.has(id) || !known.has(id)));
    const [next] = at < 0 ? [] : waiting.splice(at, 1);
    if (!next) return null;
    placed.add(next.id);
    ordered.push(next);
  }
  return ordered.map((layer, index): Layer => {
    const [only, ...more] = layer.inputs;
    const before = ordered[index - 1]?.id ?? INPUT;
    return more.length === 0 && only === before ? { ...layer, inputs: null } : layer;
  });
}
