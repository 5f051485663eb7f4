/**
 * The doctor's diagnosis of the step on screen.
 *
 * Now: asked for again when there are new vitals, at a calm pace, and once when the training has come to rest. In the
 * past: that of the step looked at, once the position rests; it never changes, and is kept.
 */

import { createStore } from 'zustand/vanilla';

import type { Diagnosis } from '../protocol/messages';
import { api } from './api';
import { findingKey, findingWords, newFindings, shownFindings } from './diagnosis';
import { replayed } from './guest';
import { keep, kept } from './keeping';
import { momentOf, type Past } from './past';
import type { Stores } from './stores';

export interface DiagnosisState {
  readonly run: string | null;
  /** Of the step on screen, or of the nearest before it that is known. */
  readonly shown: Diagnosis | null;
  /** Of the newest step. */
  readonly ofNow: Diagnosis | null;
  /** Keys of findings that are not shown for this run. */
  readonly dismissed: ReadonlySet<string>;
  /** What is new, in words that are read out. */
  readonly news: string;
}

const NOTHING: DiagnosisState = { run: null, shown: null, ofNow: null, dismissed: new Set(), news: '' };
const EVERY_MS = 2000;
const AFTER_PROBLEM_MS = 10_000;
const REST_MS = 150;
const MOST_KEPT = 100;
const DISMISSED_KEY = 'netlapse.dismissed';
const MOST_RUNS = 50;

export class DiagnosisFeed {
  readonly store = createStore<DiagnosisState>(() => NOTHING);
  private readonly ofSteps = new Map<number, Diagnosis>();
  private known = new Set<string>();
  private busy = false;
  private nextAt_ms = 0;
  /** What the newest diagnosis was asked after: the same is not asked again. */
  private askedAfter = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private restTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly stores: Stores,
    private readonly past: Past,
  ) {
    if (replayed() !== null) return;
    stores.state.subscribe(({ run, status }, before) => {
      if (run !== this.store.getState().run) this.reset(run);
      else if (
        status?.state !== before.status?.state ||
        status?.interventions !== before.status?.interventions
      )
        this.pursue();
    });
    stores.timeline.subscribe(({ vitals }, before) => {
      if (vitals !== before.vitals) this.pursue();
    });
    past.store.subscribe(() => this.pursuePast());
    document.addEventListener('visibilitychange', () => this.pursue());
  }

  /** Do not show a finding any more for this run, or show it again. */
  dismiss(key: string, isDismissed: boolean): void {
    const { run, dismissed } = this.store.getState();
    if (run === null) return;
    const next = new Set(dismissed);
    if (isDismissed) next.add(key);
    else next.delete(key);
    keepDismissed(run, next);
    this.store.setState({ dismissed: next });
  }

  private reset(run: string | null): void {
    this.ofSteps.clear();
    this.known = new Set();
    this.askedAfter = '';
    this.nextAt_ms = 0;
    const dismissed = run === null ? NOTHING.dismissed : (keptDismissed().get(run) ?? NOTHING.dismissed);
    this.store.setState({ ...NOTHING, run, dismissed }, true);
    this.pursue();
  }

  // --- now ------------------------------------------------------------------------------------

  private pursue(): void {
    clearTimeout(this.timer);
    const { run } = this.store.getState();
    const { status } = this.stores.now;
    const { vitals, steps } = this.stores.timeline.getState();
    if (run === null || status === null || steps === 0 || this.busy || document.hidden) return;
    // While it trains, only new vitals are news; at rest, the last losses are, too. What was changed may have helped.
    const isAtRest = status.state !== 'training';
    const after = [vitals, status.interventions, isAtRest ? status.state : ''].join(' ');
    if (after === this.askedAfter || (!isAtRest && vitals === null)) return;
    const wait_ms = this.nextAt_ms - performance.now();
    if (wait_ms > 0) this.timer = setTimeout(() => this.pursue(), wait_ms);
    else void this.ask(run, after);
  }

  private async ask(run: string, after: string): Promise<void> {
    this.busy = true;
    this.nextAt_ms = performance.now() + EVERY_MS;
    try {
      const diagnosis = await api.diagnosis(run, null);
      this.askedAfter = after;
      if (this.store.getState().run === run) this.receive(diagnosis);
    } catch {
      // Without a diagnosis nothing is said: a doctor that cannot be reached has found nothing.
      this.nextAt_ms = performance.now() + AFTER_PROBLEM_MS;
    } finally {
      this.busy = false;
      this.pursue();
    }
  }

  private receive(ofNow: Diagnosis): void {
    const { dismissed, news, shown } = this.store.getState();
    const fresh = newFindings(shownFindings(ofNow, dismissed), this.known);
    for (const finding of fresh) this.known.add(findingKey(finding));
    const words = fresh.map(findingWords).join('; ');
    this.store.setState({
      ofNow,
      shown: this.past.isNow ? ofNow : shown,
      news: fresh.length > 0 ? `The training doctor has found: ${words}.` : news,
    });
  }

  // --- the past -------------------------------------------------------------------------------

  private pursuePast(): void {
    clearTimeout(this.restTimer);
    const { ofNow, shown } = this.store.getState();
    if (this.past.isNow) {
      if (shown !== ofNow) this.store.setState({ shown: ofNow });
      return;
    }
    const step = momentOf(this.past.state);
    if (typeof step !== 'number') return;
    const found = this.ofSteps.get(step);
    if (found !== undefined) this.store.setState({ shown: found });
    else this.restTimer = setTimeout(() => void this.askPast(step), REST_MS);
  }

  private async askPast(step: number): Promise<void> {
    const { run } = this.store.getState();
    if (run === null) return;
    const diagnosis = await api.diagnosis(run, step).catch(() => null);
    if (diagnosis === null || this.store.getState().run !== run) return;
    this.ofSteps.set(step, diagnosis);
    const [oldest] = this.ofSteps.keys();
    if (this.ofSteps.size > MOST_KEPT && oldest !== undefined) this.ofSteps.delete(oldest);
    if (momentOf(this.past.state) === step) this.store.setState({ shown: diagnosis });
  }
}

function keptDismissed(): Map<string, ReadonlySet<string>> {
  try {
    const entries = JSON.parse(kept(DISMISSED_KEY) ?? '[]') as [string, string[]][];
    return new Map(entries.map(([run, keys]) => [run, new Set(keys)]));
  } catch {
    return new Map();
  }
}

function keepDismissed(run: string, keys: ReadonlySet<string>): void {
  const all = keptDismissed();
  all.delete(run);
  if (keys.size > 0) all.set(run, keys);
  const newest = [...all].slice(-MOST_RUNS).map(([id, own]) => [id, [...own]]);
  keep(DISMISSED_KEY, JSON.stringify(newest));
}
