/** Questions about images that components share. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { type Answer, ask } from '../../core/looks';
import { hasImages } from '../../core/microscope';
import type { Images } from '../../draw/digit';
import type { Part } from '../../protocol/messages';
import { useSpec, useStudio } from '../studio';

/** Whether the network on screen reads images. */
export function useHasImages(): boolean {
  const spec = useSpec();
  const check = useStudio((state) => state.check);
  return hasImages(spec, check);
}

/** The run, once it can be asked. */
export function useRun(): string | null {
  return useStudio((state) => (state.ready?.run === state.run ? state.run : null));
}

/** The images of some samples of the data on screen. */
export function useSamples(part: Part, indices: readonly number[]): Images | null {
  const { data } = useSpec();
  const run = useRun();
  const query = useQuery({
    // They belong to the data, whichever run is asked.
    queryKey: ['samples', data, part, indices],
    queryFn: () => ask(run ?? '', { kind: 'samples', part, indices }),
    enabled: run !== null && indices.length > 0,
    staleTime: Infinity,
    gcTime: 300_000,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return query.data && !query.isPlaceholderData ? imagesOf(query.data, 'pixels') : null;
}

/** Images among the arrays of an answer: [k, height, width, channels], or one image without k. */
export function imagesOf(answer: Answer, name: string): Images | null {
  const array = answer.arrays.get(name);
  if (array === undefined) return null;
  const [height = 1, width = 1, channels = 1] = array.shape.slice(-3);
  return { data: array.data, height, width, channels };
}
