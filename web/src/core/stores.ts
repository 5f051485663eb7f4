/** What the page knows: the stores that its components subscribe to, and the one that says what happened. */

import { createStore } from 'zustand/vanilla';

import type {
  Change,
  CheckResult,
  Evaluation,
  LayerPart,
  PresetEntry,
  Ready,
  SharedRun,
  Spec,
  Status,
} from '../protocol/messages';
import { GUEST_SENTENCE } from './guest';
import type { History } from './history';
import type { Link } from './live';
import { keptPace, type Pace } from './pace';
import type { Drawable } from './pictures';
import type { Schema } from './schema';
import { emptyTimeline, type TimelineData } from './timeline';

export type Phase = 'starting' | 'ready' | 'denied' | 'unreachable' | 'ended' | 'revoked';

/** An edit of one weight or bias. It changes the training, not the spec. */
export interface ParameterEdit {
  readonly run: string;
  readonly layer: string;
  readonly parameter: string;
  readonly index: readonly number[];
  /** The value that it replaced; it is what undo gives back. */
  readonly before: number;
  readonly after: number;
}

/** One moment of what is edited: the spec, and the edit of a weight that led here, if it was one. */
export interface Moment {
  readonly spec: Spec;
  readonly edit: ParameterEdit | null;
}

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
  history: History<Moment> | null;
  check: CheckResult | null;
  /** The run of the link that this page was opened by: it is looked at, and nothing is changed. */
  shared: SharedRun | null;
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
  /** What has to be confirmed before the training starts. */
  question: string | null;
  /** Changes that were made while the past was looked at; they wait for a word where they shall act. */
  held: readonly Change[];
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

/** Long enough to be read twice. */
const NOTICE_MS = 8000;

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

export class Stores {
  readonly state = createStore<StudioState>(() => ({
    phase: 'starting',
    link: 'connecting',
    schema: {},
    presets: [],
    history: null,
    check: null,
    shared: null,
    run: null,
    status: null,
    ready: null,
    opening: false,
    wantsTraining: false,
    applying: false,
    former: null,
    pace: keptPace(),
    notice: null,
    question: null,
    held: [],
    differsFrom: null,
  }));
  readonly numbers = createStore<LiveNumbers>(() => noNumbers);
  readonly timeline = createStore<TimelineData>(() => emptyTimeline);

  get now(): StudioState {
    return this.state.getState();
  }

  set(changes: Partial<StudioState>): void {
    this.state.setState(changes);
  }

  /** Whether nothing may be changed, because the run is somebody else's; it is said then. */
  refuses(): boolean {
    if (this.now.shared === null) return false;
    this.notify(GUEST_SENTENCE);
    return true;
  }

  /** Numbers and curves of no run at all. */
  clear(): void {
    this.numbers.setState(noNumbers, true);
    this.timeline.setState({ ...emptyTimeline, version: this.timeline.getState().version + 1 }, true);
  }

  /** Say something in passing; what went wrong stays until it is dismissed. */
  notify(text: string, tone: Notice['tone'] = 'info'): void {
    const notice = { text, tone };
    this.set({ notice });
    if (tone === 'error') return;
    setTimeout(() => {
      if (this.now.notice === notice) this.set({ notice: null });
    }, NOTICE_MS);
  }
}
