/** Where the user's own images come from: a zip archive, a folder, IDX files, or images that were added before. */

import { useId, useRef, useState } from 'react';

import { type ChosenFile, chosenFiles, droppedFiles } from '../../core/imageArchive';
import { bytes, count } from '../../core/numbers';
import type { OwnImagesEntry } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';

interface Props {
  readonly busy: boolean;
  readonly compact: boolean;
  readonly before: readonly OwnImagesEntry[];
  readonly onAdd: (files: Promise<readonly ChosenFile[]>) => void;
  readonly onReuse: (entry: OwnImagesEntry) => void;
}

export function ImageSource({ busy, compact, before, onAdd, onReuse }: Props) {
  const input = useId();
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div className="grid gap-3">
      <div
        className={`flex flex-col items-center justify-center gap-2 rounded-lg border border-dashed px-4 text-center ${compact ? 'py-3' : 'py-8'} ${over ? 'border-accent bg-accent-soft' : 'border-line-strong'}`}
        data-testid="images-drop"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          if (!busy) onAdd(droppedFiles(event.dataTransfer));
        }}
      >
        {!compact && (
          <p className="max-w-[52ch] text-muted">
            One folder of images for each class (PNG, JPEG, GIF, BMP or WebP), as a zip archive or as it is;
            or IDX files, images and labels. They stay on this computer.
          </p>
        )}
        <div className="flex flex-wrap justify-center gap-2">
          <label htmlFor={input} className="button">
            <Icon name="upload" size={14} /> {busy ? 'Reading the images…' : 'Choose a zip or IDX files'}
          </label>
          <button type="button" className="button" disabled={busy} onClick={() => folder.current?.click()}>
            Choose a folder
          </button>
        </div>
        {!compact && <p className="text-[12px] text-muted">Or drop them here.</p>}
        <input
          id={input}
          type="file"
          multiple
          accept=".zip,application/zip,.gz,.idx,.idx3-ubyte,.idx1-ubyte,*/*"
          className="sr-only"
          data-testid="images-file"
          disabled={busy}
          onChange={(event) => {
            const files = event.target.files ? chosenFiles(event.target.files) : [];
            event.target.value = '';
            if (files.length > 0) onAdd(Promise.resolve(files));
          }}
        />
        <input
          ref={folder}
          type="file"
          // React has no name for it in its types.
          {...{ webkitdirectory: '' }}
          className="hidden"
          tabIndex={-1}
          aria-label="A folder of images"
          data-testid="images-folder"
          onChange={(event) => {
            const files = event.target.files ? chosenFiles(event.target.files) : [];
            event.target.value = '';
            if (files.length > 0) onAdd(Promise.resolve(files));
          }}
        />
      </div>
      {!compact && before.length > 0 && (
        <div>
          <p className="mb-1 text-muted">Images added before</p>
          <ul className="flex flex-wrap gap-2">
            {before.map((entry) => (
              <li key={entry.id}>
                <button
                  type="button"
                  className="button"
                  title={`${count(entry.train + entry.test)} images in ${entry.class_names.length} classes, ${bytes(entry.bytes)}`}
                  onClick={() => onReuse(entry)}
                >
                  {entry.name}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
