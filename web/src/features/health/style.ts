/** The colors of charts: those of the page, its accent, and one for each of many lines. */

import { css, rgb } from '../../draw/colors';
import type { PlotStyle } from '../../draw/plotFrame';
import { PALETTES } from '../../protocol/palette';
import { usePlotStyle } from '../Canvas';

export interface ChartStyle extends PlotStyle {
  readonly accent: string;
}

const CHARTS: Readonly<Record<PlotStyle['theme'], Pick<ChartStyle, 'accent'>>> = {
  light: { accent: '#0a7a55' },
  dark: { accent: '#3ddc97' },
};
const styles = new Map<PlotStyle, ChartStyle>();

/** The same object as long as the theme is. */
export function useChartStyle(): ChartStyle {
  const style = usePlotStyle();
  const known = styles.get(style);
  if (known !== undefined) return known;
  const made = { ...style, ...CHARTS[style.theme] };
  styles.set(style, made);
  return made;
}

export interface LineLook {
  readonly color: string;
  /** Color is not the only difference. */
  readonly dash: readonly number[];
}

const DASHES = [[], [6, 3], [2, 3]] as const;

/** How the n-th of many lines is drawn. */
export function lineLook(at: number, theme: PlotStyle['theme']): LineLook {
  const { classes } = PALETTES[theme];
  return {
    color: css(rgb(classes[at % classes.length] ?? '#888888')),
    dash: DASHES[(at + Math.floor(at / classes.length)) % DASHES.length] ?? [],
  };
}
