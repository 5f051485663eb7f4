/** What the server advises at the selected place, and the score of the network. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';

import { api } from '../../../core/api';
import { builderStore } from '../../../core/builder';
import { INPUT } from '../../../core/graph';
import type { AdviceResult } from '../../../protocol/messages';
import { useStudio } from '../../studio';

/** Advice on the network as the server has checked it; null where it cannot be read at all. */
export function useAdvice(): AdviceResult | null {
  const spec = useStudio((state) => state.check?.spec ?? null);
  const block = useStore(builderStore, (state) => state.block);
  const after =
    block === INPUT || spec?.network.layers.some(({ id }) => id === block) === true ? block : null;
  const { data } = useQuery({
    queryKey: ['advice', spec, after],
    queryFn: () => (spec === null ? null : api.advice(spec, after)),
    enabled: spec !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 30_000,
    retry: false,
  });
  return spec === null ? null : (data ?? null);
}
