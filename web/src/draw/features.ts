/** The input features of points in the plane, as maps and as words. */

import type { Feature } from '../protocol/messages';
import { signTable } from './colors';
import type { Theme } from '../core/view';

export const FEATURES: readonly Feature[] = ['x', 'y', 'x^2', 'y^2', 'xy', 'sin x', 'sin y'];

export function featureName(feature: string): string {
  return feature.replace('^2', '²');
}

const DOMAIN = 6;

const FUNCTIONS: Readonly<Record<Feature, (x: number, y: number) => number>> = {
  x: (x) => x / DOMAIN,
  y: (_, y) => y / DOMAIN,
  'x^2': (x) => (x / DOMAIN) ** 2,
  'y^2': (_, y) => (y / DOMAIN) ** 2,
  xy: (x, y) => (x * y) / DOMAIN ** 2,
  'sin x': (x) => Math.sin(x),
  'sin y': (_, y) => Math.sin(y),
};

/** The map of a feature over [−6, 6]², each scaled to its own greatest value. */
export function fillFeature(pixels: Uint32Array, size: number, feature: Feature, theme: Theme): void {
  const colors = signTable(theme);
  const value = FUNCTIONS[feature];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = DOMAIN * ((2 * column) / (size - 1) - 1);
      const y = DOMAIN * (1 - (2 * row) / (size - 1));
      pixels[row * size + column] = colors[Math.round((value(x, y) + 1) * 127.5)] ?? 0;
    }
  }
}
