/** The three most probable classes as bars. */

import { percent } from '../../core/numbers';
import { css, signColor } from '../../draw/colors';
import { usePlotStyle } from '../Canvas';

/** What a network gives to each class: of a single output p, 1 − p and p. */
export function sharesOf(outputs: readonly number[]): number[] {
  const [p = 0] = outputs;
  return outputs.length === 1 ? [1 - p, p] : [...outputs];
}

export function TopThree({ shares, names }: { shares: readonly number[]; names: readonly string[] }) {
  const { theme } = usePlotStyle();
  const order = shares.map((share, label) => ({ share, label })).sort((a, b) => b.share - a.share);
  return (
    <ol className="grid gap-1" aria-label="The three most probable classes" data-testid="top-three">
      {order.slice(0, 3).map(({ share, label }, rank) => (
        <li
          key={rank}
          className={`grid grid-cols-[minmax(28px,auto)_minmax(0,1fr)_52px] items-center gap-2 ${rank === 0 ? 'font-semibold' : 'text-muted'}`}
        >
          <span className="truncate">{names[label] ?? label}</span>
          <span className="h-2 overflow-hidden rounded-sm bg-raised">
            <span
              className="block h-full"
              style={{ width: `${100 * share}%`, background: css(signColor(rank === 0 ? 1 : 0.4, theme)) }}
            />
          </span>
          <span className="text-right text-[12px] tabular-nums">{percent(share)}</span>
        </li>
      ))}
    </ol>
  );
}
