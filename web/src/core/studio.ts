/**
 * The Studio without its face: the spec that is edited, the run that is open, and what leads from one to the other.
 *
 * An edit acts at once. Where the open run has been trained and the edit can act on it, it becomes an intervention;
 * where it needs new weights (other data, another network, another seed) a new run is opened and the trained one stays
 * one click away.
 */

import { createStore } from 'zustand/vanilla';

import type { Frame } from '../protocol/frames';
import type {
  Change,
  CheckResult,
  Evaluation,
  LayerPart,
  PatchOperation,
  PresetEntry,
  Ready,
  RunCommand,
  Spec,
  Status,
  View,
} from '../protocol/messages';
import { api, Problem, sentenceOf } from './api';
import { interventions } from './changes';
import { begin, edited, type History, redone, reworded, undone } from './history';
import { applyPatch, same } from './json';
import { decodeSpec, encodeSpec } from './link';
import { type Link, LiveChannel } from './live';
import { keepPace, keptPace, type Pace, paceCommand } from './pace';
import { type Drawable, PictureStore } from './pictures';
import { complete, type Schema } from './schema';
import { emptyTimeline, readTimeline, type TimelineData } from './timeline';
import { type Axes, viewStore } from './view';

export type Phase = 'starting' | 'ready' | 'denied' | 'unreachable' | 'ended';

/** A trained run that an edit has left. */
export interface Former {
  readonly run: string;
  readonly spec: Spec;
  readonly step: number;
}

export interface Notice {
  readonly text: string;
  readonly tone: 'info' | 'error';
}

export interface StudioState {
  phase: Phase;
  link: Link;
  schema: Schema;
  presets: readonly PresetEntry[];
  history: History<Spec> | null;
  check: CheckResult | null;
  run: string | null;
  status: Status | null;
  ready: Ready | null;
  /** A run is being opened for the spec on screen. */
  opening: boolean;
  /** Train was pressed and the run has not said yet that it trains. */
  wantsTraining: boolean;
  /** A change is on its way to the training. */
  applying: boolean;
  former: Former | null;
  pace: Pace;
  notice: Notice | null;
  /** First step from which a re-run is not the recorded training. */
  differsFrom: number | null;
}

/** What the newest picture says in numbers; passed to React a few times a second at most. */
export interface LiveNumbers {
  step: number;
  epoch: number;
  learningRate: number | null;
  evaluation: Evaluation | null;
  layers: readonly LayerPart[];
  /** The picture that the numbers are of. */
  drawable: Drawable | null;
}

const CREATE_DELAY_MS = 250;
const CHECK_DELAY_MS = 100;
const NUMBERS_INTERVAL_MS = 100;
const RUN_KEY = 'netlapse.run';
const KEPT_RUNS = 30;

const noNumbers: LiveNumbers = {
  step: 0,
  epoch: 0,
  learningRate: null,
  evaluation: null,
  layers: [],
  drawable: null,
};

export function isTrained(status: Status | null): boolean {
  return status !== null && (status.step > 0 || status.interventions > 0 || status.state === 'training');
}

export class Studio {
  readonly store = createStore<StudioState>(() => ({
    phase: 'starting',
    link: 'connecting',
    schema: {},
    presets: [],
    history: null,
    check: null,
    run: null,
    status: null,
    ready: null,
    opening: false,
    wantsTraining: false,
    applying: false,
    former: null,
    pace: keptPace(),
    notice: null,
    differsFrom: null,
  }));
  readonly numbers = createStore<LiveNumbers>(() => noNumbers);
  readonly timeline = createStore<TimelineData>(() => emptyTimeline);
  readonly pictures = new PictureStore((count) => this.channel.drawn(count));

  private readonly channel: LiveChannel;
  /** The spec as the open run reads. */
  private runSpec: Spec | null = null;
  /** Trained runs of this page and their specs, newest last: where undo finds its way back. */
  private visited: Former[] = [];
  private ticket = 0;
  private createTimer: ReturnType<typeof setTimeout> | undefined;
  private checkTimer: ReturnType<typeof setTimeout> | undefined;
  private numbersTimer: ReturnType<typeof setTimeout> | undefined;
  private numbersAt = 0;
  private writtenHash = '';
  private commands: Promise<unknown> = Promise.resolve();
  private knownInterventions = 0;
  /** Interventions that are not acknowledged yet. */
  private applying = 0;

  constructor() {
    this.channel = new LiveChannel({
      frame: (frame) => this.receive(frame),
      link: (link) => {
        if (this.state.phase !== 'ended') this.set({ link });
      },
    });
    this.pictures.subscribe(() => this.passNumbers());
    viewStore.subscribe((view, before) => {
      if (view.tab !== before.tab || view.selection !== before.selection || view.axes !== before.axes)
        this.watch();
    });
    addEventListener('hashchange', () => void this.readHash());
  }

  get state(): StudioState {
    return this.store.getState();
  }

  get spec(): Spec {
    if (this.state.history === null) throw new Error('The Studio has no spec yet.');
    return this.state.history.present;
  }

  private set(changes: Partial<StudioState>): void {
    this.store.setState(changes);
  }

  notify(text: string, tone: Notice['tone'] = 'info'): void {
    this.set({ notice: { text, tone } });
  }

  dismiss(): void {
    this.set({ notice: null });
  }

  // --- start ----------------------------------------------------------------------------------

  /** Reopen the run of this tab, or the spec of the address, or start with the first preset. */
  async start(): Promise<void> {
    try {
      const [schemas, presets] = await Promise.all([api.schema(), api.presets()]);
      this.set({ schema: schemas.spec, presets });
    } catch (error) {
      const denied = error instanceof Problem && (error.status === 401 || error.status === 403);
      this.set({ phase: denied ? 'denied' : 'unreachable' });
      return;
    }
    const linked = await this.linkedSpec();
    const kept = sessionStorage.getItem(RUN_KEY);
    if (kept !== null && (await this.reopen(kept))) {
      this.set({ phase: 'ready' });
      if (linked !== null && !same(linked, this.spec)) this.edit(linked);
      return;
    }
    const spec =
      linked ?? this.state.presets.find(({ name }) => name === 'spiral')?.spec ?? this.state.presets[0]?.spec;
    if (spec === undefined) {
      this.set({ phase: 'unreachable' });
      return;
    }
    this.set({ history: begin(spec), phase: 'ready' });
    this.afterEdit();
    void this.create();
  }

  private async linkedSpec(): Promise<Spec | null> {
    try {
      const spec = await decodeSpec(location.hash);
      return spec === null ? null : (complete(spec, this.state.schema, this.state.schema) as Spec);
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
      return null;
    }
  }

  private async readHash(): Promise<void> {
    if (location.hash === this.writtenHash || this.state.phase !== 'ready') return;
    const spec = await this.linkedSpec();
    if (spec !== null && !same(spec, this.spec)) this.edit(spec);
  }

  private async writeHash(): Promise<void> {
    const spec = this.spec;
    const hash = `#${await encodeSpec(spec)}`;
    if (spec !== this.spec || hash === location.hash) return;
    this.writtenHash = hash;
    history.replaceState(null, '', hash);
  }

  // --- editing --------------------------------------------------------------------------------

  /** Another spec. Edits with the same `mark` in a row are one step of undo. */
  edit(spec: Spec, options: { mark?: string; quiet?: boolean } = {}): void {
    const history = this.state.history;
    if (history === null || same(history.present, spec)) return;
    this.set({ history: edited(history, spec, options.mark ?? null) });
    this.afterEdit();
    this.reconcile(options.quiet ?? false);
  }

  change(change: (spec: Spec) => Spec, options: { mark?: string; quiet?: boolean } = {}): void {
    this.edit(change(this.spec), options);
  }

  applyFix(patch: readonly PatchOperation[]): void {
    const { schema } = this.state;
    try {
      this.edit(complete(applyPatch(this.spec, patch), schema, schema) as Spec);
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
    }
  }

  undo(): void {
    this.travel(undone);
  }

  redo(): void {
    this.travel(redone);
  }

  private travel(move: (history: History<Spec>) => History<Spec>): void {
    const history = this.state.history;
    if (history === null) return;
    const moved = move(history);
    if (moved === history) return;
    this.set({ history: moved });
    this.afterEdit();
    if (this.matchesRun()) {
      this.cancelCreation();
      return;
    }
    const visited = this.visited.findLast(({ spec }) => same(spec, moved.present));
    if (visited && visited.run !== this.state.run && !this.canIntervene(moved.present)) {
      void this.openRun(visited.run);
    } else {
      this.reconcile(true);
    }
  }

  /** Train a preset, or anything else that is whole, in one click. */
  load(spec: Spec, train: boolean): void {
    viewStore.setState({ selection: null, hovered: null, axes: null });
    if (same(spec, this.spec)) {
      if (train) this.train();
      return;
    }
    this.set({ former: null });
    this.edit(spec, { quiet: true });
    if (train) this.train();
    else this.hurry();
  }

  private afterEdit(): void {
    clearTimeout(this.checkTimer);
    this.checkTimer = setTimeout(() => {
      void this.writeHash();
      void this.checkSpec();
    }, CHECK_DELAY_MS);
  }

  private async checkSpec(): Promise<CheckResult | null> {
    const spec = this.spec;
    try {
      const check = await api.check(spec);
      if (spec !== this.spec) return null;
      this.set({ check });
      const history = this.state.history;
      if (check.spec !== null && history !== null && !same(check.spec, spec)) {
        this.set({ history: reworded(history, check.spec) });
      }
      return check;
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
      return null;
    }
  }

  private canIntervene(spec: Spec): boolean {
    return (
      this.runSpec !== null && isTrained(this.state.status) && interventions(this.runSpec, spec) !== null
    );
  }

  private matchesRun(): boolean {
    return (
      this.state.run !== null && this.runSpec !== null && interventions(this.runSpec, this.spec)?.length === 0
    );
  }

  /** Make the open run agree with the spec. */
  private reconcile(quiet: boolean): void {
    if (this.matchesRun()) {
      this.cancelCreation();
      return;
    }
    const changes = this.runSpec === null ? null : interventions(this.runSpec, this.spec);
    if (changes !== null && isTrained(this.state.status)) {
      this.cancelCreation();
      void this.intervene(changes);
      return;
    }
    this.leaveRun(quiet);
    this.set({ opening: true });
    clearTimeout(this.createTimer);
    this.createTimer = setTimeout(() => this.createNow(), CREATE_DELAY_MS);
  }

  /**
   * The open run is no longer that of the spec: remember it where it was trained, let it rest, and show nothing of it.
   * A run that was never trained is removed by the server once nobody watches it.
   */
  private leaveRun(quiet: boolean): void {
    const { run, status, former } = this.state;
    if (run === null) return;
    const trained = isTrained(status);
    if (this.runSpec !== null && status !== null && trained) {
      const left: Former = { run, spec: this.runSpec, step: status.step };
      this.remember(left);
      if (!quiet && former === null) this.set({ former: left });
      if (status.state === 'training') void this.command({ kind: 'pause' });
    }
    this.runSpec = null;
    this.channel.forget();
    this.set({ run: null, status: null, ready: null, differsFrom: null });
    // Train pressed before the first step is still meant; a training that is left is not taken up by another network.
    if (trained) this.set({ wantsTraining: false });
    this.showNothing();
  }

  private showNothing(): void {
    this.pictures.clear();
    this.numbers.setState(noNumbers, true);
    this.timeline.setState({ ...emptyTimeline, version: this.timeline.getState().version + 1 }, true);
  }

  private remember(left: Former): void {
    this.visited = [...this.visited.filter(({ run }) => run !== left.run), left].slice(-KEPT_RUNS);
  }

  private cancelCreation(): void {
    clearTimeout(this.createTimer);
    this.createTimer = undefined;
    this.ticket += 1;
    this.set({ opening: false });
  }

  private createNow(): void {
    clearTimeout(this.createTimer);
    this.createTimer = undefined;
    void this.create();
  }

  /** Do not wait for further edits. */
  private hurry(): void {
    if (this.createTimer !== undefined) this.createNow();
  }

  /** Open a run for the spec on screen. */
  private async create(): Promise<void> {
    const ticket = ++this.ticket;
    this.set({ opening: true });
    const check = await this.checkSpec();
    if (ticket !== this.ticket) return;
    if (check?.spec == null || check.examination?.trainable !== true) {
      this.set({ opening: false, wantsTraining: false });
      return;
    }
    const spec = check.spec;
    try {
      const { run } = await api.createRun(spec);
      // A run that nobody watches and that was never trained is removed by the server.
      if (ticket !== this.ticket) return;
      this.attach(run, spec, null);
      this.set({ opening: false });
      await this.command(paceCommand(this.state.pace));
      if (this.state.wantsTraining && ticket === this.ticket) await this.command({ kind: 'play' });
    } catch (error) {
      if (ticket !== this.ticket) return;
      this.set({ opening: false, wantsTraining: false });
      this.notify(sentenceOf(error), 'error');
    }
  }

  private attach(run: string, spec: Spec, status: Status | null): void {
    if (this.state.run !== run) this.showNothing();
    this.runSpec = spec;
    this.knownInterventions = status?.interventions ?? 0;
    this.set({ run, status, ready: null, differsFrom: null });
    sessionStorage.setItem(RUN_KEY, run);
    this.watch();
  }

  // --- runs -----------------------------------------------------------------------------------

  private async reopen(run: string): Promise<boolean> {
    try {
      const details = await api.run(run);
      const { history } = this.state;
      this.set({ history: history === null ? begin(details.spec) : edited(history, details.spec) });
      this.attach(run, details.spec, details.status);
      this.afterEdit();
      return true;
    } catch {
      sessionStorage.removeItem(RUN_KEY);
      return false;
    }
  }

  /** Go to an earlier run, with its spec. */
  async openRun(run: string): Promise<void> {
    this.cancelCreation();
    if (this.state.run !== run) this.leaveRun(true);
    try {
      const details = await api.run(run);
      const { history } = this.state;
      if (history !== null && !same(history.present, details.spec)) {
        this.set({ history: edited(history, details.spec) });
      }
      viewStore.setState({ selection: null, hovered: null });
      this.set({ former: null, wantsTraining: false });
      this.attach(run, details.spec, details.status);
      this.afterEdit();
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
    }
  }

  async returnToFormer(): Promise<void> {
    const { former } = this.state;
    if (former !== null) await this.openRun(former.run);
  }

  /** Delete a run for good; the open one is replaced by a new one of the same spec. */
  async deleteRun(run: string): Promise<void> {
    try {
      await api.deleteRun(run);
      this.visited = this.visited.filter((kept) => kept.run !== run);
      if (this.state.former?.run === run) this.set({ former: null });
      if (this.state.run === run) this.startAfresh();
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
    }
  }

  private startAfresh(): void {
    this.runSpec = null;
    this.leaveRun(true);
    this.createNow();
  }

  // --- transport ------------------------------------------------------------------------------

  train(): void {
    const { opening, status } = this.state;
    this.set({ wantsTraining: true });
    if (opening) {
      this.hurry();
    } else if (!this.matchesRun()) {
      this.createNow();
    } else {
      this.set({ former: null });
      if (status?.state === 'finished') void this.continueTraining();
      else void this.command({ kind: 'play' });
    }
  }

  pause(): void {
    this.set({ wantsTraining: false });
    if (!this.state.opening) void this.command({ kind: 'pause' });
  }

  toggle(): void {
    if (this.state.wantsTraining || this.state.status?.state === 'training') this.pause();
    else this.train();
  }

  async advance(what: { steps: number } | { epochs: number }): Promise<void> {
    if (this.state.opening || this.state.run === null || !this.matchesRun()) return;
    this.set({ former: null });
    await this.command({ kind: 'advance', ...what });
  }

  /** The same network from its first weights. */
  reset(): void {
    if (!isTrained(this.state.status)) return;
    this.leaveRun(true);
    this.set({ former: null });
    this.createNow();
  }

  /** The same network from other first weights: the next seed. */
  newWeights(): void {
    this.change((spec) => ({ ...spec, seed: (spec.seed + 1) % 2 ** 32 }), { quiet: true });
    this.set({ former: null });
    this.hurry();
  }

  async continueTraining(): Promise<void> {
    this.set({ wantsTraining: true, former: null });
    await this.command({ kind: 'play', more_epochs: this.spec.training.epochs });
  }

  setPace(pace: Pace): void {
    keepPace(pace);
    this.set({ pace });
    if (this.state.run !== null) void this.command(paceCommand(pace));
  }

  /** Open the run in a new worker and go on from its newest keyframe. */
  async resume(): Promise<void> {
    const { run } = this.state;
    if (run === null) return;
    try {
      await api.resume(run);
      await this.command(paceCommand(this.state.pace));
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
    }
  }

  /** Give a weight or a bias another value. */
  async editParameter(
    layer: string,
    parameter: string,
    index: readonly number[],
    value: number,
  ): Promise<void> {
    await this.intervene([{ kind: 'edit', layer, parameter, index, value }]);
  }

  private async intervene(changes: readonly Change[]): Promise<void> {
    const spec = this.spec;
    const before = this.runSpec;
    this.runSpec = spec;
    this.applying += 1;
    this.set({ applying: true });
    const done = await this.command({ kind: 'intervene', changes });
    this.applying -= 1;
    this.set({ applying: this.applying > 0 });
    if (done || this.runSpec !== spec) return;
    this.runSpec = before;
    const { history } = this.state;
    if (before !== null && history?.present === spec) {
      this.set({ history: reworded(history, before) });
      this.afterEdit();
    }
  }

  /** Send a command after those before it; says whether it was carried out. */
  private command(command: RunCommand): Promise<boolean> {
    const { run } = this.state;
    if (run === null) return Promise.resolve(false);
    const sent = this.commands.then(async () => {
      try {
        await api.command(run, command);
        return true;
      } catch (error) {
        if (this.state.run === run) {
          this.set({ wantsTraining: false });
          this.notify(sentenceOf(error), 'error');
        }
        return false;
      }
    });
    this.commands = sent;
    return sent;
  }

  async quit(): Promise<void> {
    try {
      await api.quit();
      this.set({ phase: 'ended' });
      this.channel.leave();
    } catch (error) {
      this.notify(sentenceOf(error), 'error');
    }
  }

  retryLink(): void {
    this.channel.retry();
  }

  // --- live -----------------------------------------------------------------------------------

  private view(): View {
    const { tab, axes, selection } = viewStore.getState();
    return {
      boundary: {
        width: 100,
        height: 100,
        unit_size: tab === 'neurons' ? 30 : 0,
        axes: axes ?? this.defaultAxes(this.spec),
      },
      weights: tab === 'neurons' || selection !== null,
      evaluation: true,
      inspect: selection === null ? [] : [selection.layer],
    };
  }

  /** What the plot shows unless other axes are chosen: the two inputs, or the principal components of many. */
  defaultAxes(spec: Spec): Axes {
    const { data } = spec;
    const isWide = data.kind === 'bundled' || (data.kind === 'table' && data.inputs.length > 2);
    return isWide ? 'pca' : [0, 1];
  }

  private watch(): void {
    const { run } = this.state;
    if (run !== null) this.channel.watch(run, this.view());
  }

  private receive(frame: Frame): void {
    const { message } = frame;
    // What still comes of a run that was left is dropped; its pictures are not paid for.
    if (message.kind !== 'refused' && message.run !== this.state.run) return;
    switch (message.kind) {
      case 'status':
        this.receiveStatus(message);
        break;
      case 'ready':
        this.set({ ready: message });
        break;
      case 'picture':
        this.pictures.receive(frame);
        break;
      case 'timeline': {
        const data = readTimeline(frame, this.timeline.getState().version + 1);
        if (data !== null) this.timeline.setState(data, true);
        break;
      }
      case 'differs':
        this.set({ differsFrom: message.step });
        break;
      case 'gone':
        this.startAfresh();
        break;
      case 'refused':
        this.notify(message.problem.message, 'error');
        break;
    }
  }

  private receiveStatus(status: Status): void {
    const settled = status.state === 'training' || status.state === 'finished' || status.problem !== null;
    this.set(settled ? { status, wantsTraining: false } : { status });
    if (status.interventions > this.knownInterventions) {
      this.knownInterventions = status.interventions;
      void this.catchUp(status.run);
    }
  }

  /** An intervention has acted, of this page or of another tab: the spec as the run reads it now. */
  private async catchUp(run: string): Promise<void> {
    await this.commands;
    const known = this.runSpec;
    const details = await api.run(run).catch(() => null);
    const { history } = this.state;
    // A newer change is on its way: its own status will follow.
    if (details === null || history === null || this.runSpec !== known || this.state.run !== run) return;
    const isShown = this.matchesRun();
    this.runSpec = details.spec;
    if (isShown && !same(history.present, details.spec)) {
      this.set({ history: reworded(history, details.spec) });
      this.afterEdit();
    }
  }

  private passNumbers(): void {
    clearTimeout(this.numbersTimer);
    const wait = this.numbersAt + NUMBERS_INTERVAL_MS - performance.now();
    if (wait > 0) {
      this.numbersTimer = setTimeout(() => this.passNumbers(), wait);
      return;
    }
    this.numbersAt = performance.now();
    const drawable = this.pictures.latest;
    if (drawable === null) return;
    const latest = drawable.picture;
    this.numbers.setState({
      step: latest.step,
      epoch: latest.epoch,
      learningRate: latest.learning_rate,
      evaluation: latest.evaluation,
      layers: latest.layers,
      drawable,
    });
  }
}
