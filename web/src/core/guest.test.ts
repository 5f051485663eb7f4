import { afterEach, describe, expect, it, vi } from 'vitest';

import { apiAddress, isRefused, linkToken } from './guest';

const TOKEN = 'Ab-_'.repeat(10) + 'xyz';

function at(pathname: string): void {
  vi.stubGlobal('location', { pathname });
}

afterEach(() => vi.unstubAllGlobals());

describe('the page of a link', () => {
  it('is known by its address, also where the Studio lies in a folder', () => {
    for (const folder of ['', '/proxy/8765']) {
      at(`${folder}/s/${TOKEN}`);
      expect(linkToken()).toBe(TOKEN);
      expect(new URL(apiAddress('schema'), `http://host${location.pathname}`).pathname).toBe(
        `${folder}/api/schema`,
      );
    }
    for (const other of ['/', '/s/', `/s/${TOKEN}x`, `/s/${TOKEN}/`, `/t/${TOKEN}`]) {
      at(other);
      expect(linkToken()).toBeNull();
      expect(apiAddress('schema')).toBe('api/schema');
    }
  });

  it('asks about its run and for nothing else', () => {
    at(`/s/${TOKEN}`);
    const may = ['GET schema', 'GET runs/1', 'GET runs/1/losses?first_step=1', 'POST runs/1/looks'];
    const mayNot = [
      'GET runs',
      'GET runs?search=x',
      'GET tables',
      'POST runs',
      'DELETE runs/1',
      'PATCH runs/1',
    ];
    const refused = (call: string) => isRefused(...(call.split(' ') as [string, string]));
    expect(may.map(refused)).toEqual(may.map(() => false));
    expect(mayNot.map(refused)).toEqual(mayNot.map(() => true));
    at('/');
    expect(mayNot.map(refused)).toEqual(mayNot.map(() => false));
  });
});
