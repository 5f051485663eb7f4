/** The spec that is edited: its undo and redo, its check by the server, and its place in the address. */

import type { CheckResult, PatchOperation, Spec } from '../protocol/messages';
import { api, sentenceOf } from './api';
import { begin, edited, redone, reworded, undone } from './history';
import { applyPatch, same } from './json';
import { isLabHash } from './labLink';
import { decodeSpec, encodeSpec } from './link';
import { complete } from './schema';
import type { Moment, ParameterEdit, Stores } from './stores';

const CHECK_DELAY_MS = 100;

export class SpecDocument {
  private checkTimer: ReturnType<typeof setTimeout> | undefined;
  private writtenHash = '';

  constructor(private readonly stores: Stores) {}

  get spec(): Spec {
    const { history } = this.stores.now;
    if (history === null) throw new Error('The Studio has no spec yet.');
    return history.present.spec;
  }

  // --- edits ----------------------------------------------------------------------------------

  /** Another spec; says whether it is another. Edits with the same `mark` in a row are one step of undo. */
  edit(spec: Spec, mark: string | null = null): boolean {
    const { history } = this.stores.now;
    if ((history !== null && same(history.present.spec, spec)) || this.stores.refuses()) return false;
    const moment = { spec, edit: null };
    this.stores.set({ history: history === null ? begin<Moment>(moment) : edited(history, moment, mark) });
    this.settle();
    return true;
  }

  /** The spec of a shared run: it is looked at alone. */
  show(spec: Spec): void {
    this.stores.set({ history: begin<Moment>({ spec, edit: null }) });
  }

  /** The same moment in other words: as the server, or the run, writes the spec. */
  reword(spec: Spec): void {
    const { history } = this.stores.now;
    if (history === null || same(history.present.spec, spec)) return;
    this.stores.set({ history: reworded(history, { ...history.present, spec }) });
    this.settle();
  }

  /** Remember the edit of a weight, so that it can be undone. */
  record(edit: ParameterEdit): void {
    const { history } = this.stores.now;
    if (history !== null) this.stores.set({ history: edited(history, { spec: this.spec, edit }) });
  }

  /** Forget the edit of a weight that was refused. */
  withdraw(edit: ParameterEdit): void {
    const { history } = this.stores.now;
    if (history?.present.edit === edit) this.stores.set({ history: { ...undone(history), future: [] } });
  }

  /** The spec after a patch, as findings propose them. */
  patched(patch: readonly PatchOperation[]): Spec {
    const { schema } = this.stores.now;
    return complete(applyPatch(this.spec, patch), schema, schema) as Spec;
  }

  /**
   * One moment back, or forward. Gives the edit of a weight that was passed, and whether anything was.
   */
  travel(direction: 'back' | 'forward'): { moved: boolean; edit: ParameterEdit | null } {
    const { history } = this.stores.now;
    if (history === null) return { moved: false, edit: null };
    const moved = direction === 'back' ? undone(history) : redone(history);
    if (moved === history) return { moved: false, edit: null };
    this.stores.set({ history: moved });
    this.settle();
    return { moved: true, edit: (direction === 'back' ? history : moved).present.edit };
  }

  // --- check ----------------------------------------------------------------------------------

  private settle(): void {
    clearTimeout(this.checkTimer);
    if (this.stores.now.shared !== null) return;
    this.checkTimer = setTimeout(() => {
      void this.writeHash();
      void this.check();
    }, CHECK_DELAY_MS);
  }

  /** What the server says of the spec; null where the spec has changed meanwhile. */
  async check(): Promise<CheckResult | null> {
    const spec = this.spec;
    try {
      const check = await api.check(spec);
      if (spec !== this.spec) return null;
      this.stores.set({ check });
      if (check.spec !== null) this.reword(check.spec);
      return check;
    } catch (error) {
      this.stores.notify(sentenceOf(error), 'error');
      return null;
    }
  }

  // --- address --------------------------------------------------------------------------------

  /** The spec of the address; null where there is none. */
  async linked(): Promise<Spec | null> {
    const { schema } = this.stores.now;
    try {
      const spec = await decodeSpec(location.hash);
      return spec === null ? null : (complete(spec, schema, schema) as Spec);
    } catch (error) {
      this.stores.notify(sentenceOf(error), 'error');
      return null;
    }
  }

  /** The spec of the address where somebody else has written it there. */
  async relinked(): Promise<Spec | null> {
    if (location.hash === this.writtenHash || this.stores.now.phase !== 'ready') return null;
    return this.linked();
  }

  private async writeHash(): Promise<void> {
    const spec = this.spec;
    const hash = `#${await encodeSpec(spec)}`;
    if (spec !== this.spec || hash === location.hash || isLabHash(location.hash)) return;
    this.writtenHash = hash;
    history.replaceState(null, '', hash);
  }
}
