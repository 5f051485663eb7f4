/** The newest step of the run, whichever is on screen. */

import { useStudio, useTimeline } from '../studio';

export function useNewest(): number {
  const recorded = useTimeline((timeline) => timeline.steps);
  const status = useStudio((state) => state.status?.step ?? 0);
  return Math.max(recorded, status);
}
