/** The architecture as a picture, to look at and to keep. */

import { useMemo, useState } from 'react';

import { sentenceOf } from '../../../core/api';
import { drawArchitecture } from '../../../draw/architecture';
import type { Examination } from '../../../protocol/messages';
import { Dialog } from '../../../ui/Dialog';
import { Segments } from '../../../ui/fields';
import { useDataset } from '../../queries';
import { useTitle } from '../../header/PresetGallery';
import { studio, useSpec, useStudio, useView } from '../../studio';
import { keep, keepAsPng } from './keepPicture';

/** Smaller than this it could not be read: it is scrolled instead. */
const LEAST_SCALE = 0.75;

export function PictureDialog({ examination, onClose }: { examination: Examination; onClose: () => void }) {
  const { layers } = useSpec().network;
  const schema = useStudio((state) => state.schema);
  const pageTheme = useView((view) => view.theme);
  const [theme, setTheme] = useState(pageTheme);
  const { preview } = useDataset();
  const title = useTitle();
  const input = preview?.name ?? '';
  const picture = useMemo(
    () => drawArchitecture({ title, input, layers, examination, schema, theme }),
    [title, input, layers, examination, schema, theme],
  );
  const address = `data:image/svg+xml,${encodeURIComponent(picture.svg)}`;
  const name = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-architecture`;
  return (
    <Dialog
      title="Picture of the architecture"
      wide
      onClose={onClose}
      actions={
        <>
          <div className="mr-auto">
            <Segments
              label="Colors of the picture"
              value={theme}
              options={[
                { value: 'light', title: 'Light' },
                { value: 'dark', title: 'Dark' },
              ]}
              onChange={setTheme}
            />
          </div>
          <button
            type="button"
            className="button"
            onClick={() => keep(new Blob([picture.svg], { type: 'image/svg+xml' }), `${name}.svg`)}
          >
            Save as SVG
          </button>
          <button
            type="button"
            className="button"
            onClick={() => {
              keepAsPng(picture, address, `${name}.png`).catch((error: unknown) =>
                studio.notify(sentenceOf(error), 'error'),
              );
            }}
          >
            Save as PNG
          </button>
        </>
      }
    >
      <div
        className="overflow-x-auto rounded-md border border-line"
        tabIndex={0}
        role="group"
        aria-label="Picture"
      >
        <img
          src={address}
          alt={picture.words}
          width={picture.width}
          height={picture.height}
          className="h-auto w-full"
          style={{ maxWidth: picture.width, minWidth: LEAST_SCALE * picture.width }}
          data-testid="architecture"
        />
      </div>
      <p className="mt-3 text-[12px] text-muted">
        Every stack is as wide, as high and as deep as its maps, every bar as long as its units, all on one
        printed scale below. Normalization, activation and dropout stand under the layer that they follow;
        arcs lead past layers.
      </p>
    </Dialog>
  );
}
