/** Layers, shapes and their groups in the words that people read. */

import type { Layer, LayerReport } from '../protocol/messages';
import { count, digits } from './numbers';
import { field, kinds, kindTitle, resolve, type Schema } from './schema';

export interface LayerKind {
  readonly kind: string;
  readonly schema: Schema;
}

/** The kinds of layers that the spec knows. */
export function layerKinds(root: Schema): LayerKind[] {
  if (root.properties === undefined) return [];
  const layers = field(field(root, 'network', root), 'layers', root);
  return layers.items ? kinds(resolve(layers.items, root), root) : [];
}

/** The kinds whose name, group or help has every word of a search. */
export function matching(members: readonly LayerKind[], query: string): LayerKind[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return members.filter(({ kind, schema }) => {
    const [help = ''] = (schema.description ?? '').split('\n');
    const text = `${kind} ${schema.title ?? kindTitle(kind)} ${groupOf(kind)} ${help}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What people call a kind of layer. */
export function layerTitle(root: Schema, kind: string): string {
  const schema = layerKinds(root).find((member) => member.kind === kind)?.schema;
  return schema?.title ?? kindTitle(kind);
}

const GROUPS: readonly { readonly title: string; readonly kinds: readonly string[] }[] = [
  { title: 'Convolution', kinds: ['conv2d', 'separable-conv2d'] },
  { title: 'Pooling', kinds: ['max-pool2d', 'average-pool2d', 'global-pool2d'] },
  { title: 'Core', kinds: ['dense', 'activation', 'flatten'] },
  { title: 'Normalize', kinds: ['batch-norm', 'layer-norm'] },
  { title: 'Regularize', kinds: ['dropout', 'spatial-dropout2d'] },
  { title: 'Merge', kinds: ['add', 'concatenate'] },
];

/** The kinds in groups; what belongs to none comes last. */
export function grouped(members: readonly LayerKind[]): { title: string; members: LayerKind[] }[] {
  const known = new Set(GROUPS.flatMap((group) => group.kinds));
  return [
    ...GROUPS.map((group) => ({
      title: group.title,
      members: group.kinds.flatMap((kind) => members.find((member) => member.kind === kind) ?? []),
    })),
    { title: 'More', members: members.filter(({ kind }) => !known.has(kind)) },
  ].filter((group) => group.members.length > 0);
}

export function groupOf(kind: string): string {
  return GROUPS.find((group) => group.kinds.includes(kind))?.title ?? 'More';
}

/** A shape: `28×28×8`; a dash where an error hides it. */
export function shapeWords(shape: readonly number[] | null | undefined): string {
  if (!shape) return '–';
  return shape.length === 0 ? '1' : shape.map(count).join('×');
}

/** A shape and how many values it holds: `5×5×16 = 400`. */
export function valuesWords(shape: readonly number[] | null | undefined): string {
  if (!shape || shape.length < 2) return shapeWords(shape);
  return `${shapeWords(shape)} = ${count(shape.reduce((product, size) => product * size, 1))}`;
}

/** Parameters in the room of a block: `1.2 M`. */
export function shortCount(value: number): string {
  if (value < 10_000) return count(value);
  return value < 1_000_000 ? `${digits(value / 1000)} k` : `${digits(value / 1_000_000)} M`;
}

/** What a report says of a layer: its shape, and its parameters where it has any. */
export function reportWords(report: Pick<LayerReport, 'output_shape' | 'parameters'>): string {
  const parameters = report.parameters > 0 ? ` · ${count(report.parameters)} parameters` : '';
  return `Gives ${shapeWords(report.output_shape)}${parameters}`;
}

/** The numbers that tell a layer from others of its kind: `8 units, tanh`; `16 filters, 3×3, relu`. */
export function summary(layer: Layer): string {
  const value = (name: string): unknown => (layer as unknown as Readonly<Record<string, unknown>>)[name];
  const words: string[] = [];
  for (const name of ['units', 'filters']) {
    const amount = value(name);
    if (typeof amount === 'number') words.push(`${count(amount)} ${amount === 1 ? name.slice(0, -1) : name}`);
  }
  for (const name of ['kernel_size', 'pool']) {
    const side = value(name);
    if (typeof side === 'number') words.push(`${side}×${side}`);
  }
  const named = (name: string, amount: string) => words.push(`${name} ${amount}`);
  const stride = value('stride');
  if (typeof stride === 'number' && stride > 1 && stride !== value('pool')) named('stride', count(stride));
  const mode = value('mode');
  if (typeof mode === 'string') words.push(mode);
  const rate = value('rate');
  if (typeof rate === 'number') named('rate', digits(rate, 2));
  const activation = value('activation');
  if (typeof activation === 'string' && (activation !== 'linear' || layer.kind === 'activation'))
    words.push(activation);
  return words.join(', ');
}
