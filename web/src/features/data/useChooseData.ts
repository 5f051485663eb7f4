/** Another dataset. It is looked at first: where it is refused, the one before stays. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { sentenceOf } from '../../core/api';
import { fitOutput } from '../../core/network';
import { viewStore } from '../../core/view';
import type { Data } from '../../protocol/messages';
import { datasetQuery } from '../queries';
import { studio } from '../studio';

export function useChooseData() {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const choose = async (data: Data): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      const preview = await client.query(datasetQuery(data));
      viewStore.setState({ axes: null, hovered: null });
      studio.change((spec) => fitOutput({ ...spec, name: '', data }, preview));
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
