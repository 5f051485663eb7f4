/** The loss of every step in sight: exact columns of the range where it is narrower than the run. */

import { useEffect, useMemo, useState } from 'react';

import { api } from '../../core/api';
import { NewestOnly } from '../../core/looks';
import type { TimelineData } from '../../core/timeline';
import type { LossColumns } from '../../draw/timelineLayout';
import type { Range } from '../../draw/timelineZoom';

interface Wanted {
  readonly run: string;
  readonly first: number;
  readonly last: number;
}

type Found = LossColumns & Omit<Wanted, 'run'>;

export function useLosses(run: string | null, data: TimelineData, range: Range | null): LossColumns {
  const [found, setFound] = useState<Found | null>(null);
  const newest = useMemo(
    () =>
      new NewestOnly<Wanted>(async ({ run: of, first, last }) => {
        // Where there is no answer, what the timeline itself says is drawn.
        const answer = await api.losses(of, first, last).catch(() => null);
        if (answer === null) setFound(null);
        else
          setFound({
            first,
            last,
            firstStep: answer.first_step,
            stepsPerColumn: answer.steps_per_column,
            low: Float64Array.from(answer.low, (value) => value ?? Number.NaN),
            high: Float64Array.from(answer.high, (value) => value ?? Number.NaN),
          });
      }),
    [],
  );
  const first = (range?.from ?? 0) + 1;
  const last = Math.min(range?.to ?? 0, data.steps);
  const isNeeded = run !== null && range !== null && data.stepsPerColumn > 1 && first <= last;
  useEffect(() => {
    if (isNeeded) newest.push({ run, first, last });
  }, [newest, isNeeded, run, first, last]);
  const live = useMemo(
    () => ({ firstStep: 1, stepsPerColumn: data.stepsPerColumn, low: data.low, high: data.high }),
    [data],
  );
  // While the run grows within the range, the answer of a moment ago is as good.
  const isCovered = found !== null && found.first <= first && (found.last >= last || last === data.steps);
  return isNeeded && isCovered ? found : live;
}
