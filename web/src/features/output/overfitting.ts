/** Whether the network knows its training part by heart: what the curves say, in a sentence. */

import { count, digits, percent } from '../../core/numbers';
import type { TimelineData } from '../../core/timeline';
import type { Evaluation } from '../../protocol/messages';

/** So much better the training part must be before it is said. */
const ACCURACY_GAP = 0.02;
/** So far above its least value the validation loss must have risen. */
const LOSS_RISE = 1.15;

/** A hint, or nothing where there is none to give. */
export function overfittingHint(
  { train, validation, step }: Evaluation,
  evaluations: TimelineData['evaluations'],
): string {
  if (validation?.loss == null || validation.accuracy === null || train.accuracy === null) return '';
  const gap = train.accuracy - validation.accuracy;
  if (gap < ACCURACY_GAP) return '';
  const remedy = 'More data, augmentation, dropout or a shorter training help.';
  const better = `The training part does better than the validation part: ${percent(train.accuracy)} against ${percent(validation.accuracy)} at step ${count(step)}`;
  const [least, at] = leastOf(evaluations);
  if (least !== null && validation.loss > LOSS_RISE * least)
    return `${better}, and the validation loss has risen from ${digits(least)} at step ${count(at)} to ${digits(validation.loss)}. The network over-fits: it learns its training samples by heart. ${remedy}`;
  return `${better}. The network may begin to over-fit. ${remedy}`;
}

function leastOf({ step, validationLoss }: TimelineData['evaluations']): [number | null, number] {
  let least: number | null = null;
  let at = 0;
  for (const [index, loss] of validationLoss.entries()) {
    if (!Number.isFinite(loss) || (least !== null && loss >= least)) continue;
    [least, at] = [loss, step[index] ?? 0];
  }
  return [least, at];
}
