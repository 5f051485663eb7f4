/** The user's own images: read, looked at in a size of choice, and used. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, type ImageColor, sentenceOf } from '../../core/api';
import { type Archive, archiveOf, type ChosenFile } from '../../core/imageArchive';
import type { OwnImagesEntry } from '../../protocol/messages';
import { useChooseData } from '../data/useChooseData';
import { useSpec } from '../studio';
import { ImageSource } from './ImageSource';
import { ImagesPreview } from './ImagesPreview';
import type { Upload } from './UploadDialog';

/** What was read, and from what: it can be read again in another size. */
interface Read {
  readonly entry: OwnImagesEntry;
  readonly archive: Archive | null;
  readonly size: number;
  readonly color: ImageColor;
  /** Whether it is kept for this dialog alone so far. */
  readonly isNew: boolean;
}

export function useImagesUpload(onClose: () => void): Upload {
  const { data } = useSpec();
  const client = useQueryClient();
  const [read, setRead] = useState<Read | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { choose, problem: refused, busy: choosing } = useChooseData();
  const sets = useQuery({ queryKey: ['images'], queryFn: api.images });
  const present = data.kind === 'own-images' ? data : null;
  const known = sets.data?.find(({ id }) => id === present?.images);
  const shown: Read | null =
    read ?? (known ? { entry: known, archive: null, size: 0, color: 'auto', isNew: false } : null);

  const add = async (archive: Archive, size: number, color: ImageColor) => {
    const { images, is_new } = await api.addImages(archive.name, archive.content, size, color);
    // What this dialog had read before, in another size, is wanted no longer.
    if (read?.isNew === true && read.entry.id !== images.id) await api.deleteImages(read.entry.id);
    setRead({ entry: images, archive, size, color, isNew: is_new || read?.entry.id === images.id });
    await client.invalidateQueries({ queryKey: ['images'] });
  };
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  const receive = (files: Promise<readonly ChosenFile[]>) =>
    void attempt(async () => add(await archiveOf(await files), 0, 'auto'));
  const again = (size: number, color: ImageColor) => {
    const archive = shown?.archive;
    if (archive) void attempt(() => add(archive, size, color));
  };
  const use = async ({ entry }: Read) => {
    const kept = present?.images === entry.id ? present : entry.data;
    if (await choose(kept)) onClose();
  };

  return {
    body: (
      <>
        <ImageSource
          busy={busy}
          compact={shown !== null}
          before={sets.data ?? []}
          onAdd={receive}
          onReuse={(entry) => setRead({ entry, archive: null, size: 0, color: 'auto', isNew: false })}
        />
        {problem && (
          <p
            role="alert"
            className="mt-3 rounded-md bg-danger-soft px-3 py-2 wrap-anywhere text-danger"
            data-testid="upload-problem"
          >
            {problem}
          </p>
        )}
        {shown && (
          <ImagesPreview
            key={shown.entry.id}
            entry={shown.entry}
            choice={shown.archive ? { size: shown.size, color: shown.color } : null}
            busy={busy}
            onChoose={again}
          />
        )}
      </>
    ),
    actions: shown && (
      <>
        {refused && (
          <p role="alert" className="mr-auto self-center text-danger" data-testid="upload-problem">
            {refused}
          </p>
        )}
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button-primary"
          disabled={choosing || busy}
          onClick={() => void use(shown)}
        >
          Use these images
        </button>
      </>
    ),
  };
}
