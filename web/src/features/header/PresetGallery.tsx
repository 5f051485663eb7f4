/** Presets as pictures: each trains in one click. */

import { useEffect, useId, useRef, useState } from 'react';

import { same } from '../../core/json';
import type { PresetEntry } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Popover } from '../../ui/Popover';
import { Thumbnail } from '../data/Thumbnail';
import { dataTitle } from '../data/kinds';
import { studio, useSpec, useStudio } from '../studio';

/** What the training on screen is called. */
export function useTitle(): string {
  const spec = useSpec();
  const presets = useStudio((state) => state.presets);
  const root = useStudio((state) => state.schema);
  const preset = presets.find(
    (entry) => entry.name === spec.name || (spec.name !== '' && entry.title === spec.name),
  );
  if (preset) return preset.title;
  if (spec.name !== '') return spec.name;
  return dataTitle(spec.data, root) ?? 'Untitled';
}

export function PresetMenu({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const title = useTitle();
  return (
    <Popover
      label={`Presets: ${title}`}
      testId="presets"
      open={open}
      onOpenChange={onOpenChange}
      className="min-w-0"
      buttonClass="button-quiet max-w-52 w-full min-w-0 text-[14px]"
      panelClass="w-[min(620px,calc(100vw-24px))] max-sm:fixed max-sm:inset-x-3 max-sm:top-14 max-sm:w-auto p-3"
      button={
        <>
          <span className="truncate" title={title}>
            {title}
          </span>{' '}
          <Icon name="down" size={13} />
        </>
      }
    >
      <Gallery onDone={() => onOpenChange(false)} />
    </Popover>
  );
}

function Gallery({ onDone }: { onDone: () => void }) {
  const presets = useStudio((state) => state.presets);
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => search.current?.focus(), []);
  const wanted = query.trim().toLowerCase();
  const found = presets.filter((preset) =>
    `${preset.name} ${preset.title} ${preset.summary}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <label htmlFor={id} className="sr-only">
        Search presets
      </label>
      <input
        id={id}
        ref={search}
        type="search"
        className="field mb-3 h-8"
        placeholder="Search presets"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !found[0]) return;
          studio.load(found[0].spec, true);
          onDone();
        }}
      />
      <div role="group" aria-label="Presets" className="grid max-h-[min(66vh,560px)] gap-3 overflow-y-auto">
        {GROUPS.map(({ title, holds }) => (
          <PresetGroup key={title} title={title} presets={found.filter(holds)} onDone={onDone} />
        ))}
      </div>
      {found.length === 0 && <p className="p-2 text-muted">No preset matches “{query}”.</p>}
    </>
  );
}

/** What the gallery is divided into. */
const GROUPS: readonly { readonly title: string; readonly holds: (preset: PresetEntry) => boolean }[] = [
  { title: 'Trainings', holds: ({ template }) => !template },
  { title: 'Image networks', holds: ({ template }) => template },
];

function PresetGroup(props: { title: string; presets: readonly PresetEntry[]; onDone: () => void }) {
  const { title, presets, onDone } = props;
  const id = useId();
  if (presets.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="heading px-2 pb-1">
        {title}
      </h3>
      <ul className="grid grid-cols-2 gap-1 sm:grid-cols-3" aria-labelledby={id}>
        {presets.map((preset) => (
          <li key={preset.name}>
            <button
              type="button"
              data-testid={`preset-${preset.name}`}
              className="flex w-full items-start gap-2.5 rounded-md p-2 text-left hover:bg-raised"
              title="Trains at once"
              onClick={() => {
                studio.load(preset.spec, true);
                onDone();
              }}
            >
              <span className="size-12 shrink-0 overflow-hidden rounded-md border border-line bg-paper">
                <Thumbnail data={preset.spec.data} />
              </span>
              <span className="min-w-0">
                <span className="block font-medium">{preset.title}</span>
                <span className="line-clamp-3 text-[12px] text-muted">{preset.summary}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const STRIP = ['xor', 'circles', 'quadratic', 'iris', 'digits', 'three-spirals'];

/** Six other presets under the first screen. */
export function PresetStrip() {
  const presets = useStudio((state) => state.presets);
  const spec = useSpec();
  const entries = STRIP.flatMap((name) => presets.find((preset) => preset.name === name) ?? []);
  const shown = entries.filter((preset) => !same(preset.spec.data, spec.data)).slice(0, 6);
  return (
    <div className="flex h-full items-center gap-2 overflow-x-auto px-4" data-testid="preset-strip">
      <p className="mr-2 shrink-0 text-muted max-sm:hidden">
        Press <strong className="text-ink">Train</strong>, or start with another:
      </p>
      {shown.map((preset) => (
        <PresetButton key={preset.name} preset={preset} />
      ))}
    </div>
  );
}

function PresetButton({ preset }: { preset: PresetEntry }) {
  return (
    <button
      type="button"
      className="flex shrink-0 items-center gap-2 rounded-md border border-line bg-panel py-1 pr-3 pl-1 hover:border-line-strong"
      title={`${preset.summary} Trains at once.`}
      data-testid={`strip-${preset.name}`}
      onClick={() => studio.load(preset.spec, true)}
    >
      <span className="size-11 overflow-hidden rounded">
        <Thumbnail data={preset.spec.data} />
      </span>
      <span className="font-medium whitespace-nowrap">{preset.title}</span>
    </button>
  );
}
