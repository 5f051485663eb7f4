/** The colors of racers: those of classes, the ones that stand out most first. */

import type { Theme } from '../core/view';
import { PALETTES } from '../protocol/palette';
import { type Rgb, rgb } from './colors';

const ORDER = [0, 2, 6, 4, 1, 5, 9, 8] as const;

export function racerColor(color: number, theme: Theme): Rgb {
  const { classes } = PALETTES[theme];
  return rgb(classes[ORDER[color % ORDER.length] ?? 0] ?? '#888888');
}
