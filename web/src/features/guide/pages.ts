/** The pages of the guide. The first paragraph of a page is what its panel's "What am I seeing?" says. */

import type { PageName } from '../../core/guide';

const FILES = import.meta.glob<string>('./pages/*.md', { eager: true, query: '?raw', import: 'default' });

export interface Page {
  readonly title: string;
  /** Two sentences. */
  readonly seeing: string;
  /** The rest, in Markdown. */
  readonly more: string;
}

export function page(name: PageName): Page {
  const text = FILES[`./pages/${name}.md`] ?? '';
  const [, title = '', seeing = '', more = ''] = /^# (.+)\n\n(.+)\n\n([^]*)$/.exec(text) ?? [];
  return { title, seeing, more };
}
