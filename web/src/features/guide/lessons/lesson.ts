/** What a lesson is made of: what it can notice, and what it can do itself. */

import { setAt } from '../../../core/json';
import { complete } from '../../../core/schema';
import { type Selection } from '../../../core/view';
import type { Evaluation, Spec, WalkPhase } from '../../../protocol/messages';
import { studio } from '../../studio';

/** What a lesson can notice. */
export interface Look {
  readonly spec: Spec;
  readonly step: number;
  readonly epoch: number;
  readonly interventions: number;
  readonly state: string | null;
  readonly evaluation: Evaluation | null;
  /** The past step that is looked at; null for now. */
  readonly past: number | null;
  readonly selection: Selection | null;
  readonly pointsAtUnit: boolean;
  /** The phase that slow motion stands at; null where it is not open. */
  readonly walks: WalkPhase['kind'] | null;
}

export interface LessonStep {
  readonly say: string;
  /** What is framed on the page. */
  readonly target?: string;
  /** What the page can do itself: the set-up of a lesson, or the step for who cannot do it. */
  readonly act?: { readonly name: string; readonly run: () => void };
  /** Whether it is done; without it, the reader says so. */
  readonly done?: (now: Look, begun: Look) => boolean;
}

export interface Lesson {
  readonly title: string;
  readonly about: string;
  readonly steps: readonly LessonStep[];
}

export const TRAIN = '[data-testid="transport"]';
export const DO = 'Do it for me';

export const accuracy = ({ evaluation }: Look) =>
  evaluation?.validation?.accuracy ?? evaluation?.train.accuracy ?? 0;
export const trainLoss = ({ evaluation }: Look) => evaluation?.train.loss ?? Infinity;
/** How many times the validation loss is the training loss. */
export const gap = ({ evaluation }: Look) =>
  (evaluation?.validation?.loss ?? NaN) / (evaluation?.train.loss ?? NaN);
export const isPlane = (kind: string) => (look: Look) => look.spec.data.kind === kind;
export const hidden = ({ spec }: Look) => spec.network.layers.length - 1;
export const rateOf = ({ spec }: Look) => spec.training.optimizer.learning_rate;

export function dense(id: string, units: number, activation: string) {
  return { id, kind: 'dense', units, activation };
}

/** A spec of a few given parts, the others as they are by default. */
export function load(
  name: string,
  data: object,
  layers: readonly object[],
  training: object,
  seed = 0,
): void {
  const { schema } = studio.state;
  const points = { validation_fraction: 0.5, features: ['x', 'y'], seed: 0 };
  const isImages = 'name' in data;
  const whole = {
    format: 1,
    name,
    data: isImages ? data : { ...points, ...data },
    network: { layers },
    training: { batch_size: 10, ...training },
    seed,
  };
  studio.load(complete(whole, schema, schema) as Spec, false);
}

export function set(path: readonly (string | number)[], value: number): void {
  studio.change((spec) => setAt(spec, path, value));
}

export const train = { name: DO, run: () => studio.train() };
