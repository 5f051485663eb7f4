/** What colors and widths mean at a stop, with the ends of their scales. */

import { digits } from '../../core/numbers';
import { limitOf, scaleName } from '../../core/walk';
import type { WalkScene } from '../../core/walkScene';
import type { WalkData } from '../../core/walkState';
import { css, signColor } from '../../draw/colors';
import { FULL_WIDTH } from '../../draw/edges';
import { inputLimit } from '../../draw/walkNetwork';
import { usePlotStyle } from '../Canvas';

export function WalkLegend({ walk, scene }: { walk: WalkData; scene: WalkScene }) {
  const { theme, muted } = usePlotStyle();
  const shows = [...scene.units].filter(([, show]) => show.isLit || !show.isPale);
  const scales = new Map<string, number>();
  for (const [layer, show] of shows) {
    for (const quantity of [...show.quantities, ...show.ofBias]) {
      if (layer === 'input') scales.set('x', inputLimit(walk));
      else scales.set(scaleName(quantity), limitOf(walk, quantity));
    }
  }
  const edge = scene.flow.into[0] === undefined ? 'w' : (scene.edges.get(scene.flow.into[0]) ?? 'w');
  const stops = [-1, -0.5, 0, 0.5, 1].map((share) => css(signColor(share, theme)));
  return (
    <div
      className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[12px] text-muted tabular-nums"
      data-testid="walk-scale"
    >
      <span className="flex items-center gap-1.5">
        −
        <svg aria-hidden="true" width="60" height="10">
          {stops.map((color, at) => (
            <rect key={at} x={12 * at} width="12" height="10" fill={color} />
          ))}
        </svg>
        + units:{' '}
        {[...scales].map(([name, limit]) => `${name} ±${digits(limit, 2)}`).join(', ') || 'nothing yet'}
      </span>
      <span className="flex items-center gap-1.5">
        <svg aria-hidden="true" width="22" height="8">
          <path d="M0 4h22" strokeWidth={FULL_WIDTH} stroke={muted} />
        </svg>
        edges: |{scaleName(edge)}| {digits(limitOf(walk, edge), 2)}
      </span>
      {scene.flow.way !== 'none' && (
        <span>
          {scene.flow.way === 'forwards' ? '› forwards' : '‹ backwards: what flows back through each weight'}
        </span>
      )}
    </div>
  );
}
