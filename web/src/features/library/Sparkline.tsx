/** The losses of a run as a small picture; fetched when it comes in sight. */

import { useQuery } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';

import { paintSparkline } from '../../draw/sparkline';
import type { RunEntry } from '../../protocol/messages';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useInSight } from '../microscope/useWant';
import { libraryApi } from './libraryApi';

export function Sparkline({ run }: { run: RunEntry }) {
  const root = useRef<HTMLDivElement>(null);
  const inSight = useInSight(root);
  const style = usePlotStyle();
  const losses = useQuery({
    // A run that has gone on has another picture.
    queryKey: ['losses', run.id, run.step],
    queryFn: () => libraryApi.losses(run.id),
    enabled: inSight && run.step > 0,
    staleTime: Infinity,
    gcTime: 120_000,
    retry: false,
  });
  const { data } = losses;
  const paint: Paint = useCallback(
    (context, width, height) => {
      if (data) paintSparkline(context, width, height, data, style.muted);
      else context.clearRect(0, 0, width, height);
    },
    [data, style],
  );
  return (
    <div ref={root} className="h-9 w-20 shrink-0 rounded border border-line bg-paper">
      {data && <Canvas paint={paint} className="block size-full" testId="sparkline" />}
    </div>
  );
}
