/** REST questions that several components share. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { api, Problem } from '../core/api';
import { GUEST_SENTENCE } from '../core/guest';
import { same } from '../core/json';
import type { CollectionEntry, Data, DatasetPreview, SamplePage, SamplesRequest } from '../protocol/messages';
import { studio, useIsGuest, useSpec, useStudio } from './studio';

const forever = { staleTime: Infinity, retry: false } as const;
const FETCHING_MS = 400;

export function datasetQuery(data: Data) {
  return { queryKey: ['dataset', withoutAugmentation(data)], queryFn: () => datasetOf(data), ...forever };
}

/** A guest has the preview of the shared run's data, and asks for no other. */
async function datasetOf(data: Data): Promise<DatasetPreview> {
  const { shared } = studio.state;
  if (shared === null) return api.dataset(data);
  if (
    shared.dataset !== null &&
    same(withoutAugmentation(shared.details.spec.data), withoutAugmentation(data))
  )
    return shared.dataset;
  throw new Problem(GUEST_SENTENCE, 401);
}

function samplesOf(request: SamplesRequest): Promise<SamplePage> {
  const { shared } = studio.state;
  if (shared === null) return api.samples(request);
  // The server knows data and seed of the run; what is undefined is not sent.
  const asked = { ...request, data: undefined, seed: undefined };
  return api.samplesOf(shared.run, asked);
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
  const isGuest = useIsGuest();
  const query = useQuery({
    ...collectionsQuery,
    enabled: !isGuest,
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
  const isPresent = useCollection(data)?.state === 'present';
  const shared = useStudio((state) => state.shared);
  return shared === null ? isPresent || data.kind !== 'images' : shared.dataset !== null;
}

export function samplesQuery(request: SamplesRequest) {
  return { queryKey: ['samples', request], queryFn: () => samplesOf(request), gcTime: 60_000, ...forever };
}
