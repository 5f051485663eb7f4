/**
 * The vitals of the open run, as long as somebody looks at them.
 *
 * The timeline says at which step the newest are; what is lacking is asked for, at most once a second. The vitals of a
 * step of the past that are not recorded are computed there and asked for once the position rests.
 */

import { createStore } from 'zustand/vanilla';

import type { Vitals } from '../protocol/messages';
import { api, sentenceOf } from './api';
import { type Past, momentOf } from './past';
import type { Stores } from './stores';
import { MOST_MOMENTS, merged, momentAt } from './vitals';

export interface VitalsState {
  readonly run: string | null;
  /** Those recorded, and those that were computed for the past, by step. */
  readonly moments: readonly Vitals[];
  /** Whether the first answer has come. */
  readonly isRead: boolean;
  /** Why there is none. */
  readonly problem: string | null;
}

const NONE: VitalsState = { run: null, moments: [], isRead: false, problem: null };
const EVERY_MS = 1000;
const AFTER_PROBLEM_MS = 5000;
/** A position that rests so long is meant. */
const REST_MS = 200;
/** As many as a chart of some hundred pixels shows. */
const FIRST_MOST = 200;

export class VitalsFeed {
  readonly store = createStore<VitalsState>(() => NONE);
  private watchers = 0;
  private busy = false;
  private nextAt_ms = 0;
  /** The newest step whose recorded vitals are here; computed ones do not count. */
  private newest = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  /** Steps that were asked for, and have none. */
  private refused = new Set<number>();

  constructor(
    private readonly stores: Stores,
    private readonly past: Past,
  ) {
    stores.state.subscribe(({ run, status }, before) => {
      if (run !== this.store.getState().run) this.reset(run);
      else if (status?.state !== before.status?.state) this.pursueExact();
    });
    stores.timeline.subscribe(({ vitals }, before) => {
      if (vitals !== before.vitals) this.pursue();
    });
    past.store.subscribe(() => this.pursueExact());
    document.addEventListener('visibilitychange', () => this.pursue());
  }

  /** Ask for vitals from now on; gives the function that ends it. */
  watch(): () => void {
    this.watchers += 1;
    if (this.stores.now.run !== this.store.getState().run) this.reset(this.stores.now.run);
    this.pursue();
    this.pursueExact();
    return () => {
      this.watchers -= 1;
    };
  }

  private reset(run: string | null): void {
    this.newest = -1;
    this.nextAt_ms = 0;
    this.refused = new Set();
    this.store.setState({ ...NONE, run }, true);
    this.pursue();
  }

  private get isWanted(): boolean {
    return this.watchers > 0 && this.store.getState().run !== null && !document.hidden;
  }

  // --- what is recorded -----------------------------------------------------------------------

  private pursue(): void {
    clearTimeout(this.timer);
    const there = this.stores.timeline.getState().vitals;
    if (!this.isWanted || this.busy || there === null || there <= this.newest) return;
    const wait_ms = this.nextAt_ms - performance.now();
    if (wait_ms > 0) this.timer = setTimeout(() => this.pursue(), wait_ms);
    else void this.ask();
  }

  private async ask(): Promise<void> {
    const { run } = this.store.getState();
    if (run === null) return;
    this.busy = true;
    this.nextAt_ms = performance.now() + EVERY_MS;
    try {
      const first = this.newest < 0;
      const range = await api.vitals(run, this.newest + 1, first ? FIRST_MOST : MOST_MOMENTS);
      if (this.store.getState().run === run) this.receive(range.moments);
    } catch (error) {
      this.nextAt_ms = performance.now() + AFTER_PROBLEM_MS;
      if (this.store.getState().run === run) this.store.setState({ problem: sentenceOf(error) });
    } finally {
      this.busy = false;
      this.pursue();
    }
  }

  private receive(came: readonly Vitals[]): void {
    const { moments } = this.store.getState();
    this.newest = Math.max(this.newest, came.at(-1)?.step ?? -1);
    this.store.setState({ moments: merged(moments, came), isRead: true, problem: null });
  }

  // --- what is computed -----------------------------------------------------------------------

  /** The step whose exact vitals are shown, where the position rests. */
  private get rests(): number | null {
    const at = momentOf(this.past.state);
    if (at === undefined) return null;
    const { status } = this.stores.now;
    const isStill = status?.state === 'paused' || status?.state === 'finished';
    return at ?? (isStill && status.step > 0 ? status.step : null);
  }

  private pursueExact(): void {
    clearTimeout(this.restTimer);
    const step = this.rests;
    if (step === null || !this.isWanted) return;
    this.restTimer = setTimeout(() => void this.askExact(step), REST_MS);
  }

  private async askExact(step: number): Promise<void> {
    const { run, moments } = this.store.getState();
    if (run === null || this.rests !== step || this.refused.has(step)) return;
    if (momentAt(moments, step)?.step === step) return;
    this.refused.add(step);
    try {
      const exact = await api.vitalsAt(run, step);
      if (this.store.getState().run !== run) return;
      this.store.setState({ moments: merged(this.store.getState().moments, [exact]), isRead: true });
      this.refused.delete(step);
    } catch {
      // The nearest that is recorded stays on screen, with its own step.
    }
  }
}
