/** What helps a training whose loss is no longer finite. */

import type { Spec } from '../protocol/messages';
import { setAt } from './json';
import { digits } from './numbers';

export interface Remedy {
  readonly title: string;
  readonly apply: (spec: Spec) => Spec;
}

/** A tenth of the learning rate, or a bound on the gradient; not one that is set already. */
export function remedies({ training }: Spec): Remedy[] {
  const rate = Number((training.optimizer.learning_rate / 10).toPrecision(3));
  const found: Remedy[] = [
    {
      title: `Try learning rate ${digits(rate, 2)}`,
      apply: (spec) => setAt(spec, ['training', 'optimizer', 'learning_rate'], rate),
    },
  ];
  if (training.clip_norm === null || training.clip_norm > 1) {
    found.push({
      title: "Clip the gradient's norm at 1",
      apply: (spec) => setAt(spec, ['training', 'clip_norm'], 1),
    });
  }
  return found;
}

/**
 * Whether the last good state is worth going on from: its loss is finite and not worse than that of the first weights.
 * Weights that have grown beyond sense are no start for smaller steps.
 */
export function isWorthKeeping(firstLoss: number | undefined, loss: number | null | undefined): boolean {
  if (loss == null || !Number.isFinite(loss)) return false;
  return firstLoss === undefined || !Number.isFinite(firstLoss) || loss <= firstLoss;
}
