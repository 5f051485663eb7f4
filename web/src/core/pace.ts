/** How fast to train. A pace never changes the result. */

import type { SetPace } from '../protocol/messages';
import { keep, kept } from './keeping';

export interface Pace {
  readonly id: string;
  readonly label: string;
  readonly steps_per_second: number | null;
  readonly epochs_per_second: number | null;
}

const steps = (rate: number): Pace => ({
  id: `${rate}-steps`,
  label: rate === 1 ? '1 step/s' : `${rate} steps/s`,
  steps_per_second: rate,
  epochs_per_second: null,
});
const epochs = (rate: number): Pace => ({
  id: `${rate}-epochs`,
  label: rate === 1 ? '1 epoch/s' : `${rate} epochs/s`,
  steps_per_second: null,
  epochs_per_second: rate,
});

export const FASTEST: Pace = { id: 'max', label: 'max', steps_per_second: null, epochs_per_second: null };
export const DEFAULT_PACE = epochs(60);
export const PACES: readonly Pace[] = [
  steps(1),
  steps(10),
  epochs(1),
  epochs(10),
  DEFAULT_PACE,
  epochs(300),
  FASTEST,
];

const STORAGE_KEY = 'netlapse.pace';

export function keptPace(): Pace {
  const id = kept(STORAGE_KEY);
  return PACES.find((pace) => pace.id === id) ?? DEFAULT_PACE;
}

export function keepPace(pace: Pace): void {
  keep(STORAGE_KEY, pace.id);
}

export function paceCommand(pace: Pace): SetPace {
  return { kind: 'pace', steps_per_second: pace.steps_per_second, epochs_per_second: pace.epochs_per_second };
}
