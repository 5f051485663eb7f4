/** The user's own images: read, looked at in a size of choice, and used. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, type ImageColor } from '../../core/api';
import { type Archive, archiveOf, type ChosenFile } from '../../core/imageArchive';
import type { OwnImagesEntry } from '../../protocol/messages';
import { useSpec } from '../studio';
import { ImageSource } from './ImageSource';
import { ImagesPreview } from './ImagesPreview';
import type { Upload } from './UploadDialog';
import { useUploading } from './uploading';

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
  const { attempt, busy, alert, actions } = useUploading(onClose);
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
  const receive = (files: Promise<readonly ChosenFile[]>) =>
    void attempt(async () => add(await archiveOf(await files), 0, 'auto'));
  const again = (size: number, color: ImageColor) => {
    const archive = shown?.archive;
    if (archive) void attempt(() => add(archive, size, color));
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
        {alert}
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
    actions:
      shown &&
      actions('Use these images', present?.images === shown.entry.id ? present : shown.entry.data, busy),
  };
}
