/** Search, state, order and tags of the list of runs. */

import { useEffect, useRef, useState } from 'react';

import { FIRST_ASCENDING, type LibraryQuery, type Shelf, type Sort } from '../../core/library';
import { Icon } from '../../ui/Icon';
import { Select } from '../../ui/fields';
import { useTags } from './useLibrary';

const TYPING_MS = 120;
const MOST_TAGS = 12;

const SHELVES: readonly { value: Shelf; title: string }[] = [
  { value: 'all', title: 'In any state' },
  { value: 'training', title: 'Training' },
  { value: 'paused', title: 'Paused' },
  { value: 'finished', title: 'Finished' },
  { value: 'diverged', title: 'Diverged' },
  { value: 'worker-died', title: 'Worker died' },
  { value: 'failed', title: 'Failed' },
  { value: 'deleted', title: 'Deleted since yesterday' },
];
const SORTS: readonly { value: Sort; title: string }[] = [
  { value: 'created', title: 'by age' },
  { value: 'name', title: 'by name' },
  { value: 'step', title: 'by step' },
  { value: 'loss', title: 'by loss' },
  { value: 'accuracy', title: 'by accuracy' },
  { value: 'size', title: 'by size' },
];

export function Filters({ query, onQuery }: { query: LibraryQuery; onQuery: (query: LibraryQuery) => void }) {
  const tags = useTags();
  const direction = query.ascending ? 'Least first' : 'Greatest first';
  return (
    <div className="grid gap-2">
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-[minmax(0,1fr)_180px_130px_32px]">
        <Search
          value={query.search}
          onSearch={(search) => onQuery({ ...query, search })}
          className="col-span-2 sm:col-span-1"
        />
        <Select
          name="State"
          value={query.shelf}
          options={SHELVES}
          onChange={(shelf) => onQuery({ ...query, shelf })}
        />
        <div className="grid grid-cols-[minmax(0,1fr)_28px] gap-1 sm:contents">
          <Select
            name="Order"
            value={query.sort}
            options={SORTS}
            onChange={(sort) => onQuery({ ...query, sort, ascending: FIRST_ASCENDING[sort] })}
          />
          <button
            type="button"
            className="button-quiet size-7 px-0"
            aria-label={`${direction}: turn round`}
            title={direction}
            onClick={() => onQuery({ ...query, ascending: !query.ascending })}
          >
            <Icon name={query.ascending ? 'up' : 'down'} />
          </button>
        </div>
      </div>
      {tags.length > 0 && (
        <div role="group" aria-label="Tags" className="flex flex-wrap items-center gap-1.5">
          {tags.slice(0, MOST_TAGS).map(({ name, runs }) => (
            <button
              key={name}
              type="button"
              aria-pressed={query.tag === name}
              className={`h-6 max-w-44 truncate rounded-full border px-2.5 text-[12px] ${query.tag === name ? 'border-accent bg-accent-soft text-ink' : 'border-line text-muted hover:text-ink'}`}
              onClick={() => onQuery({ ...query, tag: query.tag === name ? null : name })}
            >
              {name} <span className="tabular-nums">{runs}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Acts while one types, a moment after the last letter. */
function Search(props: { value: string; onSearch: (text: string) => void; className: string }) {
  const { value, onSearch } = props;
  const [text, setText] = useState(value);
  const latest = useRef(onSearch);
  const field = useRef<HTMLInputElement>(null);
  // After the dialog has taken the focus; not where a keyboard on the screen would cover the list.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, []);
  useEffect(() => {
    latest.current = onSearch;
  });
  useEffect(() => {
    const timer = setTimeout(() => latest.current(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label className={`relative block ${props.className}`}>
      <span className="sr-only">Search runs</span>
      <span className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-muted">
        <Icon name="search" size={14} />
      </span>
      <input
        type="search"
        ref={field}
        maxLength={120}
        placeholder="Search name, tag, remark or id"
        className="field pl-7!"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}
