/** What the server advises at the selected place, and the score of the network. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';

import { api } from '../../../core/api';
import { builderStore } from '../../../core/builder';
import { INPUT } from '../../../core/graph';
import { same } from '../../../core/json';
import type { AdviceResult } from '../../../protocol/messages';
import { useIsGuest, useSpec, useStudio } from '../../studio';

interface Advised {
  /** Null where the network cannot be read at all. */
  readonly advice: AdviceResult | null;
  /** Whether it is on the network and the place of now; it stays on screen until other advice comes. */
  readonly isCurrent: boolean;
}

/** Advice on the network as the server has checked it. */
export function useAdvice(): Advised {
  const present = useSpec();
  const isGuest = useIsGuest();
  const spec = useStudio((state) => state.check?.spec ?? null);
  const block = useStore(builderStore, (state) => state.block);
  const after =
    block === INPUT || spec?.network.layers.some(({ id }) => id === block) === true ? block : null;
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['advice', spec, after],
    queryFn: () => (spec === null ? null : api.advice(spec, after)),
    enabled: spec !== null && !isGuest,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 30_000,
    retry: false,
  });
  return {
    advice: spec === null ? null : (data ?? null),
    isCurrent: !isPlaceholderData && spec !== null && same(spec.network, present.network),
  };
}
