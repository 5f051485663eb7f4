/** Pages of the library as they come in sight, and what is done to its runs. */

import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';

import { sentenceOf } from '../../core/api';
import { type LibraryQuery, PAGE, pagesOf } from '../../core/library';
import type { RunDescription, RunEntry } from '../../protocol/messages';
import { studio } from '../studio';
import { libraryApi } from './libraryApi';
import { nameOf } from './words';

/** While a run trains its line changes. */
const REFRESH_MS = 3000;

export interface Listed {
  readonly total: number | null;
  readonly bytes: number;
  /** The run of a row; null until its page has come. */
  readonly at: (row: number) => RunEntry | null;
  readonly error: Error | null;
}

export function useLibrary(query: LibraryQuery, rows: readonly [number, number]): Listed {
  const pages = [...new Set([0, ...pagesOf(rows)])];
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: ['library', query, page],
      queryFn: () => libraryApi.page(query, page),
      placeholderData: keepPreviousData,
      staleTime: 0,
      refetchInterval: REFRESH_MS,
      retry: false,
    })),
  });
  const found = new Map(pages.map((page, index) => [page, results[index]?.data]));
  const first = found.get(0);
  return {
    total: first?.total ?? null,
    bytes: first?.bytes ?? 0,
    at: (row) => found.get(Math.floor(row / PAGE))?.runs[row % PAGE] ?? null,
    error: results.find(({ error }) => error !== null)?.error ?? null,
  };
}

export function useTags() {
  return useQuery({ queryKey: ['library-tags'], queryFn: libraryApi.tags, staleTime: 0 }).data ?? [];
}

/** What was just deleted and can be restored. */
export interface Deleted {
  readonly id: string;
  readonly name: string;
}

export interface Actions {
  readonly deleted: Deleted | null;
  /** What went wrong; null where nothing did. */
  readonly problem: string | null;
  readonly describe: (run: RunEntry, changes: RunDescription) => Promise<boolean>;
  readonly hide: (run: RunEntry) => Promise<void>;
  readonly restore: (run: Deleted) => Promise<void>;
  readonly remove: (run: RunEntry) => Promise<void>;
}

export function useActions(): Actions {
  const client = useQueryClient();
  const [deleted, setDeleted] = useState<Deleted | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const act = useCallback(
    async (work: () => Promise<unknown>): Promise<boolean> => {
      try {
        await work();
        setProblem(null);
        return true;
      } catch (error) {
        setProblem(sentenceOf(error));
        return false;
      } finally {
        for (const key of ['library', 'library-tags', 'storage', 'runs'])
          await client.invalidateQueries({ queryKey: [key] });
      }
    },
    [client],
  );
  return useMemo(
    () => ({
      deleted,
      problem,
      describe: (run, changes) => act(() => libraryApi.describe(run.id, changes)),
      hide: async (run) => {
        if (!(await act(() => libraryApi.hide(run.id)))) return;
        setDeleted({ id: run.id, name: nameOf(run) });
        if (studio.state.former?.run === run.id) studio.stores.set({ former: null });
      },
      restore: async (run) => {
        if (await act(() => libraryApi.restore(run.id))) setDeleted(null);
      },
      remove: async (run) => {
        if (await act(() => libraryApi.remove(run.id))) setDeleted(null);
      },
    }),
    [act, deleted, problem],
  );
}
