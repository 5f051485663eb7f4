/** Building by hand: what is dragged, where it would go, and what would come of it before it is let go. */

import { createStore } from 'zustand/vanilla';

import type { CheckResult, Examination, Layer, Spec } from '../protocol/messages';
import { api, problemSentence } from './api';
import {
  connect,
  duplicate,
  type Edited,
  insertAfter,
  insertOn,
  moveAfter,
  moveOnto,
  remove,
  type Wire,
} from './graph';
import { reportWords } from './layerWords';
import { freeId, insertBeforeOutput, withLayers } from './network';
import { complete, type Schema } from './schema';

/** Where something is dropped. */
export type Target =
  | { readonly on: 'wire'; readonly wire: Wire }
  | { readonly on: 'block'; readonly id: string }
  | { readonly on: 'canvas' };

export function sameTarget(a: Target, b: Target): boolean {
  if (a.on === 'wire') return b.on === 'wire' && a.wire.from === b.wire.from && a.wire.to === b.wire.to;
  return a.on === 'block' ? b.on === 'block' && a.id === b.id : b.on === 'canvas';
}

/** A new layer, a layer that changes its place, or a wire from a layer. */
export type Dragged =
  | { readonly what: 'new'; readonly layer: Layer }
  | { readonly what: 'move'; readonly id: string }
  | { readonly what: 'wire'; readonly from: string };

/** What the network would be, said before it is. */
export interface Outcome {
  readonly tone: 'fits' | 'error' | 'refused';
  readonly text: string;
}

export interface Drag {
  readonly dragged: Dragged;
  /** Where the pointer is on the page. */
  readonly x: number;
  readonly y: number;
  readonly target: Target;
  /** The layers after a drop here; null where nothing would change. */
  readonly layers: readonly Layer[] | null;
  readonly outcome: Outcome | null;
  /** The network after a drop here, once the server has looked at it. */
  readonly examination: Examination | null;
}

export interface BuilderState {
  /** The block that is selected: a layer's id, or `input`. */
  readonly block: string | null;
  readonly wire: Wire | null;
  readonly collapsed: ReadonlySet<string>;
  /** Layers whose repeats are shown one by one. */
  readonly unfolded: ReadonlySet<string>;
  readonly drag: Drag | null;
  /** What is said about the selected layer: itself, or what could come after it. */
  readonly side: 'layer' | 'next';
  /** A block that the diagram shall bring into sight. */
  readonly sought: string | null;
}

export const builderStore = createStore<BuilderState>(() => ({
  block: null,
  wire: null,
  collapsed: new Set<string>(),
  unfolded: new Set<string>(),
  drag: null,
  side: 'layer',
  sought: null,
}));

const CHECK_DELAY_MS = 70;

/** A layer of a kind with its defaults and a name of its own. */
export function newLayer(kind: string, schema: Schema, root: Schema, layers: readonly Layer[]): Layer {
  return complete({ kind, id: freeId(kind.replace(/-?2d$/, ''), layers) }, schema, root) as Layer;
}

/** The layers after a drop; null where a drop here means nothing. */
export function dropped(layers: readonly Layer[], dragged: Dragged, target: Target): Edited | null {
  switch (dragged.what) {
    case 'new':
      if (target.on === 'wire') return { layers: insertOn(layers, dragged.layer, target.wire) };
      if (target.on === 'block') return { layers: insertAfter(layers, dragged.layer, target.id) };
      return { layers: insertBeforeOutput(layers, dragged.layer) };
    case 'move':
      if (target.on === 'wire') return moveOnto(layers, dragged.id, target.wire);
      return target.on === 'block' ? moveAfter(layers, dragged.id, target.id) : null;
    case 'wire':
      return target.on === 'block' ? connect(layers, { from: dragged.from, to: target.id }) : null;
  }
}

/** What the check of a candidate says that the network on screen does not say already. */
export function outcomeOf(check: CheckResult, before: Examination | null, subject: string): Outcome {
  if (check.problem) return { tone: 'error', text: problemSentence(check.problem) };
  const known = new Set((before?.findings ?? []).map(({ message }) => message));
  const fresh = (check.examination?.findings ?? []).find(
    ({ severity, message }) => severity === 'error' && !known.has(message),
  );
  if (fresh) return { tone: 'error', text: fresh.message.replaceAll('`', '') };
  const report = check.examination?.layers.find(({ layer }) => layer === subject);
  return { tone: 'fits', text: report ? reportWords(report) : '' };
}

/** The layer that a drag is about: what it adds or moves, or what a wire leads to. */
export function subjectOf(dragged: Dragged, target: Target): string {
  if (dragged.what === 'new') return dragged.layer.id;
  if (dragged.what === 'move') return dragged.id;
  return target.on === 'block' ? target.id : '';
}

/** Follows a drag, and asks the server what its drop would come to. */
export class DragSession {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly spec: () => Spec,
    private readonly examination: () => Examination | null,
  ) {}

  /** The drag is over a target now. */
  over(dragged: Dragged, target: Target, x: number, y: number): void {
    const before = builderStore.getState().drag;
    const isSame = before?.dragged === dragged && sameTarget(before.target, target);
    // Outside nothing was asked; what comes back to the canvas is asked about.
    if (isSame && (before.layers !== null || target.on !== 'canvas')) {
      builderStore.setState({ drag: { ...before, x, y } });
      return;
    }
    clearTimeout(this.timer);
    const spec = this.spec();
    const edited = dropped(spec.network.layers, dragged, target);
    const layers = edited !== null && 'layers' in edited ? edited.layers : null;
    const outcome: Outcome | null =
      edited !== null && 'problem' in edited ? { tone: 'refused', text: edited.problem } : null;
    const drag: Drag = { dragged, x, y, target, layers, outcome, examination: null };
    builderStore.setState({ drag });
    if (layers !== null) this.timer = setTimeout(() => void this.check(drag, spec), CHECK_DELAY_MS);
  }

  /** The drag is outside of the diagram: nothing would come of it. */
  leave(dragged: Dragged, x: number, y: number): void {
    clearTimeout(this.timer);
    const nothing = { layers: null, outcome: null, examination: null };
    builderStore.setState({ drag: { dragged, x, y, target: { on: 'canvas' }, ...nothing } });
  }

  /** Let go: the layers to take over, or null. */
  end(): readonly Layer[] | null {
    clearTimeout(this.timer);
    const { drag } = builderStore.getState();
    builderStore.setState({ drag: null });
    return drag?.layers ?? null;
  }

  private async check(drag: Drag, spec: Spec): Promise<void> {
    const check = await api.check(withLayers(spec, drag.layers ?? [])).catch(() => null);
    const now = builderStore.getState().drag;
    if (
      check === null ||
      now === null ||
      now.dragged !== drag.dragged ||
      !sameTarget(now.target, drag.target)
    )
      return;
    const outcome = outcomeOf(check, this.examination(), subjectOf(drag.dragged, drag.target));
    builderStore.setState({ drag: { ...now, outcome, examination: check.examination } });
  }
}

/** A copy of a layer, and its name. */
export function copied(layers: readonly Layer[], id: string): { layers: readonly Layer[]; id: string } {
  const copy = freeId(id, layers);
  return { layers: duplicate(layers, id, copy), id: copy };
}

/** Without a layer, and what is selected then: what stood before it. */
export function removed(
  layers: readonly Layer[],
  id: string,
): { layers: readonly Layer[]; block: string | null } {
  const at = layers.findIndex((layer) => layer.id === id);
  return { layers: remove(layers, id), block: layers[at - 1]?.id ?? layers[at + 1]?.id ?? null };
}
