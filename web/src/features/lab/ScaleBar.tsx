/** What the shades stand for: the scale with its values, and how it is spaced. */

import { useCallback } from 'react';

import { digits } from '../../core/numbers';
import { css } from '../../draw/colors';
import { labelsOf, shade } from '../../draw/labScale';
import { LAB_FONT, tick } from '../../draw/labMap';
import { usePlotStyle } from '../Canvas';
import { scaleOfGrid, useLab } from './lab';
import { LabCanvas, type LabPaint } from './LabCanvas';

const LABEL_PX = 52;
const MARGIN_PX = 24;

export function ScaleBar() {
  const style = usePlotStyle();
  const grid = useLab((state) => state.grid);
  const scale = grid === null ? null : scaleOfGrid(grid);
  const paint: LabPaint = useCallback(
    (context, { width }) => {
      context.clearRect(0, 0, width, 40);
      if (scale === null) return;
      const length = width - 2 * MARGIN_PX;
      for (let x = 0; x < length; x++) {
        context.fillStyle = css(shade(x / length, style.theme));
        context.fillRect(MARGIN_PX + x, 1, 1.5, 9);
      }
      context.strokeStyle = style.line;
      context.strokeRect(MARGIN_PX + 0.5, 0.5, length, 10);
      context.strokeStyle = style.muted;
      context.fillStyle = style.muted;
      context.font = LAB_FONT;
      context.textAlign = 'center';
      context.textBaseline = 'top';
      for (const { value, share } of labelsOf(scale, Math.floor(length / LABEL_PX))) {
        const x = MARGIN_PX + share * length;
        context.beginPath();
        context.moveTo(x, 7);
        context.lineTo(x, 13);
        context.stroke();
        context.fillText(tick(Number(value.toPrecision(3))), x, 15);
      }
    },
    [scale, style],
  );
  if (grid === null || scale === null) return null;
  return (
    <div className="grid gap-0.5">
      <LabCanvas
        still
        paint={paint}
        className="block h-7 w-full"
        label={`The shades stand for f from ${digits(scale.low)} to ${digits(scale.high)}. ${scale.sentence}`}
      />
      <p className="text-[12px] text-muted" data-testid="lab-scale">
        <i>f</i>: {scale.sentence} Lines: {scale.levels.length} levels. {minimaWords(grid.part.minima)}{' '}
        {grid.part.note && <span className="text-warn">{grid.part.note} It is hatched.</span>}
      </p>
    </div>
  );
}

function minimaWords(minima: readonly { readonly found: boolean }[]): string {
  if (minima.length === 0) return 'No minimum is known here.';
  const found = minima.some((minimum) => minimum.found);
  const ring = minima.length === 1 ? '⊕ is the minimum' : `⊕ are the ${minima.length} minima`;
  return `${ring}${found ? ', found by a search' : ''}.`;
}
