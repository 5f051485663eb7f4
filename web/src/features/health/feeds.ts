/** Vitals and diagnosis of the open run, and the hooks by which components read them. */

import { useEffect } from 'react';
import { useStore } from 'zustand';

import { shownFindings } from '../../core/diagnosis';
import { DiagnosisFeed, type DiagnosisState } from '../../core/diagnosisFeed';
import { momentAt } from '../../core/vitals';
import { VitalsFeed, type VitalsState } from '../../core/vitalsFeed';
import type { HealthFinding, Vitals } from '../../protocol/messages';
import { studio, useNumbers, usePast } from '../studio';

export const vitals = new VitalsFeed(studio.stores, studio.past);
export const doctor = new DiagnosisFeed(studio.stores, studio.past);

export const useVitals = <T>(select: (state: VitalsState) => T): T => useStore(vitals.store, select);
export const useDoctor = <T>(select: (state: DiagnosisState) => T): T => useStore(doctor.store, select);

/** Ask for vitals as long as the component is on the page. */
export function useWatchedVitals(): void {
  useEffect(() => vitals.watch(), []);
}

/** The vitals of the step on screen, or the nearest before it; now, the newest. */
export function useShownVitals(): Vitals | null {
  const moments = useVitals((state) => state.moments);
  const isPast = usePast(({ at }) => at !== null);
  // The step of the vitals, not that on screen: it changes once a second, not with each picture.
  const step = useNumbers((numbers) => {
    const shown = isPast ? momentAt(moments, numbers.step) : moments.at(-1);
    return shown?.step ?? null;
  });
  return step === null ? null : momentAt(moments, step);
}

/** The findings of the step on screen; only those of a layer where one is given. */
export function useFindings(layer?: string): readonly HealthFinding[] {
  const shown = useDoctor((state) => state.shown);
  const dismissed = useDoctor((state) => state.dismissed);
  const findings = shownFindings(shown, dismissed);
  return layer === undefined ? findings : findings.filter((finding) => finding.layer === layer);
}
