/** The datasets that can be picked: the kinds of the schema, each with its defaults. */

import { complete, field, kinds, kindTitle, type Schema } from '../../core/schema';
import type { Bundled, Data } from '../../protocol/messages';

export interface DataChoice {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly data: Data;
}

/** Tables and drawn points come through dialogs of their own. */
const OWN = ['table', 'points'];

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

function whole(data: { kind: string; name?: string }, root: Schema): Data {
  const completed = complete(data, field(root, 'data', root), root) as Data;
  // Pixels are scaled already, as `netlapse.spec.data.bundled` says.
  if (completed.kind === 'bundled' && completed.name === 'digits')
    return { ...completed, standardize: false } satisfies Bundled;
  return completed;
}

export function choiceId(data: Data): string {
  return data.kind === 'bundled' ? `${data.kind}:${data.name}` : data.kind;
}
