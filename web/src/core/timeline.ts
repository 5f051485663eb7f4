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
  /** Steps of keyframes: a look at one of them comes at once. */
  readonly keyframes: readonly number[];
  /** Step of the newest recorded vitals; null where there are none. */
  readonly vitals: number | null;
  /** Steps at which classes came to count otherwise: losses up to one and after it do not compare. */
  readonly reweighted: readonly number[];
  /** Loss of the updates of each column, least and greatest. */
  readonly low: Values;
  readonly high: Values;
  readonly evaluations: Evaluations;
}

/** Losses and scores of the evaluations, in the order of their steps. */
export interface Evaluations {
  readonly step: Values;
  readonly trainLoss: Values;
  readonly validationLoss: Values;
  readonly trainScore: Values;
  readonly validationScore: Values;
}

const NONE = new Float32Array();

export const emptyTimeline: TimelineData = {
  version: 0,
  steps: 0,
  saved: 0,
  stepsPerColumn: 1,
  flags: [],
  keyframes: [],
  vitals: null,
  reweighted: [],
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
    keyframes: message.keyframes,
    vitals: message.vitals,
    reweighted: message.reweighted,
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

/** The evaluations up to a step whose losses count classes as they count there. */
export function comparableUntil({ evaluations, reweighted }: TimelineData, step: number): Evaluations {
  const since = reweighted.findLast((each) => each <= step);
  const start = since === undefined ? 0 : placeAfter(evaluations, since);
  return cut(evaluations, start, placeAfter(evaluations, step));
}

/** The place of the first evaluation after a step. */
function placeAfter({ step: steps }: Evaluations, step: number): number {
  const place = steps.findIndex((each) => each > step);
  return place < 0 ? steps.length : place;
}

function cut(all: Evaluations, start: number, end: number): Evaluations {
  return {
    step: all.step.subarray(start, end),
    trainLoss: all.trainLoss.subarray(start, end),
    validationLoss: all.validationLoss.subarray(start, end),
    trainScore: all.trainScore.subarray(start, end),
    validationScore: all.validationScore.subarray(start, end),
  };
}
