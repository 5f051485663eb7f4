/** The color scale of a landscape with its ends and its middle printed. */

import { useCallback } from 'react';

import { digits } from '../../core/numbers';
import { css } from '../../draw/colors';
import { lossAtShade, lossColor, type Surface } from '../../draw/landscape';
import { Canvas, type Paint } from '../Canvas';

export function LossScale({ surface, logarithmic }: { surface: Surface; logarithmic: boolean }) {
  const paint: Paint = useCallback((context, width, height) => {
    for (let x = 0; x < width; x++) {
      context.fillStyle = css(lossColor(x / (width - 1)));
      context.fillRect(x, 0, 1, height);
    }
  }, []);
  const at = (place: number) => digits(lossAtShade(surface, logarithmic, place));
  return (
    <div className="pr-2 pl-9 text-[11px] text-muted tabular-nums" data-testid="landscape-scale">
      <Canvas
        paint={paint}
        className="block h-2 w-full rounded-sm"
        label={`Color scale of the loss, ${logarithmic ? 'logarithmic' : 'linear'}`}
      />
      <div className="flex justify-between">
        <span>{at(0)}</span>
        <span>
          {at(0.5)}
          {logarithmic ? ' · log scale' : ''}
        </span>
        <span>{at(1)}</span>
      </div>
    </div>
  );
}
