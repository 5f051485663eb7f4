/** The runs that a run is related to. */

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { api } from '../../core/api';
import { type Branch, branchesOf, familyOf, type TreeRow } from './branches';

export const FAMILY_KEY = ['runs', 'family'] as const;

export function useBranches(run: string | null): {
  readonly branches: readonly Branch[];
  readonly family: readonly TreeRow[];
} {
  const { data } = useQuery({
    queryKey: [...FAMILY_KEY, run],
    queryFn: api.runs,
    enabled: run !== null,
    staleTime: 1000,
    gcTime: 60_000,
  });
  return useMemo(
    () =>
      data === undefined || run === null
        ? { branches: [], family: [] }
        : { branches: branchesOf(data, run), family: familyOf(data, run) },
    [data, run],
  );
}
