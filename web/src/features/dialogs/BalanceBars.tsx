/** How many samples of each class there are. */

import { count } from '../../core/numbers';
import type { ClassBalance } from '../../protocol/messages';

export function BalanceBars({ name, balance }: { name: string; balance: readonly ClassBalance[] }) {
  const most = Math.max(1, ...balance.map((entry) => entry.train + entry.validation));
  if (balance.length === 0) return null;
  return (
    <div>
      <p className="mb-1 text-muted">Classes of {name}</p>
      <ul className="grid gap-1" data-testid="balance">
        {balance.slice(0, 12).map((entry) => (
          <li key={entry.name} className="grid grid-cols-[minmax(0,120px)_1fr_64px] items-center gap-2">
            <span className="truncate">{entry.name}</span>
            <span className="h-2 rounded-sm bg-raised">
              <span
                className="block h-full rounded-sm bg-line-strong"
                style={{ width: `${(100 * (entry.train + entry.validation)) / most}%` }}
              />
            </span>
            <span className="text-right text-muted tabular-nums">
              {count(entry.train + entry.validation)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
