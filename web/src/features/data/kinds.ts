/** The datasets that can be picked: the kinds of the schema, each with its defaults. */

import { complete, field, kinds, kindTitle, type Schema } from '../../core/schema';
import { TITLES } from '../../core/collections';
import type { Bundled, CollectionName, Data, Images } from '../../protocol/messages';

export interface DataChoice {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly data: Data;
}

export interface ImageChoice extends DataChoice {
  readonly data: Images;
}

/** What comes through dialogs of its own, and what stands apart. */
const OWN = ['table', 'points', 'own-images', 'images'];

export function dataChoices(root: Schema): DataChoice[] {
  if (root.properties === undefined) return [];
  return kinds(field(root, 'data', root), root)
    .filter(({ kind }) => !OWN.includes(kind))
    .flatMap(({ kind, schema }) => {
      const names = schema.properties?.['name']?.enum;
      if (names) {
        return names.map((name) => ({
          id: `${kind}:${name}`,
          title: kindTitle(name),
          help: `${kindTitle(name)}: ${schema.description?.split('\n')[0] ?? ''}`,
          data: whole({ kind, name }, root),
        }));
      }
      const title = kind === 'xor' ? 'XOR' : kindTitle(kind, schema);
      return [
        { id: kind, title, help: schema.description?.split('\n')[0] ?? '', data: whole({ kind }, root) },
      ];
    });
}

/** The named collections of images. */
export function imageChoices(root: Schema): ImageChoice[] {
  if (root.properties === undefined) return [];
  const schema = kinds(field(root, 'data', root), root).find(({ kind }) => kind === 'images')?.schema;
  const names = (schema?.properties?.['name']?.enum ?? []) as readonly CollectionName[];
  return names.map((name) => ({
    id: `images:${name}`,
    title: TITLES[name],
    help: `${TITLES[name]}, as images`,
    data: whole({ kind: 'images', name }, root) as Images,
  }));
}

/** What people call data. */
export function dataTitle(data: Data, root: Schema): string | null {
  switch (data.kind) {
    case 'images':
      return TITLES[data.name];
    case 'points':
      return 'Drawn points';
    case 'table':
      return 'Own table';
    case 'own-images':
      return 'Own images';
    default:
      return dataChoices(root).find(({ id }) => id === choiceId(data))?.title ?? null;
  }
}

function whole(data: { kind: string; name?: string }, root: Schema): Data {
  const completed = complete(data, field(root, 'data', root), root) as Data;
  // Pixels are scaled already, as `netlapse.spec.data.bundled` says.
  if (completed.kind === 'bundled' && completed.name === 'digits')
    return { ...completed, standardize: false } satisfies Bundled;
  return completed;
}

export function choiceId(data: Data): string {
  return data.kind === 'bundled' || data.kind === 'images' ? `${data.kind}:${data.name}` : data.kind;
}
