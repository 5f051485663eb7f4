/** The one Studio of the page, and the hooks by which components read exactly what they show. */

import { useStore } from 'zustand';

import { momentOf, type PastState } from '../core/past';
import type { LiveNumbers, StudioState } from '../core/stores';
import { Studio } from '../core/studio';
import type { TimelineData } from '../core/timeline';
import { viewStore, type ViewState } from '../core/view';
import type { Spec } from '../protocol/messages';

export const studio = new Studio();

export const useStudio = <T>(select: (state: StudioState) => T): T => useStore(studio.stores.state, select);
export const useView = <T>(select: (state: ViewState) => T): T => useStore(viewStore, select);
export const useNumbers = <T>(select: (numbers: LiveNumbers) => T): T =>
  useStore(studio.stores.numbers, select);
export const usePast = <T>(select: (past: PastState) => T): T => useStore(studio.past.store, select);
/** The step that questions are about: null for now, undefined while the picture of it is still to come. */
export const useMoment = (): number | null | undefined => usePast(momentOf);
export const useTimeline = <T>(select: (data: TimelineData) => T): T =>
  useStore(studio.stores.timeline, select);

/** Whether the run on screen is somebody else's: it is looked at, and nothing is changed. */
export const useIsGuest = (): boolean => useStudio((state) => state.shared !== null);

/** The spec on screen; only where the Studio is ready. */
export function useSpec(): Spec {
  const spec = useStudio((state) => state.history?.present.spec);
  if (spec === undefined) throw new Error('There is no spec yet.');
  return spec;
}
