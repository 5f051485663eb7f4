import { expect, test } from 'vitest';

import { PAGE_NAMES } from '../../core/guide';
import { page } from './pages';

test.each(PAGE_NAMES)('%s says in two sentences what is seen, and then more', (name) => {
  const { title, seeing, more } = page(name);
  expect(title).not.toBe('');
  expect(seeing.match(/[.?!](?= |$)/g)).toHaveLength(2);
  expect(more).toMatch(/^## /);
});
