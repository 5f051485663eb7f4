/**
 * Which step is looked at: now, or one of the past; and what is asked of the run for it.
 *
 * While the position moves, there is one question at a time: the next one goes out when the answer to the last has come,
 * and of the positions between only the newest counts. It is about the exact step where that comes soon enough to follow,
 * else about the nearest keyframe. Where the position rests, the nearest keyframe comes first and then the exact step.
 */

import { createStore } from 'zustand/vanilla';

import type { Picture, Recalling, View } from '../protocol/messages';
import { lookable } from './guest';

/** What of the past the view asks for. */
export interface Asked {
  readonly at: number;
  readonly nearest: boolean;
}

export interface PastState {
  /** The step that is looked at; null for now. */
  readonly at: number | null;
  readonly asked: Asked | null;
  /** Whether the position moves: what takes long to compute can wait for its rest. */
  readonly moves: boolean;
  /** The step of the picture of the past that has come; null before the first. */
  readonly shown: number | null;
  /** How far the run is on its way to the exact step, where that takes long. */
  readonly recalling: Pick<Recalling, 'step' | 'seconds_left'> | null;
  /** Whether the past is played like a film. */
  readonly plays: boolean;
  /** How fast: at 1 the whole run takes a minute. */
  readonly speed: number;
}

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const;
export const NOW: Readonly<Pick<View, 'at' | 'nearest'>> = { at: null, nearest: false };

const FILM_S = 60;
/** So slow a film would stand. */
const LEAST_RATE = 4;
const FRAME_MS = 33;
/** Exact steps that come so soon are shown while the position moves; later ones where there is no keyframe between. */
const SOON_MS = 60;
const LATE_MS = 250;
/** A question that is not answered for so long makes way for a newer one: about a keyframe, about an exact step. */
const PATIENCE_MS = { nearest: 1000, exact: 500, moving: LATE_MS };

/** The step that questions are about: null for now, undefined while the picture of it is still to come. */
export function momentOf({ at, asked, moves, shown }: PastState): number | null | undefined {
  return at === null || (!moves && shown === at && asked?.at === at && !asked.nearest) ? at : undefined;
}

/** Steps in a second of the film of a run with so many steps. */
export function filmRate(steps: number, speed: number): number {
  return Math.max(LEAST_RATE, steps / FILM_S) * speed;
}

export class Past {
  readonly store = createStore<PastState>(() => ({
    at: null,
    asked: null,
    moves: false,
    shown: null,
    recalling: null,
    plays: false,
    speed: 4,
  }));
  /** Whether the exact steps are shown meanwhile. */
  private follows = true;
  /** Whether the exact step is asked for without the keyframe before it: it is next to what is shown. */
  private direct = false;
  private answered = true;
  private asked_ms = 0;
  /** The position that a picture has come for. */
  private reached: number | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private frames: ReturnType<typeof setInterval> | undefined;
  /** How long the last answer about an exact step took. */
  private exact_ms = 0;

  /** @param newest The newest step of the run. */
  constructor(private readonly newest: () => number) {}

  get state(): PastState {
    return this.store.getState();
  }

  get isNow(): boolean {
    return this.state.at === null;
  }

  /** The part of the view that says when. */
  get view(): Pick<View, 'at' | 'nearest'> {
    return this.state.asked ?? NOW;
  }

  // --- going there ----------------------------------------------------------------------------

  /** The position moves; `rest` says where it stays. */
  move(step: number): void {
    this.stop();
    this.go(step, { moves: true, direct: false });
  }

  /** It stays where it is. */
  rest(): void {
    if (!this.state.moves) return;
    this.store.setState({ moves: false });
    // Between exact steps a keyframe would be a jump back.
    this.direct = this.follows;
    this.pursue();
  }

  /** Jump to a step; to now where that is the newest, or beyond. */
  seek(step: number): void {
    this.stop();
    this.go(step, { moves: false, direct: false });
  }

  /** So many steps forward or, negative, back from a step that is on screen. */
  stepBy(steps: number, shown: number): void {
    this.stop();
    this.go((this.state.at ?? shown) + steps, { moves: false, direct: true });
  }

  /** Back to now. */
  now(): void {
    this.stop();
    this.leave();
  }

  /** Do not wait for the exact step: stay at what is on screen. */
  cancel(): void {
    const { shown } = this.state;
    this.stop();
    this.answered = true;
    if (shown === null) this.leave();
    else this.go(shown, { moves: false, direct: false });
  }

  // --- film -----------------------------------------------------------------------------------

  play(): void {
    const { at, plays } = this.state;
    if (at === null || plays) return;
    this.store.setState({ plays: true });
    let [from, since, rate] = [at, performance.now(), this.rate];
    this.frames = setInterval(() => {
      const now_ms = performance.now();
      const step = from + ((now_ms - since) / 1000) * rate;
      if (rate !== this.rate) [from, since, rate] = [step, now_ms, this.rate];
      this.go(Math.floor(step), { moves: true, direct: false });
    }, FRAME_MS);
  }

  /** Hold the film at what is on screen, or about to come there. */
  pause(): void {
    const { at, asked, shown, plays } = this.state;
    if (!plays) return;
    this.stop();
    const coming = this.answered ? shown : asked?.at;
    if (at !== null) this.go(coming ?? at, { moves: false, direct: this.follows });
  }

  setSpeed(speed: number): void {
    this.store.setState({ speed });
  }

  /** Steps in a second of the film. */
  get rate(): number {
    return filmRate(this.newest(), this.state.speed);
  }

  // --- what comes -----------------------------------------------------------------------------

  /** Whether a picture is of the step that is looked at. The others are dropped: they came too late. */
  receive({ at, step }: Pick<Picture, 'at' | 'step'>): boolean {
    const { asked } = this.state;
    if (at !== (asked?.at ?? null)) return false;
    if (asked === null) return true;
    if (asked.nearest || step === asked.at) {
      if (!asked.nearest && !this.answered) this.exact_ms = performance.now() - this.asked_ms;
      // The same keyframe again: only the exact steps between would show that it moves.
      else if (asked.nearest && step === this.state.shown) this.follows ||= this.exact_ms < LATE_MS;
      this.answered = true;
      this.reached = asked.at;
      this.store.setState({ shown: step, recalling: null });
      this.pursue();
    } else {
      this.store.setState({ shown: step });
    }
    return true;
  }

  /** The exact step takes long. */
  recall({ at, step, seconds_left }: Pick<Recalling, 'at' | 'step' | 'seconds_left'>): void {
    const { asked } = this.state;
    if (asked !== null && at === asked.at && !asked.nearest && !this.answered)
      this.store.setState({ recalling: { step, seconds_left } });
  }

  // --- asking ---------------------------------------------------------------------------------

  private go(step: number, how: { moves: boolean; direct: boolean }): void {
    const from = this.state.at ?? this.newest();
    const at = lookable(Math.max(0, Math.round(step)), from);
    if (at >= this.newest()) {
      const isDragged = how.moves && !this.state.plays;
      this.stop();
      this.leave(isDragged);
      return;
    }
    const { moves } = how;
    if (moves && !this.state.moves) this.follows = this.exact_ms <= SOON_MS;
    this.direct = how.direct;
    if (at !== this.state.at || moves !== this.state.moves) this.store.setState({ at, moves });
    this.pursue();
  }

  private leave(moves = false): void {
    clearTimeout(this.waiting);
    this.answered = true;
    this.reached = null;
    if (!this.isNow) this.store.setState({ at: null, asked: null, shown: null, recalling: null });
    if (this.state.moves !== moves) this.store.setState({ moves });
  }

  private stop(): void {
    clearInterval(this.frames);
    if (this.state.plays) this.store.setState({ plays: false });
  }

  private pursue(): void {
    clearTimeout(this.waiting);
    const { at, asked } = this.state;
    if (at === null) return;
    const now_ms = performance.now();
    if (!this.answered) {
      const patience_ms =
        PATIENCE_MS[asked?.nearest === true ? 'nearest' : this.state.moves ? 'moving' : 'exact'];
      const wait_ms = this.asked_ms + patience_ms - now_ms;
      if (wait_ms > 0) {
        this.waiting = setTimeout(() => this.pursue(), wait_ms);
        return;
      }
      if (asked?.nearest === false) this.exact_ms = now_ms - this.asked_ms;
      this.follows &&= this.exact_ms < LATE_MS;
    }
    const nearest = this.state.moves ? !this.follows : !this.direct && this.reached !== at;
    if (asked?.at === at && asked.nearest === nearest) return;
    this.answered = false;
    this.asked_ms = now_ms;
    this.store.setState({ asked: { at, nearest }, recalling: null });
  }
}
