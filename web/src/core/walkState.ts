/** Slow motion: whether a step is walked through, with what, and where on the way one stands. */

import { createStore } from 'zustand/vanilla';

import type { FrameArray } from '../protocol/frames';
import type { ArithmeticPhase, WalkAnswer, WalkSubject } from '../protocol/messages';

/** A number of the walk: of a unit where `parameter` is empty, else an entry of that array. */
export interface Ref {
  readonly layer: string;
  readonly parameter: string;
  readonly index: readonly number[];
}

/** A number whose arithmetic is open. */
export interface Target extends Ref {
  readonly phase: ArithmeticPhase;
  /** Batch: of which sample; null for the one that the walk shows. */
  readonly row: number | null;
}

/** The numbers of one step, as they came. */
export interface WalkData {
  readonly run: string;
  readonly step: number;
  readonly values: WalkAnswer;
  readonly arrays: ReadonlyMap<string, FrameArray>;
}

/** With what is walked. */
export interface WalkChoice {
  readonly subject: WalkSubject;
  /** Batch: the one sample whose numbers are shown; null for the mean. */
  readonly row: number | null;
  /** What typed values or a drawing should have given. */
  readonly target: number | null;
}

export interface WalkState extends WalkChoice {
  readonly isOpen: boolean;
  readonly walk: WalkData | null;
  /** A sentence where there is no answer. */
  readonly problem: string;
  readonly busy: boolean;
  /** Whether the training ran until slow motion was opened. */
  readonly held: boolean;
  /** Which stop of the way. */
  readonly phase: number;
  readonly plays: boolean;
  /** How long playback stays at a stop. */
  readonly stay_ms: number;
  readonly open: Target | null;
  /** What moves the loss most, where it is marked in the network. */
  readonly marks: readonly Ref[];
  /** What is pointed at, in the network or among the terms. */
  readonly lit: readonly Ref[];
}

export const STAYS_MS = [6000, 3000, 1500, 600] as const;
/** What training does next, shown by its first sample. */
export const BATCH: WalkChoice = { subject: { kind: 'batch' }, row: 0, target: null };
const NOTHING: readonly Ref[] = [];

export const walkStore = createStore<WalkState>(() => ({
  ...BATCH,
  isOpen: false,
  walk: null,
  problem: '',
  busy: false,
  held: false,
  phase: 0,
  plays: false,
  stay_ms: STAYS_MS[1],
  open: null,
  marks: NOTHING,
  lit: NOTHING,
}));

const now = () => walkStore.getState();
const set = (changes: Partial<WalkState>) => walkStore.setState(changes);

export function openSlowMotion(isOpen: boolean): void {
  set({ isOpen, plays: false, phase: 0, open: null, marks: NOTHING, lit: NOTHING });
  if (!isOpen) set({ walk: null, problem: '', busy: false, held: false });
}

/** Walk with something else, from the inputs on. */
export function walkWith(choice: WalkChoice): void {
  set({ ...choice, plays: false, problem: '' });
}

/** How many stops there are. */
export function stops(): number {
  return now().walk?.values.phases.length ?? 0;
}

/** Stand at a stop; beyond an end, at that end. */
export function goTo(phase: number): void {
  set({ phase: Math.max(0, Math.min(stops() - 1, phase)) });
}

/** Go on by so many stops by hand: playback ends. */
export function goBy(by: number): void {
  set({ plays: false });
  goTo(now().phase + by);
}

/** The next stop of the playback, which ends at the last. */
export function playOn(): void {
  const { phase } = now();
  if (phase < stops() - 1) goTo(phase + 1);
  if (phase >= stops() - 2) set({ plays: false });
}

/** Play from here, or from the beginning where the end is reached; or hold. */
export function togglePlayback(): void {
  const { plays, phase } = now();
  if (!plays && phase >= stops() - 1) goTo(0);
  set({ plays: !plays && stops() > 1 });
}

export function openArithmetic(open: Target | null): void {
  set({ open, lit: NOTHING });
}

export function light(lit: readonly Ref[]): void {
  if (lit.length > 0 || now().lit.length > 0) set({ lit: lit.length > 0 ? lit : NOTHING });
}

/** What a key does while slow motion is open; null where it is no key of it. */
export function walkKey(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): (() => void) | null {
  if (!now().isOpen || event.shiftKey) return null;
  switch (event.key) {
    case 'ArrowRight':
      return () => goBy(1);
    case 'ArrowLeft':
      return () => goBy(-1);
    case 'Home':
      return () => goBy(-stops());
    case 'End':
      return () => goBy(stops());
    case ' ':
      return togglePlayback;
    case 'Escape':
      return () => (now().open === null ? openSlowMotion(false) : openArithmetic(null));
    default:
      return null;
  }
}
