/** The one lab of the page, and the hooks by which components read exactly what they show. */

import { useMemo } from 'react';
import { useStore } from 'zustand';

import { Lab, type LabState } from '../../core/lab';
import type { Grid, RaceRun } from '../../core/labApi';
import type { PlayerState } from '../../core/labPlayer';
import { same } from '../../core/json';
import { domainOf, type LabSetup, racing, toleranceOf } from '../../core/labSetup';
import { racerColor } from '../../draw/labColors';
import type { RacerLook } from '../../draw/labPaths';
import { type LabScale, scaleOf } from '../../draw/labScale';
import type { Domain } from '../../protocol/messages';
import { useView } from '../studio';

export const lab = new Lab();

export const useLab = <T>(select: (state: LabState) => T): T => useStore(lab.store, select);
export const usePlayer = <T>(select: (state: PlayerState) => T): T => useStore(lab.player.store, select);

/** The set-up on screen; only where there is one. */
export function useSetup(): LabSetup {
  const setup = useLab((state) => state.setup);
  if (setup === null) throw new Error('There is no set-up yet.');
  return setup;
}

/** Change the set-up that is there. */
export function change(edit: (setup: LabSetup) => LabSetup): void {
  const { setup } = lab.store.getState();
  if (setup !== null) lab.change(edit(setup));
}

export function useDomain(): Domain {
  const setup = useSetup();
  const entries = useLab((state) => state.entries);
  return useMemo(() => domainOf(setup, entries), [setup, entries]);
}

export function useTolerance(): number {
  return toleranceOf(useSetup(), useDomain());
}

const scales = new WeakMap<Grid, LabScale>();

/** The scale of a grid; the same object each time. */
export function scaleOfGrid(grid: Grid): LabScale {
  let scale = scales.get(grid);
  if (scale === undefined) {
    scale = scaleOf(
      grid.values,
      grid.part.minima.map(({ f }) => f),
    );
    scales.set(grid, scale);
  }
  return scale;
}

export interface Shown {
  readonly run: RaceRun;
  readonly of: LabSetup;
  /** How its racers look, in its order. */
  readonly looks: readonly RacerLook[];
}

/** The race on screen; null where there is none on the surface that is set up. */
export function useShown(): Shown | null {
  const { surface } = useSetup();
  const run = useLab((state) => state.run);
  const of = useLab((state) => state.runOf);
  const theme = useView((view) => view.theme);
  return useMemo(() => {
    if (run === null || of === null || !same(of.surface, surface)) return null;
    const looks = racing(of).map((index) => ({
      color: racerColor(of.racers[index]?.color ?? 0, theme),
      number: index + 1,
    }));
    return { run, of, looks };
  }, [run, of, surface, theme]);
}
