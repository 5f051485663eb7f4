/** Exports of a run: addresses of files, drawings with their progress, bundles that come in. */

import type { AnimationJob, AnimationRequest, RaceDrawing, RunCreated } from '../protocol/messages';
import { ask } from './api';
import { apiAddress } from './guest';

export type TableFormat = 'csv' | 'parquet' | 'json' | 'h5';
export type SummaryFormat = 'md' | 'txt' | 'json';
export type ExportedFile =
  'bundle' | `${'metrics' | 'evaluations'}.${TableFormat}` | `summary.${SummaryFormat}`;
/** What a file name of a bundle ends with. */
export const BUNDLE_SUFFIX = '.netlapse';
const POLL_MS = 250;

/** Where a file of a run lies. */
export function fileAddress(run: string, what: ExportedFile): string {
  return apiAddress(`runs/${encodeURIComponent(run)}/export/${what}`);
}

export function drawingAddress(job: string): string {
  return apiAddress(`animations/${encodeURIComponent(job)}/file`);
}

/** Save what lies at an address of this server. */
export function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}

export function bundleOf(files: Iterable<File>): File | null {
  for (const file of files) if (file.name.toLowerCase().endsWith(BUNDLE_SUFFIX)) return file;
  return null;
}

/** Take a bundle in; gives the id of the new run. */
export async function importBundle(file: Blob): Promise<string> {
  return (await ask<RunCreated>('POST', 'import', file)).run;
}

export interface Drawing {
  /** The job when it is over: done, failed or canceled. */
  readonly finished: Promise<AnimationJob>;
  /** Stop it; the server forgets it. */
  readonly cancel: () => void;
}

/** Hears how far a drawing is. */
type Told = (job: AnimationJob) => void;

/** Have a view of a run drawn. */
export function drawRun(run: string, wanted: AnimationRequest, told: Told, pollMs = POLL_MS): Drawing {
  return draw(`runs/${encodeURIComponent(run)}/animations`, wanted, told, pollMs);
}

/** Have a race of the optimizer lab drawn. */
export function drawRace(wanted: RaceDrawing, told: Told, pollMs = POLL_MS): Drawing {
  return draw('lab/drawings', wanted, told, pollMs);
}

/** A drawing that is canceled ends as `canceled`, also before the server has heard of it. */
function draw(address: string, wanted: AnimationRequest | RaceDrawing, told: Told, pollMs: number): Drawing {
  const stop = new AbortController();
  const isStopped = () => stop.signal.aborted;
  const work = async (): Promise<AnimationJob> => {
    let job = await ask<AnimationJob>('POST', address, wanted);
    const path = `animations/${encodeURIComponent(job.id)}`;
    while (job.state === 'waiting' || job.state === 'drawing') {
      if (isStopped()) {
        await ask('DELETE', path);
        return { ...job, state: 'canceled' };
      }
      told(job);
      await pause(pollMs, stop.signal);
      if (!isStopped()) job = await ask<AnimationJob>('GET', path);
    }
    told(job);
    return job;
  };
  return { finished: work(), cancel: () => stop.abort() };
}

/** Some time, or until there is no reason to wait. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
