/** The library of runs: what is asked for, which rows are in sight, and where compared runs stand. */

import type { ComparedRun, LossCurve, RunState } from '../protocol/messages';

export type Sort = 'created' | 'name' | 'step' | 'loss' | 'accuracy' | 'size';
/** A state of runs, or those that were deleted a short while ago. */
export type Shelf = RunState | 'all' | 'deleted';

export interface LibraryQuery {
  readonly search: string;
  readonly shelf: Shelf;
  readonly tag: string | null;
  readonly sort: Sort;
  readonly ascending: boolean;
}

export const PAGE = 40;
export const MOST_COMPARED = 6;

/** Which way a list is read when it is first sorted by this. */
export const FIRST_ASCENDING: Readonly<Record<Sort, boolean>> = {
  created: false,
  name: true,
  step: false,
  loss: true,
  accuracy: false,
  size: false,
};

export const ALL_RUNS: LibraryQuery = {
  search: '',
  shelf: 'all',
  tag: null,
  sort: 'created',
  ascending: false,
};

/** The address of a page of the library. */
export function libraryPath({ search, shelf, tag, sort, ascending }: LibraryQuery, page: number): string {
  const query = new URLSearchParams({ sort, limit: String(PAGE), offset: String(PAGE * page) });
  if (search.trim() !== '') query.set('search', search.trim().slice(0, 120));
  if (shelf === 'deleted') query.set('hidden', 'true');
  else if (shelf !== 'all') query.set('state', shelf);
  if (tag !== null) query.set('tag', tag);
  if (ascending) query.set('ascending', 'true');
  return `library?${query}`;
}

/** The rows in sight and a few beside them: first and last, the last not included. */
export function rowsInSight(
  scrolled: number,
  height: number,
  row: number,
  total: number,
  beside = 4,
): readonly [number, number] {
  const first = Math.max(0, Math.floor(scrolled / row) - beside);
  const last = Math.min(total, Math.ceil((scrolled + height) / row) + beside);
  return [Math.min(first, last), last];
}

/** The pages that some rows lie on. */
export function pagesOf([first, last]: readonly [number, number]): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(first / PAGE); page * PAGE < last; page++) pages.push(page);
  return pages;
}

/** Tags as they are typed, with commas between them; each once. */
export function parseTags(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim().slice(0, 40)))].filter((tag) => tag !== '');
}

/** How long ago, in one unit. */
export function ago(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ];
  for (const [unit, length] of units) {
    if (seconds >= length) return `${Math.floor(seconds / length)} ${unit} ago`;
  }
  return 'just now';
}

// --- comparing --------------------------------------------------------------------------------

export type Along = 'steps' | 'epochs' | 'seconds';

/** Where the columns of a curve lie along an axis. */
export function placesOf(
  curve: LossCurve | ComparedRun['evaluations'],
  along: Along,
): readonly (number | null)[] {
  return curve[along];
}

/** How far the longest of some runs goes along an axis; 0 where nothing is known. */
export function lengthOf(runs: readonly ComparedRun[], along: Along): number {
  return Math.max(0, ...runs.map((run) => endOf(run, along)));
}

function endOf(run: ComparedRun, along: Along): number {
  return (along === 'steps' ? run.step : run[along]) ?? 0;
}

/** The step at which a run was at a place of an axis; its last step where it never came so far. */
export function stepAt(run: ComparedRun, along: Along, place: number): number {
  if (along === 'steps') return Math.min(run.step, Math.max(0, Math.round(place)));
  if (place >= endOf(run, along)) return run.step;
  const { steps } = run.losses;
  const places = run.losses[along];
  let [fromPlace, fromStep] = [0, 0];
  for (const [index, step] of steps.entries()) {
    const at = places[index];
    if (at == null) continue;
    if (at >= place) {
      const share = at > fromPlace ? (place - fromPlace) / (at - fromPlace) : 1;
      return Math.round(fromStep + share * (step - fromStep));
    }
    [fromPlace, fromStep] = [at, step];
  }
  return run.step;
}

/** A title for each run: its name, with its id where names are alike. */
export function titlesOf(runs: readonly { readonly id: string; readonly name: string }[]): string[] {
  const names = runs.map(({ name }) => name || 'Untitled');
  return names.map((name, index) =>
    names.filter((other) => other === name).length > 1
      ? `${name} (${runs[index]?.id.slice(0, 6) ?? ''})`
      : name,
  );
}
