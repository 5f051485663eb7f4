/** The guide: which page is open, and how far a lesson is. */

import { createStore } from 'zustand/vanilla';

import { keep, kept } from './keeping';

/** The pages, in the order in which the guide lists them; each has a file of its name. */
export const PAGE_NAMES = [
  'data',
  'network',
  'blocks',
  'training',
  'output',
  'images',
  'progress',
  'timeline',
  'inspector',
  'microscope',
  'compare',
  'slow-motion',
  'seven-panels',
  'flow',
  'doctor',
  'landscape',
  'warped',
  'lab',
] as const;
export type PageName = (typeof PAGE_NAMES)[number];

export interface Place {
  /** The lesson's number. */
  readonly lesson: number;
  readonly step: number;
}

export interface GuideState {
  /** The page that is read; `lessons` for their list; null where the guide is closed. */
  open: PageName | 'lessons' | null;
  /** The lesson under way. */
  place: Place | null;
  /** Numbers of the lessons that were finished. */
  finished: readonly number[];
}

const STORAGE_KEY = 'netlapse.lessons';

function finishedBefore(): readonly number[] {
  try {
    const known: unknown = JSON.parse(kept(STORAGE_KEY) ?? '[]');
    return Array.isArray(known) ? known.filter((entry): entry is number => Number.isInteger(entry)) : [];
  } catch {
    return [];
  }
}

export const guideStore = createStore<GuideState>(() => ({
  open: null,
  place: null,
  finished: finishedBefore(),
}));

export function openGuide(open: PageName | 'lessons'): void {
  guideStore.setState({ open });
}

export function closeGuide(): void {
  guideStore.setState({ open: null });
}

export function beginLesson(lesson: number): void {
  guideStore.setState({ open: null, place: { lesson, step: 0 } });
}

export function leaveLesson(): void {
  guideStore.setState({ place: null });
}

/** To another step of the lesson under way; beyond the last one it is finished. */
export function goTo(step: number, steps: number): void {
  const { place, finished } = guideStore.getState();
  if (place === null) return;
  if (step < steps) {
    guideStore.setState({ place: { ...place, step: Math.max(0, step) } });
    return;
  }
  const known = [...new Set([...finished, place.lesson])].sort((a, b) => a - b);
  keep(STORAGE_KEY, JSON.stringify(known));
  guideStore.setState({ place: null, finished: known, open: 'lessons' });
}
