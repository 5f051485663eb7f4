/** Colors that carry meaning, from the one palette table: lookup tables for maps, colors of classes and signs. */

import type { Theme } from '../core/view';
import { PALETTES } from '../protocol/palette';

export type Rgb = readonly [number, number, number];

export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export function css([r, g, b]: Rgb, alpha = 1): string {
  return alpha === 1 ? `rgb(${r} ${g} ${b})` : `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** The color of a value from −1 to 1; what lies beyond takes the end's. */
export function signColor(value: number, theme: Theme): Rgb {
  const stops = PALETTES[theme].sign;
  const place = ((Math.min(1, Math.max(-1, value)) + 1) / 2) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  const low = rgb(stops[index] ?? '#000000');
  const high = rgb(stops[index + 1] ?? '#000000');
  const share = place - index;
  const mix = (a: number, b: number) => Math.round(a + (b - a) * share);
  return [mix(low[0], high[0]), mix(low[1], high[1]), mix(low[2], high[2])];
}

/** How a class is drawn. Two classes take the ends of the sign scale, as their boundary does. */
export function classColor(label: number, classes: number, theme: Theme): Rgb {
  if (classes <= 2) return signColor(label === 0 ? -1 : 1, theme);
  const colors = PALETTES[theme].classes;
  return rgb(colors[label % colors.length] ?? '#888888');
}

const tables = new Map<Theme, Uint32Array>();

/** The sign scale as 256 pixels (RGBA in memory order): entry 0 is −1, 255 is +1. */
export function signTable(theme: Theme): Uint32Array {
  let table = tables.get(theme);
  if (table === undefined) {
    table = new Uint32Array(256);
    for (let i = 0; i < 256; i++) table[i] = pixel(signColor((2 * i) / 255 - 1, theme));
    tables.set(theme, table);
  }
  return table;
}

/** A color as one little-endian RGBA pixel. */
export function pixel([r, g, b]: Rgb, alpha = 255): number {
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** Black or white, whichever is read better on a color (WCAG 2.2, relative luminance). */
export function inkOn(color: Rgb): string {
  const [r = 0, g = 0, b = 0] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000000' : '#ffffff';
}

/** Between two colors. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (x: number, y: number) => Math.round(x + (y - x) * share);
  return [at(a[0], b[0]), at(a[1], b[1]), at(a[2], b[2])];
}
