/** From the walk to the step itself: state n + 1. */

import { useStore } from 'zustand';

import { count } from '../../core/numbers';
import { BATCH, walkStore, walkWith, type WalkData } from '../../core/walkState';
import { studio, useIsGuest, useMoment } from '../studio';

export function DoStep({ walk }: { walk: WalkData }) {
  const at = useMoment();
  const isGuest = useIsGuest();
  const busy = useStore(walkStore, (state) => state.busy);
  const next = count(walk.step + 1);
  if (walk.values.update_of === 'sample')
    return (
      <p className="text-[12px] text-muted">
        Training takes the whole batch.{' '}
        <button type="button" className="link" onClick={() => walkWith(BATCH)}>
          Walk with the next batch
        </button>
      </p>
    );
  // A guest may look at the steps that the owner's training has made.
  if (isGuest && (at === null || walk.step >= studio.newest)) return null;
  return (
    <button
      type="button"
      className="button-primary"
      data-testid="walk-step"
      disabled={busy}
      title={
        at === null
          ? `Training does exactly this step; then it stands at step ${next}`
          : `Look at step ${next}`
      }
      onClick={() => studio.forward()}
    >
      {at === null ? 'Do this step' : `Go to step ${next}`}
    </button>
  );
}
