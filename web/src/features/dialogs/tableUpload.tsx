/** The user's own table: a file or pasted text, then what is predicted from what. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, problemSentence, sentenceOf } from '../../core/api';
import type { TableAdded } from '../../protocol/messages';
import { useSpec } from '../studio';
import { type Chosen, TableColumns } from './TableColumns';
import { TableSource } from './TableSource';
import type { Upload } from './UploadDialog';
import { useUploading } from './uploading';

export function useTableUpload(onClose: () => void): Upload {
  const { data } = useSpec();
  const client = useQueryClient();
  const [added, setAdded] = useState<Chosen | null>(null);
  const { attempt, busy, setProblem, alert, actions } = useUploading(onClose);
  const present = data.kind === 'table' ? data : null;
  const known = useQuery({
    queryKey: ['table', present?.table],
    queryFn: () => api.table(present?.table ?? ''),
    enabled: present !== null && added === null,
    retry: false,
  });
  const chosen: Chosen | null =
    added ?? (present && known.data ? { table: known.data, data: present } : null);
  const open = (table: TableAdded) => {
    if (table.suggestion === null) {
      setProblem(
        table.problem ? problemSentence(table.problem) : 'No column of this table can be predicted.',
      );
      return;
    }
    setAdded({ table, data: table.suggestion });
  };
  const add = (name: string, content: Blob) =>
    attempt(async () => {
      open(await api.addTable(name, content));
      void client.invalidateQueries({ queryKey: ['tables'] });
    });
  const reuse = async (id: string) => {
    setProblem(null);
    try {
      open(await api.table(id));
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return {
    body: (
      <>
        <TableSource
          busy={busy}
          compact={chosen !== null}
          onAdd={(name, content) => void add(name, content)}
          onReuse={(id) => void reuse(id)}
        />
        {alert}
        {chosen && (
          <TableColumns
            key={chosen.table.id}
            chosen={chosen}
            onChange={(next) => setAdded({ table: chosen.table, data: next })}
          />
        )}
      </>
    ),
    actions: chosen && actions('Use this table', chosen.data, chosen.data.inputs.length === 0),
  };
}
