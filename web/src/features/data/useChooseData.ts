/** Another dataset. It is looked at first: where it is refused, the one before stays. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { sentenceOf } from '../../core/api';
import { fitInput, isImages } from '../../core/imageData';
import { fitOutput } from '../../core/network';
import { viewStore } from '../../core/view';
import type { Data, DatasetPreview } from '../../protocol/messages';
import { collectionsQuery, datasetQuery } from '../queries';
import { studio } from '../studio';

export function useChooseData() {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  /** A named collection is known without its files. */
  const factsOf = async (data: Data): Promise<Pick<DatasetPreview, 'task' | 'class_names'>> => {
    const entries = data.kind === 'images' ? await client.query(collectionsQuery) : [];
    const entry = data.kind === 'images' ? entries.find(({ name }) => name === data.name) : undefined;
    if (entry) return { task: 'multiclass', class_names: entry.class_names };
    return client.query(datasetQuery(data));
  };
  const choose = async (data: Data): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      const facts = await factsOf(data);
      viewStore.setState({ axes: null, hovered: null });
      studio.change((spec) => fitOutput(fitInput({ ...spec, name: '', data }, isImages(data)), facts));
      return true;
    } catch (error) {
      setProblem(sentenceOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { choose, problem, busy, clear: () => setProblem(null) };
}
