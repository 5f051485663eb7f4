/** What is watched of the open run, and where each thing that comes of it goes. */

import type { Frame } from '../protocol/frames';
import type { Spec, Status, View } from '../protocol/messages';
import { same } from './json';
import { landscapeStore } from './landscape';
import { LiveChannel } from './live';
import { hasImages, lookView, microscopeStore } from './microscope';
import type { Past } from './past';
import { PictureStore } from './pictures';
import { sevenPanelsStore } from './sevenPanels';
import type { Stores } from './stores';
import { readTimeline } from './timeline';
import { defaultAxes, viewStore } from './view';

const NUMBERS_INTERVAL_MS = 80;
/** What is due waits so long for a picture to be shown with: each frame of the screen costs the training something. */
const JOIN_MS = 110;
/** A view that changes is asked for so much later. */
const LOOK_MS = 25;
const GRID = 100;
const UNIT_GRID = 30;

interface Handlers {
  spec: () => Spec;
  status: (status: Status) => void;
  /** The run does not exist any more. */
  gone: () => void;
}

export class LiveView {
  readonly pictures = new PictureStore((count) => this.channel.drawn(count));
  private readonly channel: LiveChannel;
  private numbersTimer: ReturnType<typeof setTimeout> | undefined;
  private numbersAt = 0;
  private lookTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly due = new Map<'timeline' | 'status', () => void>();
  private dueTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly stores: Stores,
    private readonly past: Past,
    private readonly handlers: Handlers,
  ) {
    this.channel = new LiveChannel({
      frame: (frame) => this.receive(frame),
      link: (link) => {
        if (stores.now.phase !== 'ended') stores.set({ link });
      },
    });
    this.pictures.subscribe(() => {
      this.passNumbers();
      this.passDue();
    });
    viewStore.subscribe((view, before) => {
      if (view.tab !== before.tab || view.selection !== before.selection || view.axes !== before.axes)
        this.watch();
    });
    past.store.subscribe((state, before) => {
      if (state.asked === before.asked && state.moves === before.moves) return;
      if (state.asked === null) this.pictures.showNow();
      this.watch();
    });
    sevenPanelsStore.subscribe((state, before) => {
      if (state.isOpen !== before.isOpen) this.watch();
    });
    landscapeStore.subscribe((state, before) => {
      if (!same(state.warped, before.warped)) this.watch();
    });
    microscopeStore.subscribe((state, before) => {
      if (same(lookView(state), lookView(before))) return;
      // Parts that come and go together are one question.
      clearTimeout(this.lookTimer);
      this.lookTimer = setTimeout(() => this.watch(), LOOK_MS);
    });
  }

  /** Watch the open run as the page shows it now. */
  watch(): void {
    const { run } = this.stores.now;
    if (run !== null) this.channel.watch(run, this.view());
  }

  /** Watch nothing for now. What is drawn stays as a shade of what was, unless it is of other data. */
  forget(keepsShade: boolean): void {
    this.channel.forget();
    this.clear(keepsShade);
  }

  clear(keepsShade: boolean): void {
    this.due.clear();
    this.past.now();
    this.pictures.clear(keepsShade);
    this.stores.clear();
  }

  leave(): void {
    this.channel.leave();
  }

  retry(): void {
    this.channel.retry();
  }

  private view(): View {
    return { ...this.looks(), ...this.past.view };
  }

  private looks(): Omit<View, 'at' | 'nearest'> {
    const { tab, axes, selection } = viewStore.getState();
    const spec = this.handlers.spec();
    if (hasImages(spec, this.stores.now.check)) {
      const looks = lookView(microscopeStore.getState());
      // Measuring a network for images takes long: not while the position moves, whose metrics carry their own step.
      const evaluation = this.past.isNow || !this.past.state.moves;
      return {
        boundary: null,
        weights: false,
        evaluation,
        inspect: [],
        gradients: false,
        warped: null,
        ...looks,
      };
    }
    const panels = sevenPanelsStore.getState().isOpen;
    return {
      boundary: {
        width: GRID,
        height: GRID,
        unit_size: tab === 'neurons' ? UNIT_GRID : 0,
        axes: axes ?? defaultAxes(spec),
      },
      weights: panels || tab === 'neurons' || selection !== null,
      evaluation: true,
      inspect: selection === null ? [] : [selection.layer],
      gradients: panels,
      microscope: null,
      warped: landscapeStore.getState().warped,
      predictions: false,
    };
  }

  private receive(frame: Frame): void {
    const { message } = frame;
    // What still comes of a run that was left is dropped; its pictures are not paid for.
    if (message.kind !== 'refused' && message.run !== this.stores.now.run) return;
    switch (message.kind) {
      case 'status': {
        const show = () => this.handlers.status(message);
        this.due.delete('status');
        const goesOn = message.state === 'training' && this.stores.now.status?.state === 'training';
        if (goesOn) this.showWithPicture('status', show);
        else show();
        break;
      }
      case 'ready':
        this.stores.set({ ready: message });
        break;
      case 'picture':
        if (this.past.receive(message)) this.pictures.receive(frame);
        break;
      case 'surveying':
        landscapeStore.setState({ progress: message });
        break;
      case 'recalling':
        this.past.recall(message);
        break;
      case 'timeline': {
        const data = readTimeline(frame, this.stores.timeline.getState().version + 1);
        if (data !== null) this.showWithPicture('timeline', () => this.stores.timeline.setState(data, true));
        break;
      }
      case 'differs':
        this.stores.set({ differsFrom: message.step });
        break;
      case 'gone':
        this.handlers.gone();
        break;
      case 'refused':
        this.stores.notify(message.problem.message, 'error');
        break;
    }
  }

  private showWithPicture(what: 'timeline' | 'status', show: () => void): void {
    this.due.set(what, show);
    this.dueTimer ??= setTimeout(() => this.passDue(), JOIN_MS);
  }

  private passDue(): void {
    clearTimeout(this.dueTimer);
    this.dueTimer = undefined;
    const due = [...this.due.values()];
    this.due.clear();
    for (const show of due) show();
  }

  private passNumbers(): void {
    clearTimeout(this.numbersTimer);
    const drawable = this.pictures.latest;
    if (drawable === null) return;
    const latest = drawable.picture;
    const shown = this.stores.numbers.getState();
    const before = shown.drawable?.picture.at ?? null;
    const wait = this.numbersAt + NUMBERS_INTERVAL_MS - performance.now();
    // Numbers of the past come and go with their picture: nothing on screen may be of another step.
    if (wait > 0 && latest.at === null && before === null) {
      this.numbersTimer = setTimeout(() => this.passNumbers(), wait + JOIN_MS);
      return;
    }
    this.numbersAt = performance.now();
    this.stores.numbers.setState({
      step: latest.step,
      epoch: latest.epoch,
      learningRate: latest.learning_rate,
      evaluation: latest.evaluation ?? (latest.at === null ? null : shown.evaluation),
      layers: latest.layers,
      drawable,
    });
  }
}
