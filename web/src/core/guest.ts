/** The page of a link, `/s/<token>`: it shows one run to whoever has the link, and changes nothing. */

export const GUEST_SENTENCE =
  'This is a shared run: you can look at everything and rewind. Open a copy to change it.';

const LINK = /\/s\/([\w-]{43})$/;
/** What the server answers to guests; branches it makes for the owner alone, who may follow a link, too. */
const ASKED: Readonly<Record<string, RegExp>> = {
  GET: /^(schema|runs\/[^/?]+(\/(losses|diagnosis|vitals(\/\d+)?))?)(\?|$)/,
  POST: /^runs\/[^/?]+\/(looks|predict|samples|branch)$/,
};

/** Steps of the pictures inside a page that has no server; null elsewhere. */
let replay: readonly number[] | null = null;
const REPLAY_LINK = 'replay';

export function setReplay(steps: readonly number[]): void {
  replay = steps;
}

/** How many moments a page without a server holds; null elsewhere. */
export function replayed(): number | null {
  return replay === null ? null : replay.length;
}

/** The step that can be looked at, on the way to another: a page without a server holds some alone. */
export function lookable(step: number, from: number): number {
  if (replay === null) return step;
  const found = step > from ? replay.find((one) => one >= step) : replay.findLast((one) => one <= step);
  return found ?? step;
}

/** The token of the link that this page was opened by; null in the Studio of its owner. */
export function linkToken(): string | null {
  if (replay !== null) return REPLAY_LINK;
  return 'location' in globalThis ? (LINK.exec(location.pathname)?.[1] ?? null) : null;
}

/** Where an answer of the server is asked for, relative to this page. */
export function apiAddress(path: string): string {
  return `${linkToken() === null ? '' : '../'}api/${path}`;
}

/** Whether the page of a link need not even ask: it is about more than the run, or would change it. */
export function isRefused(method: string, path: string): boolean {
  return linkToken() !== null && ASKED[method]?.test(path) !== true;
}
