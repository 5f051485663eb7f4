/** REST questions that several components share. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { api } from '../core/api';
import type { CollectionEntry, Data, DatasetPreview, SamplesRequest } from '../protocol/messages';
import { useSpec } from './studio';

const forever = { staleTime: Infinity, retry: false } as const;
const FETCHING_MS = 400;

export function datasetQuery(data: Data) {
  return { queryKey: ['dataset', withoutAugmentation(data)], queryFn: () => api.dataset(data), ...forever };
}

/** What a preview depends on: augmentation changes nothing of what the data holds. */
function withoutAugmentation(data: Data): Data {
  return 'augmentation' in data ? { ...data, augmentation: null } : data;
}

const NO_NAMES: readonly string[] = [];

/** The classes of the dataset on screen; the same list each time. */
export function useClassNames(): readonly string[] {
  const { preview } = useDataset();
  return preview?.class_names ?? NO_NAMES;
}

/** The samples of the dataset on screen; the ones before while new ones come. */
export function useDataset(): { preview: DatasetPreview | null; problem: Error | null } {
  const { data } = useSpec();
  const isHere = useIsHere(data);
  const query = useQuery({
    ...datasetQuery(data),
    enabled: isHere,
    ...(isHere ? { placeholderData: keepPreviousData } : {}),
    gcTime: 30_000,
  });
  return { preview: query.data ?? null, problem: query.error };
}

export const collectionsQuery = {
  queryKey: ['collections'],
  queryFn: api.collections,
  retry: false,
  // Another program may fetch them too.
  refetchOnWindowFocus: true,
} as const;

/** All collections of images; while one is fetched, as it goes. */
export function useCollections(): readonly CollectionEntry[] | null {
  const query = useQuery({
    ...collectionsQuery,
    refetchInterval: ({ state }) =>
      state.data?.some((entry) => entry.state === 'fetching') === true ? FETCHING_MS : false,
  });
  return query.data ?? null;
}

/** The collection that data is of; null for other data, and until it is known. */
export function useCollection(data: Data): CollectionEntry | null {
  const entries = useCollections();
  return data.kind === 'images' ? (entries?.find(({ name }) => name === data.name) ?? null) : null;
}

/** Whether data can be asked for: what is not on this machine is not. */
export function useIsHere(data: Data): boolean {
  return useCollection(data)?.state === 'present' || data.kind !== 'images';
}

export function samplesQuery(request: SamplesRequest) {
  return { queryKey: ['samples', request], queryFn: () => api.samples(request), gcTime: 60_000, ...forever };
}
