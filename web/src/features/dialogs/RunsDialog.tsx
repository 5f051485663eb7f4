/** The library of runs, loaded when it is opened first. */

import { lazy, Suspense } from 'react';

const Library = lazy(() => import('../library/Library'));

export function RunsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Suspense>
      <Library onClose={onClose} />
    </Suspense>
  );
}
