/** The sign scale of a layer's maps with its ends printed. */

import { useCallback } from 'react';

import { digits } from '../../core/numbers';
import { css, signColor } from '../../draw/colors';
import type { Maps } from '../../draw/tilesOfLayer';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useNumbers } from '../studio';

/** The greatest limit of the units that are shown, and whether they share it. */
export function useLimit(layer: string, maps: Maps): { limit: number | null; shared: boolean } {
  const text = useNumbers(({ drawable }) => {
    const limits = drawable?.arrays.get(`limits:${maps}:${layer}`);
    if (limits === undefined) return '';
    let [least, most] = [Infinity, 0];
    for (const limit of limits.data) [least, most] = [Math.min(least, limit), Math.max(most, limit)];
    return `${most} ${least === most ? 1 : 0}`;
  });
  const [limit, shared] = text.split(' ');
  return { limit: text === '' ? null : Number(limit), shared: shared === '1' };
}

export function ScaleBar({ layer, maps }: { layer: string; maps: Maps }) {
  const { limit, shared } = useLimit(layer, maps);
  if (limit !== null && !shared)
    return <ScaleStrip low="negative" high="positive" note="each unit by its own limit" />;
  return <ScaleStrip low={digits(limit && -limit)} high={digits(limit)} />;
}

/** Orange, gray, blue: from one end to the other, zero in the middle. */
export function ScaleStrip({ low, high, note = '' }: { low: string; high: string; note?: string }) {
  const { theme } = usePlotStyle();
  const paint: Paint = useCallback(
    (context, width, height) => {
      for (let x = 0; x < width; x++) {
        context.fillStyle = css(signColor((2 * x) / width - 1, theme));
        context.fillRect(x, 0, 1, height);
      }
    },
    [theme],
  );
  return (
    <div className="flex items-center gap-2 text-[12px] text-muted tabular-nums" data-testid="scale">
      <span className="whitespace-nowrap">{low}</span>
      <Canvas
        paint={paint}
        className="h-2 w-32 min-w-8 shrink rounded-sm"
        label="Color scale from negative (orange) over zero (gray) to positive (blue)"
      />
      <span className="whitespace-nowrap">{high}</span>
      {note && <span>· {note}</span>}
    </div>
  );
}
