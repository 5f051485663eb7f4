/** A collection that is not on this machine: what to do about it, and how far its download is. */

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { api, sentenceOf } from '../../core/api';
import { absence, fetchWord, onBundledDigits } from '../../core/collections';
import type { CollectionEntry } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { collectionsQuery, useCollection, useDataset } from '../queries';
import { studio, useSpec, useStudio } from '../studio';
import { imageChoices } from './kinds';

/** Once what was missing is here, the page goes on by itself. */
export function useArrival(): void {
  const client = useQueryClient();
  const { data } = useSpec();
  const entry = useCollection(data);
  const before = useRef<CollectionEntry | null>(null);
  useEffect(() => {
    const last = before.current;
    before.current = entry;
    if (entry?.state !== 'present' || last?.name !== entry.name || last.state === 'present') return;
    for (const key of ['dataset', 'samples']) void client.resetQueries({ queryKey: [key] });
    studio.prepare();
  }, [entry, client]);
}

export function CollectionNotice({ className = '' }: { className?: string }) {
  const { data } = useSpec();
  const entry = useCollection(data);
  const { problem } = useDataset();
  const root = useStudio((state) => state.schema);
  const client = useQueryClient();
  const [refused, setRefused] = useState<string | null>(null);
  if (entry === null) return null;
  // Files that are there and wrong: only reading them tells.
  const isTorn = entry.state === 'present' && problem !== null && entry.can_fetch;
  const sentence = isTorn ? sentenceOf(problem) : absence(entry);
  if (sentence === null) return null;
  const word = isTorn ? 'Download anew' : fetchWord(entry);
  const isFailed = isTorn || entry.state === 'failed' || refused !== null;
  const act = (ask: Promise<CollectionEntry>) => {
    setRefused(null);
    studio.dismiss();
    ask
      .catch((error: unknown) => setRefused(sentenceOf(error)))
      .finally(() => {
        if (isTorn) void client.resetQueries({ queryKey: ['dataset'] });
        void client.invalidateQueries(collectionsQuery);
      });
  };
  const digits = imageChoices(root).find((choice) => choice.data.name === 'digits');
  return (
    <div
      role={isFailed ? 'alert' : undefined}
      data-testid="collection-notice"
      className={`grid grid-cols-[minmax(0,1fr)] gap-2 rounded-md px-3 py-2.5 ${className} ${isFailed ? 'bg-danger-soft text-danger' : 'bg-warn-soft text-warn'}`}
    >
      <p className="wrap-anywhere">{refused ?? sentence}</p>
      {entry.state === 'fetching' && <Bar entry={entry} />}
      <div className="flex flex-wrap gap-2">
        {word && (
          <button
            type="button"
            className="button-primary flex-auto"
            onClick={() => act(api.fetchCollection(entry.name))}
          >
            <Icon name="save" size={14} /> {word}
          </button>
        )}
        {entry.state === 'fetching' && (
          <button type="button" className="button flex-auto" onClick={() => act(api.cancelFetch(entry.name))}>
            Cancel the download
          </button>
        )}
        {digits && entry.name !== 'digits' && (
          <button
            type="button"
            className="button h-auto min-h-8 flex-auto py-1 whitespace-normal!"
            onClick={() => studio.change((spec) => onBundledDigits(spec, digits.data))}
          >
            Use the bundled digits instead
          </button>
        )}
      </div>
    </div>
  );
}

function Bar({ entry }: { entry: CollectionEntry }) {
  const share = entry.total_bytes > 0 ? entry.received_bytes / entry.total_bytes : 0;
  return (
    <div
      role="progressbar"
      aria-label={`Download of ${entry.title}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(100 * share)}
      className="h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div className="h-full bg-accent" style={{ width: `${100 * share}%` }} />
    </div>
  );
}
