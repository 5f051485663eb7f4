/** The user's own table: a file or pasted text, then what is predicted from what. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, problemSentence, sentenceOf } from '../../core/api';
import type { TableAdded } from '../../protocol/messages';
import { useChooseData } from '../data/useChooseData';
import { useSpec } from '../studio';
import { type Chosen, TableColumns } from './TableColumns';
import { TableSource } from './TableSource';
import type { Upload } from './UploadDialog';

export function useTableUpload(onClose: () => void): Upload {
  const { data } = useSpec();
  const client = useQueryClient();
  const [added, setAdded] = useState<Chosen | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { choose, problem: refused, busy: choosing } = useChooseData();
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
  const add = async (name: string, content: Blob) => {
    setBusy(true);
    setProblem(null);
    try {
      open(await api.addTable(name, content));
      void client.invalidateQueries({ queryKey: ['tables'] });
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
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
        {problem && (
          <p
            role="alert"
            className="mt-3 rounded-md bg-danger-soft px-3 py-2 text-danger"
            data-testid="upload-problem"
          >
            {problem}
          </p>
        )}
        {chosen && (
          <TableColumns
            key={chosen.table.id}
            chosen={chosen}
            onChange={(next) => setAdded({ table: chosen.table, data: next })}
          />
        )}
      </>
    ),
    actions: chosen && (
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
          disabled={choosing || chosen.data.inputs.length === 0}
          onClick={() => {
            void choose(chosen.data).then((done) => {
              if (done) onClose();
            });
          }}
        >
          Use this table
        </button>
      </>
    ),
  };
}
