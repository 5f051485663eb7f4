/** Guide and lesson, where one is open; their code is fetched then. */

import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';

import { guideStore } from '../../core/guide';

const GuideDialog = lazy(() => import('./GuideDialog'));
const LessonCard = lazy(() => import('./LessonCard'));

export function Guide() {
  const open = useStore(guideStore, (state) => state.open);
  const place = useStore(guideStore, (state) => state.place);
  return (
    <Suspense fallback={null}>
      {open !== null && <GuideDialog open={open} />}
      {place !== null && <LessonCard key={`${place.lesson}-${place.step}`} place={place} />}
    </Suspense>
  );
}
