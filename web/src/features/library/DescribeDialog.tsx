/** Name, tags and remark of a run, and how its spec was changed while it trained. */

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { parseTags } from '../../core/library';
import { count } from '../../core/numbers';
import type { RunDescription, RunEntry } from '../../protocol/messages';
import { Dialog } from '../../ui/Dialog';
import { libraryApi } from './libraryApi';
import { useTags } from './useLibrary';

interface Props {
  readonly run: RunEntry;
  readonly onSave: (changes: RunDescription) => void;
  readonly onClose: () => void;
}

export function DescribeDialog({ run, onSave, onClose }: Props) {
  const [name, setName] = useState(run.name);
  const [tags, setTags] = useState(run.tags.join(', '));
  const [remark, setRemark] = useState(run.remark);
  const id = useId();
  const known = useTags().filter((tag) => !parseTags(tags).includes(tag.name));
  const save = () => {
    onSave({ name: name.trim(), tags: parseTags(tags).slice(0, 20), remark });
    onClose();
  };
  return (
    <Dialog
      title="Describe the run"
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={id} className="button-primary">
            Save
          </button>
        </>
      }
    >
      <form
        id={id}
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <label className="grid gap-1">
          <span className="text-muted">Name</span>
          <input
            className="field"
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="grid gap-1">
          <span className="text-muted">Tags, with commas between them</span>
          <input className="field" value={tags} onChange={(event) => setTags(event.target.value)} />
        </label>
        {known.length > 0 && (
          <p className="-mt-1 flex flex-wrap gap-1.5">
            {known.slice(0, 8).map((tag) => (
              <button
                key={tag.name}
                type="button"
                className="rounded-full border border-line px-2 text-[12px] leading-[20px] text-muted hover:text-ink"
                onClick={() => setTags([...parseTags(tags), tag.name].join(', '))}
              >
                + {tag.name}
              </button>
            ))}
          </p>
        )}
        <label className="grid gap-1">
          <span className="text-muted">Remark</span>
          <textarea
            className="field h-24! py-1.5"
            maxLength={2000}
            value={remark}
            onChange={(event) => setRemark(event.target.value)}
          />
        </label>
        <Versions run={run} />
        <p className="text-[12px] text-muted">
          Its id, for <code>netlapse compare</code> and Python:{' '}
          <code className="break-all select-all">{run.id}</code>
        </p>
      </form>
    </Dialog>
  );
}

/** How its spec was edited until it began, and changed while it trained. */
function Versions({ run }: { run: RunEntry }) {
  const versions = useQuery({
    queryKey: ['versions', run.id],
    queryFn: () => libraryApi.versions(run.id),
    retry: false,
  });
  const changes = (versions.data ?? []).filter((version) => version.changes.length > 0);
  if (changes.length === 0 && run.origin === null) return null;
  return (
    <div>
      <h3 className="heading mb-1">What happened to it</h3>
      <ol className="grid max-h-40 gap-0.5 overflow-y-auto text-[12px] tabular-nums">
        {run.origin && (
          <li>
            {run.origin.step === null ? 'Edited from' : `Branched at step ${count(run.origin.step)} of`} run{' '}
            <code>{run.origin.run}</code>.
          </li>
        )}
        {changes.map((version, index) => (
          <li key={index}>
            <span className="text-muted">
              {version.run !== run.id && 'an earlier run, '}
              {version.step === 0 ? 'edited:' : `step ${count(version.step)}:`}
            </span>{' '}
            {version.changes.join(', ')}
          </li>
        ))}
      </ol>
    </div>
  );
}
