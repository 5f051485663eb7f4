/**
 * The Studio without its face: what the page can ask for, and what an edit leads to.
 *
 * An edit acts at once. Where the open run has been trained and the edit can act on it, it becomes an intervention;
 * where it needs new weights (other data, another network, another seed) a new run is opened and the trained one stays
 * one click away.
 */

import type { PatchOperation, Spec } from '../protocol/messages';
import { api, Problem, sentenceOf } from './api';
import { parameterWords } from './changes';
import { Commands } from './commands';
import { apiAddress, linkToken } from './guest';
import { same } from './json';
import { LiveView } from './liveView';
import { digits, count } from './numbers';
import { keepPace, type Pace, paceCommand } from './pace';
import { Past } from './past';
import { isWorthKeeping, type Remedy } from './remedies';
import { Runs } from './runs';
import { restoreShared } from './sharedView';
import { SpecDocument } from './specDocument';
import { isTrained, type Notice, type ParameterEdit, Stores, type StudioState } from './stores';
import { viewStore } from './view';

export class Studio {
  readonly stores = new Stores();
  private readonly document = new SpecDocument(this.stores);
  private readonly commands = new Commands(this.stores);
  readonly past: Past = new Past(() => this.newest);
  private readonly live = new LiveView(this.stores, this.past, {
    spec: () => this.spec,
    status: (status) => this.runs.receiveStatus(status),
    gone: () => this.runs.replace(),
  });
  private readonly runs = new Runs(this.stores, this.document, this.commands, this.live, this.past);
  readonly pictures = this.live.pictures;

  constructor() {
    addEventListener('hashchange', () => {
      void this.document.relinked().then((spec) => {
        if (spec !== null) this.edit(spec);
      });
    });
  }

  get state(): StudioState {
    return this.stores.now;
  }

  get spec(): Spec {
    return this.document.spec;
  }

  /** The newest step of the open run that is known. */
  get newest(): number {
    const { status } = this.state;
    const known = Math.max(this.stores.timeline.getState().steps, this.pictures.ofNow?.picture.step ?? 0);
    return status === null ? 0 : Math.max(known, status.step);
  }

  notify(text: string, tone: Notice['tone'] = 'info'): void {
    this.stores.notify(text, tone);
  }

  dismiss(): void {
    this.stores.set({ notice: null });
  }

  // --- start and end --------------------------------------------------------------------------

  /** Reopen the run of this tab, or the spec of the address, or start with the first preset. */
  async start(): Promise<void> {
    const token = linkToken();
    if (token !== null) return this.startShared(token);
    try {
      const [schemas, presets] = await Promise.all([api.schema(), api.presets()]);
      this.stores.set({ schema: schemas.spec, presets });
    } catch (error) {
      const denied = error instanceof Problem && (error.status === 401 || error.status === 403);
      this.stores.set({ phase: denied ? 'denied' : 'unreachable' });
      return;
    }
    const linked = await this.document.linked();
    if (await this.runs.reopenKept()) {
      this.stores.set({ phase: 'ready' });
      if (linked !== null) this.edit(linked);
      return;
    }
    const { presets } = this.state;
    const spec = linked ?? presets.find(({ name }) => name === 'spiral')?.spec ?? presets[0]?.spec;
    if (spec === undefined) {
      this.stores.set({ phase: 'unreachable' });
      return;
    }
    this.document.edit(spec);
    this.stores.set({ phase: 'ready' });
    this.runs.createNow();
  }

  /** Open the run of a link at its step. */
  private async startShared(token: string): Promise<void> {
    try {
      const [schemas, shared] = await Promise.all([api.schema(), api.shared(token)]);
      const { details, check, step, view } = shared;
      this.stores.set({ schema: schemas.spec, shared, check });
      restoreShared(view);
      this.document.show(details.spec);
      this.runs.show(details);
      this.stores.set({ phase: 'ready' });
      this.holdAt(step);
    } catch (error) {
      const isGone = error instanceof Problem && (error.status === 401 || error.status === 404);
      this.stores.set({ phase: isGone ? 'revoked' : 'unreachable' });
    }
  }

  /** Stay at a step, also where it is the newest and its owner goes on training. */
  private holdAt(step: number): void {
    if (this.newest > step) {
      this.past.seek(step);
      return;
    }
    const end = this.stores.state.subscribe(() => {
      if (this.newest <= step) return;
      end();
      if (this.past.isNow) this.past.seek(step);
    });
  }

  /**
   * Make a shared run the visitor's own: as a branch at the step on screen for who owns the Studio, else as a file.
   */
  async openCopy(): Promise<void> {
    const { shared } = this.state;
    if (shared === null) return;
    if (!shared.is_owner) {
      download(apiAddress(`runs/${encodeURIComponent(shared.run)}/export/bundle`));
      this.notify('The run comes as one file. Open it with netlapse import FILE, or drop it on a Studio.');
      return;
    }
    try {
      const { run } = await api.branch(shared.run, this.past.state.at ?? this.newest);
      this.runs.keep(run);
      location.assign('../');
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
    }
  }

  async quit(): Promise<void> {
    try {
      await api.quit();
      this.stores.set({ phase: 'ended' });
      this.live.leave();
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
    }
  }

  retryLink(): void {
    this.live.retry();
  }

  // --- editing --------------------------------------------------------------------------------

  /** Another spec. Edits with the same `mark` in a row are one step of undo. */
  edit(spec: Spec, options: { mark?: string; quiet?: boolean } = {}): void {
    if (this.document.edit(spec, options.mark ?? null)) this.runs.reconcile(options.quiet ?? false);
  }

  change(change: (spec: Spec) => Spec, options: { mark?: string; quiet?: boolean } = {}): void {
    this.edit(change(this.spec), options);
  }

  applyFix(patch: readonly PatchOperation[]): void {
    try {
      this.edit(this.document.patched(patch));
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
    }
  }

  /** Give a weight or a bias another value: an intervention, which can be undone by another. */
  async editParameter(
    layer: string,
    parameter: string,
    index: readonly number[],
    value: number,
    /** What it replaces, where no picture has it. */
    before = this.parameterAt(layer, parameter, index),
  ): Promise<void> {
    if (this.stores.refuses()) return;
    const { run } = this.state;
    if (run === null) return;
    if (!this.past.isNow) {
      this.runs.hold({ kind: 'edit', layer, parameter, index, value });
      return;
    }
    const edit = before === null ? null : { run, layer, parameter, index, before, after: value };
    if (edit !== null) this.document.record(edit);
    const done = await this.runs.intervene([{ kind: 'edit', layer, parameter, index, value }]);
    if (done === null && edit !== null) this.document.withdraw(edit);
  }

  /** A weight or a bias in the newest picture. */
  parameterAt(layer: string, parameter: string, index: readonly number[]): number | null {
    const array = this.pictures.latest?.arrays.get(`parameter:${layer}:${parameter}`);
    const at = index.reduce((sum, entry, axis) => sum * (array?.shape[axis] ?? 1) + entry, 0);
    return array?.data[at] ?? null;
  }

  undo(): void {
    this.travel('back');
  }

  redo(): void {
    this.travel('forward');
  }

  private travel(direction: 'back' | 'forward'): void {
    const { moved, edit } = this.document.travel(direction);
    if (!moved) return;
    if (edit === null) this.runs.revisit();
    else if (edit.run === this.state.run) void this.editAgain(edit, direction);
    // The weights of that edit are gone with their run: there is nothing to take back.
    else this.travel(direction);
  }

  private async editAgain(edit: ParameterEdit, direction: 'back' | 'forward'): Promise<void> {
    this.past.now();
    const { layer, parameter, index } = edit;
    const value = direction === 'back' ? edit.before : edit.after;
    const done = await this.runs.intervene([{ kind: 'edit', layer, parameter, index, value }]);
    if (done === null) return;
    const unit = `unit ${(index.at(-1) ?? 0) + 1} of ${layer}`;
    const what = `The ${parameterWords(parameter)} ${index.length > 1 ? 'into' : 'of'} ${unit}`;
    this.notify(`${what} is ${digits(value)} again: another intervention, at step ${count(done.step)}.`);
  }

  /** Open a run for the spec on screen where there is none: what it lacked has come. */
  prepare(): void {
    if (!this.state.opening && !this.runs.matches()) this.runs.createNow();
  }

  /** Train a preset, or anything else that is whole, in one click. */
  load(spec: Spec, train: boolean): void {
    viewStore.setState({ selection: null, hovered: null, axes: null });
    if (!same(spec, this.spec)) {
      this.stores.set({ former: null });
      this.edit(spec, { quiet: true });
      if (!train) this.runs.hurry();
    }
    if (train) this.train();
  }

  // --- runs -----------------------------------------------------------------------------------

  openRun(run: string): Promise<void> {
    return this.runs.open(run);
  }

  deleteRun(run: string): Promise<void> {
    return this.runs.remove(run);
  }

  async returnToFormer(): Promise<void> {
    const { former } = this.state;
    if (former !== null) await this.runs.open(former.run);
  }

  // --- transport ------------------------------------------------------------------------------

  train(): void {
    this.past.now();
    const { opening, status } = this.state;
    this.stores.set({ wantsTraining: true });
    if (opening) {
      this.runs.hurry();
    } else if (!this.runs.matches()) {
      this.runs.createNow();
    } else {
      this.stores.set({ former: null });
      if (status?.state === 'finished') void this.continueTraining();
      else void this.commands.send({ kind: 'play' });
    }
  }

  pause(): void {
    this.stores.set({ wantsTraining: false });
    if (!this.state.opening) void this.commands.send({ kind: 'pause' });
  }

  /** Train or pause; while the past is looked at, its film. */
  toggle(): void {
    if (!this.past.isNow) {
      if (this.past.state.plays) this.past.pause();
      else this.past.play();
    } else if (this.state.wantsTraining || this.state.status?.state === 'training') this.pause();
    else this.train();
  }

  /** The answer to the question whether so much memory may be taken. */
  confirm(yes: boolean): void {
    this.stores.set({ question: null, wantsTraining: yes });
    if (yes) this.runs.createNow(true);
  }

  /** One step on: of the training, or in its past. */
  forward(): void {
    if (this.past.isNow) void this.advance({ steps: 1 });
    else this.past.stepBy(1, this.shownStep);
  }

  /** To the end of the epoch. */
  forwardEpoch(): void {
    const each = this.state.status?.steps_per_epoch ?? 1;
    const at = this.past.state.at;
    if (at === null) void this.advance({ epochs: 1 });
    else this.past.seek((Math.floor(at / each) + 1) * each);
  }

  /** One step back, into the past. */
  back(): void {
    if (this.newest > 0) this.past.stepBy(-1, this.shownStep);
  }

  /** To the beginning of the epoch, or of the one before. */
  backEpoch(): void {
    const each = this.state.status?.steps_per_epoch ?? 1;
    const at = this.past.state.at ?? this.shownStep;
    if (this.newest > 0) this.past.seek((Math.ceil(at / each) - 1) * each);
  }

  private get shownStep(): number {
    return this.pictures.latest?.picture.step ?? this.newest;
  }

  /** Open a branch that begins at the step that is looked at, with the changes that were made there. */
  async branch(): Promise<void> {
    const { at } = this.past.state;
    if (this.state.shared !== null) await this.openCopy();
    else if (at !== null) await this.runs.branch(at);
  }

  applyHeld(): Promise<void> {
    return this.runs.applyNow();
  }

  discardHeld(): void {
    this.runs.discard();
  }

  async advance(what: { steps: number } | { epochs: number }): Promise<void> {
    this.past.now();
    if (this.state.opening || this.state.run === null || !this.runs.matches()) return;
    this.stores.set({ former: null });
    await this.commands.send({ kind: 'advance', ...what });
  }

  /** The same network from its first weights. */
  reset(): void {
    if (isTrained(this.state.status)) this.runs.again();
  }

  /** The same network from other first weights: the next seed. */
  newWeights(): void {
    this.change((spec) => ({ ...spec, seed: (spec.seed + 1) % 2 ** 32 }), { quiet: true });
    this.stores.set({ former: null });
    this.runs.hurry();
  }

  async continueTraining(): Promise<void> {
    this.past.now();
    this.stores.set({ wantsTraining: true, former: null });
    await this.commands.send({ kind: 'play', more_epochs: this.spec.training.epochs });
  }

  setPace(pace: Pace): void {
    keepPace(pace);
    this.stores.set({ pace });
    if (this.state.run !== null) void this.commands.send(paceCommand(pace));
  }

  /** Open the run in a new worker; it goes on from its newest keyframe, unless it was at rest when the worker died. */
  async resume(): Promise<void> {
    const { run } = this.state;
    if (run === null) return;
    const goesOn = !this.runs.wasAtRest;
    this.stores.set({ wantsTraining: goesOn });
    try {
      await api.resume(run);
      await this.commands.send(paceCommand(this.state.pace));
      if (goesOn && this.state.wantsTraining) await this.commands.send({ kind: 'play' });
    } catch (error) {
      this.stores.set({ wantsTraining: false });
      this.notify(sentenceOf(error), 'error');
    }
  }

  // --- divergence -----------------------------------------------------------------------------

  /** Whether a diverged run can go on from its last good state, or had better begin again. */
  canGoOn(): boolean {
    const [first] = this.stores.timeline.getState().evaluations.trainLoss;
    return isWorthKeeping(first, this.pictures.ofNow?.picture.evaluation?.train.loss);
  }

  /** Apply what helps a diverged run and train on, from its last good state or from its first weights. */
  remedy({ apply }: Remedy): void {
    const goesOn = this.canGoOn();
    this.past.now();
    this.document.edit(apply(this.spec));
    if (goesOn) this.runs.reconcile(true);
    else this.runs.again();
    this.train();
  }
}

/** Have the browser keep what is at an address as a file. */
function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
