import { expect, it } from 'vitest';

import { PALETTES } from '../protocol/palette';
import { classColor, inkOn, pixel, rgb, signColor, signTable } from './colors';

it('reads the ends and the middle of the sign scale from the palette', () => {
  const stops = PALETTES.light.sign;
  expect(signColor(-1, 'light')).toEqual(rgb(stops[0] ?? ''));
  expect(signColor(0, 'light')).toEqual(rgb(stops[(stops.length - 1) / 2] ?? ''));
  expect(signColor(7, 'light')).toEqual(rgb(stops.at(-1) ?? ''));
});

it('has a table whose entries are the scale, in memory order', () => {
  const table = signTable('dark');
  expect(table).toHaveLength(256);
  expect(table[0]).toBe(pixel(signColor(-1, 'dark')));
  expect(table[255]).toBe(pixel(signColor(1, 'dark')));
  expect(new Uint8Array(Uint32Array.of(pixel([1, 2, 3])).buffer)).toEqual(Uint8Array.of(1, 2, 3, 255));
});

it('writes on every color what is read on it', () => {
  expect([inkOn([255, 255, 255]), inkOn([40, 109, 174]), inkOn([255, 200, 60])]).toEqual([
    '#000000',
    '#ffffff',
    '#000000',
  ]);
});

it('draws two classes as the ends of the sign scale', () => {
  expect(classColor(0, 2, 'dark')).toEqual(signColor(-1, 'dark'));
  expect(classColor(1, 3, 'dark')).toEqual(rgb(PALETTES.dark.classes[1] ?? ''));
});
