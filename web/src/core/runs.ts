/** Which run belongs to the spec on screen: opened for it, changed with it, left for another. */

import type { Change, EditParameter, RunDetails, Spec, Status } from '../protocol/messages';
import { type Acknowledged, api, Problem, sentenceOf } from './api';
import { interventions } from './changes';
import { missing } from './collections';
import type { Commands } from './commands';
import { same } from './json';
import type { LiveView } from './liveView';
import { paceCommand } from './pace';
import type { Past } from './past';
import type { SpecDocument } from './specDocument';
import { type Former, isTrained, type Stores } from './stores';
import { Versions } from './versions';
import { viewStore } from './view';

const CREATE_DELAY_MS = 250;
const RUN_KEY = 'netlapse.run';
const KEPT_RUNS = 30;

export class Runs {
  /** The spec as the open run reads. */
  private runSpec: Spec | null = null;
  /** As it read at the step of the past that is on screen; null where that is the same. */
  private pastSpec: Spec | null = null;
  private readonly versions = new Versions();
  /** Trained runs of this page and their specs, newest last: where undo finds its way back. */
  private visited: Former[] = [];
  /** Counts up whenever what is being opened is no longer wanted. */
  private ticket = 0;
  /** Ends the opening of a run that is no longer wanted, before the server refuses it for the next. */
  private opening = new AbortController();
  private createTimer: ReturnType<typeof setTimeout> | undefined;
  private knownInterventions = 0;
  /** Whether the run stood still when it was last well. */
  wasAtRest = false;

  constructor(
    private readonly stores: Stores,
    private readonly document: SpecDocument,
    private readonly commands: Commands,
    private readonly live: LiveView,
    private readonly past: Past,
  ) {
    past.store.subscribe(({ at, shown }, before) => {
      if (at === null && before.at !== null) this.discard();
      else if (shown !== null && shown !== before.shown) void this.readAt(shown);
    });
  }

  // --- the spec and the run -------------------------------------------------------------------

  /** Whether the open run is that of the spec on screen. */
  matches(): boolean {
    return (
      this.stores.now.run !== null &&
      this.base !== null &&
      interventions(this.base, this.document.spec)?.length === 0
    );
  }

  /**
   * Make the open run agree with the spec. Where it has been trained and the edit can act on it, by an intervention;
   * else by a new run.
   */
  reconcile(quiet: boolean): void {
    this.cancelCreation();
    const edits = this.stores.now.held.filter(({ kind }) => kind === 'edit');
    if (this.matches()) {
      this.stores.set({ held: edits });
      return;
    }
    const changes = this.changes();
    if (changes !== null) {
      if (this.past.isNow) void this.intervene(changes);
      else this.stores.set({ held: [...changes, ...edits] });
      return;
    }
    this.leave(quiet);
    this.stores.set({ opening: true });
    this.createTimer = setTimeout(() => this.createNow(), CREATE_DELAY_MS);
  }

  /** The same after undo or redo: a run that was trained with this spec is found again. */
  revisit(): void {
    const { spec } = this.document;
    const visited = this.visited.findLast((left) => same(left.spec, spec));
    const isElsewhere = visited !== undefined && visited.run !== this.stores.now.run;
    if (isElsewhere && !this.matches() && this.changes() === null) void this.open(visited.run);
    else this.reconcile(false);
  }

  /** What would lead a trained run to the spec; null where it takes new weights. */
  private changes(): Change[] | null {
    return this.base !== null && isTrained(this.stores.now.status)
      ? interventions(this.base, this.document.spec)
      : null;
  }

  /** The spec of what is on screen, without the edits that wait. */
  private get base(): Spec | null {
    return this.pastSpec ?? this.runSpec;
  }

  /** Change the open run; where it refuses, the spec goes back to what the run reads. */
  async intervene(changes: readonly Change[]): Promise<Acknowledged | null> {
    const { spec } = this.document;
    const before = this.runSpec;
    this.runSpec = spec;
    const done = await this.commands.intervene(changes);
    if (done !== null || this.runSpec !== spec) return done;
    this.runSpec = before;
    if (before !== null && this.document.spec === spec) this.document.reword(before);
    return null;
  }

  // --- the past -------------------------------------------------------------------------------

  /** Keep the edit of a weight until it is known where it shall act. */
  hold(edit: EditParameter): void {
    const { held } = this.stores.now;
    const others = held.filter(
      (change) => change.kind !== 'edit' || !same({ ...change, value: 0 }, { ...edit, value: 0 }),
    );
    this.stores.set({ held: [...others, edit] });
  }

  /** Make the held changes now, at the newest step. */
  async applyNow(): Promise<void> {
    const { held } = this.stores.now;
    this.stores.set({ held: [] });
    this.past.now();
    await this.intervene(held);
  }

  /** Take the held changes back: nothing was changed. */
  discard(): void {
    this.stores.set({ held: [] });
    if (this.past.isNow) this.pastSpec = null;
    if (this.base !== null) this.document.reword(this.base);
  }

  /** Show the spec as it read at a step; edits that wait stay as they are. */
  private async readAt(step: number): Promise<void> {
    const { run, status } = this.stores.now;
    if (run === null || status === null || status.interventions === 0) return;
    const then = await this.versions.at(run, status.interventions, step);
    const isLeft = this.stores.now.run !== run || this.past.state.shown !== step;
    if (then === null || isLeft || this.stores.now.held.length > 0 || same(then, this.base)) return;
    this.pastSpec = then;
    this.document.reword(then);
  }

  /** Open a run that goes on from a step of this one, with the held changes. This one stays as it is. */
  async branch(step: number): Promise<void> {
    const { run, held, status } = this.stores.now;
    if (run === null) return;
    try {
      const made = await api.branch(run, step);
      if (this.stores.now.run !== run) return;
      await this.open(made.run, false);
      if (held.length > 0 && this.stores.now.run === made.run) await this.commands.intervene(held);
      if (status?.state === 'training') this.stores.notify('The original goes on training.');
    } catch (error) {
      this.stores.notify(sentenceOf(error), 'error');
    }
  }

  receiveStatus(status: Status): void {
    if (status.state === 'paused' || status.state === 'finished') this.wasAtRest = true;
    else if (status.state === 'training') this.wasAtRest = false;
    const settled = status.state === 'training' || status.state === 'finished' || status.problem !== null;
    this.stores.set(settled ? { status, wantsTraining: false } : { status });
    if (status.interventions > this.knownInterventions) {
      this.knownInterventions = status.interventions;
      void this.catchUp(status.run);
    }
  }

  /** An intervention has acted, of this page or of another tab: the spec as the run reads it now. */
  private async catchUp(run: string): Promise<void> {
    await this.commands.settled();
    const known = this.runSpec;
    const details = await api.run(run).catch(() => null);
    // A newer change is on its way: its own status will follow.
    if (details === null || this.runSpec !== known || this.stores.now.run !== run) return;
    const isShown = this.past.isNow && this.matches();
    this.runSpec = details.spec;
    if (isShown) this.document.reword(details.spec);
  }

  // --- opening --------------------------------------------------------------------------------

  createNow(confirmed = false): void {
    if (this.stores.refuses()) return;
    clearTimeout(this.createTimer);
    this.createTimer = undefined;
    void this.create(confirmed);
  }

  /** Do not wait for further edits. */
  hurry(): void {
    if (this.createTimer !== undefined) this.createNow();
  }

  private cancelCreation(): void {
    clearTimeout(this.createTimer);
    this.createTimer = undefined;
    this.ticket += 1;
    this.opening.abort();
    this.stores.set({ opening: false });
  }

  /** Open a run for the spec on screen. */
  private async create(confirmed: boolean): Promise<void> {
    const ticket = ++this.ticket;
    this.opening.abort();
    this.opening = new AbortController();
    const { signal } = this.opening;
    this.stores.set({ opening: true });
    const check = await this.document.check();
    if (ticket !== this.ticket) return;
    if (check?.spec == null || check.examination?.trainable !== true) {
      this.stores.set({ opening: false, wantsTraining: false });
      return;
    }
    const spec = check.spec;
    try {
      const absent = await missing(spec.data);
      if (ticket !== this.ticket) return;
      if (absent !== null) {
        if (this.stores.now.wantsTraining) this.stores.notify(absent);
        this.stores.set({ opening: false, wantsTraining: false });
        return;
      }
      // Another name is another thing: a preset, a lesson.
      const editedFrom = this.runSpec?.name === spec.name ? this.stores.now.run : null;
      const { run } = await api.createRun(spec, confirmed, editedFrom, signal);
      // A run that nobody watches and that was never trained is removed by the server.
      if (ticket !== this.ticket) return;
      this.attach(run, spec, null);
      this.stores.set({ opening: false });
      await this.commands.send(paceCommand(this.stores.now.pace));
      if (this.stores.now.wantsTraining && ticket === this.ticket) await this.commands.send({ kind: 'play' });
    } catch (error) {
      if (ticket !== this.ticket) return;
      const { wantsTraining } = this.stores.now;
      this.stores.set({ opening: false, wantsTraining: false });
      if (error instanceof Problem && error.kind === 'ConfirmationError') {
        // Only who wants to train is asked; a finding says it beforehand.
        if (wantsTraining) this.stores.set({ question: error.message });
      } else {
        this.stores.notify(sentenceOf(error), 'error');
      }
    }
  }

  private attach(run: string, spec: Spec, status: Status | null): void {
    if (this.stores.now.run !== null && this.stores.now.run !== run) this.live.clear(false);
    this.runSpec = spec;
    this.knownInterventions = status?.interventions ?? 0;
    this.wasAtRest = false;
    this.stores.set({ run, status, ready: null, differsFrom: null });
    if (this.stores.now.shared === null) sessionStorage.setItem(RUN_KEY, run);
    this.live.watch();
  }

  /** Look at a shared run. */
  show({ id, spec, status }: RunDetails): void {
    this.attach(id, spec, status);
  }

  /** Have a run opened when the Studio's own page is loaded next. */
  keep(run: string): void {
    sessionStorage.setItem(RUN_KEY, run);
  }

  /** Open the run that this tab had before it was loaded again. */
  async reopenKept(): Promise<boolean> {
    const run = sessionStorage.getItem(RUN_KEY);
    if (run === null) return false;
    try {
      const details = await api.run(run);
      this.document.edit(details.spec);
      this.attach(run, details.spec, details.status);
      return true;
    } catch {
      sessionStorage.removeItem(RUN_KEY);
      return false;
    }
  }

  /** Go to an earlier run, with its spec; the one that is left rests unless it shall go on. */
  async open(run: string, rests = true): Promise<void> {
    if (this.stores.refuses()) return;
    this.cancelCreation();
    if (this.stores.now.run !== run) this.leave(true, rests);
    try {
      const details = await api.run(run);
      this.document.edit(details.spec);
      viewStore.setState({ selection: null, hovered: null });
      this.stores.set({ former: null, wantsTraining: false });
      this.attach(run, details.spec, details.status);
    } catch (error) {
      this.stores.notify(sentenceOf(error), 'error');
    }
  }

  // --- leaving --------------------------------------------------------------------------------

  /**
   * The open run is no longer that of the spec: remember it where it was trained, let it rest, and show nothing of it.
   * A run that was never trained is removed by the server once nobody watches it.
   */
  private leave(quiet: boolean, rests = true): void {
    const { run, status, former } = this.stores.now;
    if (run === null) return;
    const trained = isTrained(status);
    const isSameData = this.runSpec !== null && same(this.runSpec.data, this.document.spec.data);
    if (this.runSpec !== null && status !== null && trained) {
      const left: Former = { run, spec: this.runSpec, step: status.step };
      this.visited = [...this.visited.filter((other) => other.run !== run), left].slice(-KEPT_RUNS);
      if (!quiet && former === null) this.stores.set({ former: left });
      if (rests && status.state === 'training') void this.commands.send({ kind: 'pause' });
    }
    this.runSpec = null;
    this.stores.set({ run: null, status: null, ready: null, differsFrom: null, held: [] });
    // Train pressed before the first step is still meant; a training that is left is not taken up by another network.
    if (trained) this.stores.set({ wantsTraining: false });
    this.live.forget(isSameData);
  }

  /** A new run of the same spec, from its first weights. */
  again(): void {
    if (this.stores.refuses()) return;
    this.leave(true);
    this.stores.set({ former: null });
    this.createNow();
  }

  /** The open run is gone: a new one takes its place. */
  replace(): void {
    if (this.stores.now.shared !== null) {
      this.stores.set({ phase: 'revoked' });
      this.live.leave();
      return;
    }
    this.runSpec = null;
    this.leave(true);
    this.createNow();
  }

  /** Delete a run for good; the open one is replaced by a new one of the same spec. */
  async remove(run: string): Promise<void> {
    try {
      await api.deleteRun(run);
      this.visited = this.visited.filter((kept) => kept.run !== run);
      if (this.stores.now.former?.run === run) this.stores.set({ former: null });
      if (this.stores.now.run === run) this.replace();
    } catch (error) {
      this.stores.notify(sentenceOf(error), 'error');
    }
  }
}
