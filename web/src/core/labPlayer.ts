/** The film of a race: a position between step 0 and the last, which moves by itself while it plays. */

import { createStore } from 'zustand/vanilla';

/** Steps in a second; `whole` shows any race in the same time. */
export type LabSpeed = 'whole' | number;
export const LAB_SPEEDS: readonly LabSpeed[] = ['whole', 1, 3, 10, 30, 100, 1000];
const WHOLE_S = 8;

export interface PlayerState {
  readonly plays: boolean;
  readonly speed: LabSpeed;
  readonly steps: number;
}

export function rateOf(speed: LabSpeed, steps: number): number {
  return speed === 'whole' ? Math.max(1, steps / WHOLE_S) : speed;
}

/** The position after some time. */
export function advanced(position: number, elapsed_s: number, speed: LabSpeed, steps: number): number {
  return Math.min(steps, position + elapsed_s * rateOf(speed, steps));
}

type Frames = (draw: (time_ms: number) => void) => number;

/** The position changes without React: who draws it subscribes with `onMove`. */
export class LabPlayer {
  readonly store = createStore<PlayerState>(() => ({ plays: false, speed: 'whole', steps: 0 }));
  private at = 0;
  private time_ms: number | null = null;
  private readonly listeners = new Set<() => void>();
  private requested = false;

  constructor(private readonly frames: Frames = (draw) => requestAnimationFrame(draw)) {}

  /** Between 0 and the number of steps; between two steps while it plays. */
  get position(): number {
    return this.at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.store.getState().steps;
  }

  /** Called after each change of the position, at most once a frame. */
  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Another race: the film goes on where it is. */
  setSteps(steps: number): void {
    const stays = !this.isAtEnd || this.at === 0;
    this.store.setState({ steps });
    this.at = stays ? Math.min(this.at, steps) : steps;
    this.draw();
  }

  setSpeed(speed: LabSpeed): void {
    this.store.setState({ speed });
  }

  toggle(): void {
    if (this.store.getState().plays) this.pause();
    else this.play();
  }

  /** From here on; from the beginning where it has ended. */
  play(): void {
    if (this.isAtEnd) this.at = 0;
    this.time_ms = null;
    this.store.setState({ plays: true });
    this.draw();
  }

  replay(): void {
    this.at = 0;
    this.play();
  }

  pause(): void {
    this.store.setState({ plays: false });
  }

  seek(position: number): void {
    this.pause();
    this.at = Math.max(0, Math.min(this.store.getState().steps, position));
    this.draw();
  }

  /** To a whole step from here. */
  step(by: number): void {
    this.seek(by > 0 ? Math.floor(this.at) + by : Math.ceil(this.at) + by);
  }

  /** Ask for a frame, because what is drawn has changed. */
  draw(): void {
    if (this.requested) return;
    this.requested = true;
    this.frames((time_ms) => this.frame(time_ms));
  }

  private frame(time_ms: number): void {
    this.requested = false;
    const { plays, speed, steps } = this.store.getState();
    if (plays) {
      const elapsed_s = this.time_ms === null ? 0 : (time_ms - this.time_ms) / 1000;
      // A tab that was hidden does not jump.
      this.at = advanced(this.at, Math.min(0.25, elapsed_s), speed, steps);
      this.time_ms = time_ms;
      if (this.isAtEnd) this.pause();
    }
    for (const listener of this.listeners) listener();
    if (this.store.getState().plays) this.draw();
  }
}
