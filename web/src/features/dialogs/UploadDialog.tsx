/** The user's own data: a table, or images. */

import { type ReactNode, useState } from 'react';

import { Dialog } from '../../ui/Dialog';
import { Segments } from '../../ui/fields';
import { useSpec } from '../studio';
import { useImagesUpload } from './imagesUpload';
import { useTableUpload } from './tableUpload';

/** One way to bring data. */
export interface Upload {
  readonly body: ReactNode;
  /** The buttons at the foot, once there is something to use. */
  readonly actions: ReactNode;
}

export function UploadDialog({ onClose }: { onClose: () => void }) {
  const { data } = useSpec();
  const [kind, setKind] = useState<'table' | 'images'>(data.kind === 'own-images' ? 'images' : 'table');
  const uploads = { table: useTableUpload(onClose), images: useImagesUpload(onClose) };
  const { body, actions } = uploads[kind];
  return (
    <Dialog wide title="Own data" onClose={onClose} actions={actions}>
      <div className="mb-3">
        <Segments
          label="Kind of data"
          value={kind}
          options={[
            { value: 'table', title: 'Table' },
            { value: 'images', title: 'Images' },
          ]}
          onChange={setKind}
        />
      </div>
      {body}
    </Dialog>
  );
}
