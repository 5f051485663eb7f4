/** The routes of the library. */

import { ask } from '../../core/api';
import { type LibraryQuery, libraryPath } from '../../core/library';
import type {
  Comparison,
  LossRange,
  RunDescription,
  RunEntry,
  RunPage,
  RunVersion,
  TagCount,
} from '../../protocol/messages';

const run = (id: string) => `runs/${encodeURIComponent(id)}`;
const chosen = (ids: readonly string[]) => ids.map((id) => `run=${encodeURIComponent(id)}`).join('&');

export const libraryApi = {
  page: (query: LibraryQuery, page: number) => ask<RunPage>('GET', libraryPath(query, page)),
  tags: () => ask<TagCount[]>('GET', 'library/tags'),
  describe: (id: string, changes: RunDescription) => ask<RunEntry>('PATCH', run(id), changes),
  hide: (id: string) => ask<unknown>('POST', `${run(id)}/hide`),
  restore: (id: string) => ask<unknown>('POST', `${run(id)}/restore`),
  /** For good. */
  remove: (id: string) => ask<unknown>('DELETE', run(id)),
  versions: (id: string) => ask<RunVersion[]>('GET', `${run(id)}/versions`),
  losses: (id: string) => ask<LossRange>('GET', `${run(id)}/losses`),
  compare: (ids: readonly string[]) => ask<Comparison>('GET', `compare?${chosen(ids)}`),
};

/** The address of a comparison as a file. */
export function comparisonFile(ids: readonly string[], form: 'csv' | 'losses' | 'markdown'): string {
  return `api/compare/${form}?${chosen(ids)}`;
}
