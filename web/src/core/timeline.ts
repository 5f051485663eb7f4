/** The whole run in columns, as it last came. */

import type { Frame, Values } from '../protocol/frames';
import type { Flag } from '../protocol/messages';

export interface TimelineData {
  /** Counts up with every change, so that a reader sees that the arrays are new. */
  readonly version: number;
  readonly steps: number;
  readonly saved: number;
  readonly stepsPerColumn: number;
  readonly flags: readonly Flag[];
  /** Loss of the updates of each column, least and greatest. */
  readonly low: Values;
  readonly high: Values;
  readonly evaluations: {
    readonly step: Values;
    readonly trainLoss: Values;
    readonly validationLoss: Values;
    readonly trainScore: Values;
    readonly validationScore: Values;
  };
}

const NONE = new Float32Array();

export const emptyTimeline: TimelineData = {
  version: 0,
  steps: 0,
  saved: 0,
  stepsPerColumn: 1,
  flags: [],
  low: NONE,
  high: NONE,
  evaluations: { step: NONE, trainLoss: NONE, validationLoss: NONE, trainScore: NONE, validationScore: NONE },
};

export function readTimeline(frame: Frame, version: number): TimelineData | null {
  const { message, arrays } = frame;
  if (message.kind !== 'timeline') return null;
  const data = (name: string) => arrays.get(name)?.data ?? NONE;
  return {
    version,
    steps: message.steps,
    saved: message.saved,
    stepsPerColumn: message.steps_per_column,
    flags: message.flags,
    low: data('loss_low'),
    high: data('loss_high'),
    evaluations: {
      step: data('evaluation_step'),
      trainLoss: data('train_loss'),
      validationLoss: data('validation_loss'),
      trainScore: data('train_score'),
      validationScore: data('validation_score'),
    },
  };
}
