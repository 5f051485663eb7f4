/** REST questions that several components share. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { api } from '../core/api';
import type { Data, DatasetPreview } from '../protocol/messages';
import { useSpec } from './studio';

const forever = { staleTime: Infinity, retry: false } as const;

export function datasetQuery(data: Data) {
  return { queryKey: ['dataset', data], queryFn: () => api.dataset(data), ...forever };
}

/** The samples of the dataset on screen; the ones before while new ones come. */
export function useDataset(): { preview: DatasetPreview | null; problem: Error | null } {
  const { data } = useSpec();
  const query = useQuery({ ...datasetQuery(data), placeholderData: keepPreviousData, gcTime: 30_000 });
  return { preview: query.data ?? null, problem: query.error };
}
