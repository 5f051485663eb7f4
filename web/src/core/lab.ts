/**
 * The optimizer lab without its face: what is set up, and the answers of the server about it.
 *
 * A change of the set-up asks for its race at once. An answer that is no longer wanted is dropped, and its question is
 * cancelled; while the start is dragged the one under way is let come, so that the race follows. What goes wrong is
 * said, and what is on screen stays.
 */

import { createStore } from 'zustand/vanilla';

import type { Domain, SurfaceEntry } from '../protocol/messages';
import { same } from './json';
import { Problem, sentenceOf } from './api';
import { askDocuments, askGrid, askRace, type Grid, type RaceRun } from './labApi';
import { decodeLab, encodeLab, isLabHash } from './labLink';
import { LabPlayer } from './labPlayer';
import { domainOf, type LabSetup, raceOf, readSetup, setupOf, type Surface } from './labSetup';
import { resolve, type Schema } from './schema';

export interface LabState {
  readonly entries: readonly SurfaceEntry[];
  readonly schema: Schema;
  /** Null until the surfaces are known. */
  readonly setup: LabSetup | null;
  /** What is drawn: of the surface that is set up, once it has come. */
  readonly grid: Grid | null;
  readonly run: RaceRun | null;
  /** The set-up that the run is of. */
  readonly runOf: LabSetup | null;
  /** What stands in the way of the lab itself, of the surface, of the race. */
  readonly problem: string;
  readonly gridProblem: string;
  readonly raceProblem: { readonly text: string; readonly place: string } | null;
  /** Whether a race is awaited. */
  readonly busy: boolean;
  /** Whether the start is being dragged: all paths are shown whole. */
  readonly drags: boolean;
  /** Pictures of the gallery, by the surface's kind. */
  readonly thumbnails: Readonly<Record<string, Grid>>;
}

const FIRST = 'quadratic-10';
const HASH_DELAY_MS = 250;
const CHANGE_DELAY_MS = 40;
const KEPT_GRIDS = 40;

export class Lab {
  readonly store = createStore<LabState>(() => ({
    entries: [],
    schema: {},
    setup: null,
    grid: null,
    run: null,
    runOf: null,
    problem: '',
    gridProblem: '',
    raceProblem: null,
    busy: false,
    drags: false,
    thumbnails: {},
  }));
  readonly player = new LabPlayer();
  private readonly grids = new Map<string, Promise<Grid>>();
  private asked: AbortController | null = null;
  private isOutdated = false;
  private raceTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the next race is shown from its beginning. */
  private isNew = false;
  private hashTimer: ReturnType<typeof setTimeout> | undefined;
  private writtenHash = '';
  private opened: Promise<void> | null = null;

  private get state(): LabState {
    return this.store.getState();
  }

  /** Show the lab: what the address holds, else what was there, else the first race. */
  async open(): Promise<void> {
    this.opened ??= this.load();
    await this.opened;
    if (this.state.entries.length > 0) await this.openLink();
  }

  private async load(): Promise<void> {
    try {
      this.store.setState({ ...(await askDocuments()), problem: '' });
    } catch (error) {
      this.opened = null;
      this.store.setState({ problem: sentenceOf(error) });
    }
  }

  /** The set-up of the address; once more where somebody has written another there. */
  async openLink(): Promise<void> {
    const { hash } = location;
    if (hash === this.writtenHash && this.state.setup !== null) return;
    const { entries, schema } = this.state;
    let setup: LabSetup | null = null;
    try {
      const found = await decodeLab(hash);
      const race = resolve({ $ref: '#/$defs/Race' }, schema);
      setup = found === null ? null : readSetup(found, entries, race, schema);
      if (found !== null && setup === null) throw new Error('The link holds no race of this lab.');
    } catch (error) {
      this.store.setState({ problem: sentenceOf(error) });
    }
    const first = entries.find(({ surface }) => surface.kind === FIRST) ?? entries[0];
    setup ??= this.state.setup ?? (first ? setupOf(first) : null);
    if (setup === null) return;
    this.replace(setup);
    void this.drawGallery();
  }

  dismiss(): void {
    this.store.setState({ problem: '' });
  }

  // --- changes --------------------------------------------------------------------------------

  /** Another set-up; its film plays from the beginning, or stands at the end for who wants no motion. */
  replace(setup: LabSetup): void {
    this.isNew = true;
    this.player.pause();
    this.change(setup);
  }

  private show(): void {
    this.isNew = false;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) this.player.seek(Infinity);
    else this.player.replay();
  }

  change(setup: LabSetup): void {
    this.store.setState({ setup });
    void this.showGrid();
    clearTimeout(this.raceTimer);
    this.raceTimer = setTimeout(() => void this.race(), this.state.drags ? 0 : CHANGE_DELAY_MS);
    clearTimeout(this.hashTimer);
    this.hashTimer = setTimeout(() => void this.writeHash(), HASH_DELAY_MS);
  }

  /** The start is taken, or let go. */
  drag(drags: boolean): void {
    this.store.setState({ drags });
    this.player.draw();
  }

  /** A function or a part of the plane, if the server can draw it; what is wrong with it otherwise. */
  async tryGrid(surface: Surface, domain: Domain | null): Promise<string> {
    try {
      await this.gridOf(surface, domain);
      return '';
    } catch (error) {
      return sentenceOf(error);
    }
  }

  // --- answers --------------------------------------------------------------------------------

  private async race(): Promise<void> {
    const { setup, drags } = this.state;
    if (this.asked !== null && drags) {
      this.isOutdated = true;
      return;
    }
    this.asked?.abort();
    const race = setup === null ? null : raceOf(setup);
    if (race === null) {
      this.asked = null;
      this.store.setState({ run: null, runOf: null, raceProblem: null, busy: false });
      return;
    }
    const asked = new AbortController();
    this.asked = asked;
    this.isOutdated = false;
    this.store.setState({ busy: true });
    try {
      const run = await askRace(race, asked.signal);
      if (asked.signal.aborted) return;
      this.store.setState({ run, runOf: setup, raceProblem: null });
      this.player.setSteps(run.part.steps);
      if (this.isNew) this.show();
    } catch (error) {
      if (asked.signal.aborted) return;
      const place = error instanceof Problem ? error.place : '';
      this.store.setState({ raceProblem: { text: sentenceOf(error), place } });
      if (!same(this.state.runOf?.surface, setup?.surface)) this.player.pause(); // nothing is left to play
    }
    this.asked = null;
    this.store.setState({ busy: false });
    this.goOn();
  }

  /** What was asked for while the start was dragged. */
  private goOn(): void {
    if (this.isOutdated) void this.race();
  }

  private async showGrid(): Promise<void> {
    const { setup, entries } = this.state;
    if (setup === null) return;
    const domain = domainOf(setup, entries);
    const isCurrent = () => {
      const now = this.state.setup;
      return (
        now?.surface === setup.surface &&
        keyOf(now.surface, domainOf(now, entries)) === keyOf(setup.surface, domain)
      );
    };
    try {
      const grid = await this.gridOf(setup.surface, domain);
      if (isCurrent() && this.state.grid !== grid) this.store.setState({ grid, gridProblem: '' });
    } catch (error) {
      if (isCurrent()) this.store.setState({ gridProblem: sentenceOf(error) });
    }
    this.player.draw();
  }

  private gridOf(surface: Surface, domain: Domain | null): Promise<Grid> {
    const key = keyOf(surface, domain);
    const kept = this.grids.get(key);
    if (kept !== undefined) return kept;
    const asked = askGrid(surface, domain);
    this.grids.set(key, asked);
    asked.catch(() => this.grids.delete(key));
    const [oldest] = this.grids.keys();
    if (this.grids.size > KEPT_GRIDS && oldest !== undefined) this.grids.delete(oldest);
    return asked;
  }

  /** One after the other, because the race on screen is worth more. */
  private async drawGallery(): Promise<void> {
    for (const { surface, domain } of this.state.entries) {
      if (surface.kind in this.state.thumbnails) continue;
      const grid = await this.gridOf(surface, domain).catch(() => null);
      if (grid === null) continue;
      this.store.setState(({ thumbnails }) => ({ thumbnails: { ...thumbnails, [surface.kind]: grid } }));
    }
  }

  private async writeHash(): Promise<void> {
    const { setup } = this.state;
    if (setup === null) return;
    const hash = await encodeLab(setup);
    if (setup !== this.state.setup || !isLabHash(location.hash)) return;
    this.writtenHash = hash;
    history.replaceState(history.state, '', hash);
  }
}

function keyOf(surface: Surface, domain: Domain | null): string {
  return JSON.stringify([surface, domain?.x, domain?.y]);
}
