/** What bringing a table and bringing images share: attempts that may fail, and the use of the data. */

import { type ReactNode, useState } from 'react';

import { sentenceOf } from '../../core/api';
import type { Data } from '../../protocol/messages';
import { useChooseData } from '../data/useChooseData';

export function useUploading(onClose: () => void) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { choose, problem: refused, busy: choosing } = useChooseData();

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
  const use = async (data: Data) => {
    if (await choose(data)) onClose();
  };
  const alert: ReactNode = problem && (
    <p
      role="alert"
      className="mt-3 rounded-md bg-danger-soft px-3 py-2 wrap-anywhere text-danger"
      data-testid="upload-problem"
    >
      {problem}
    </p>
  );
  const actions = (title: string, data: Data, disabled: boolean): ReactNode => (
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
        disabled={choosing || disabled}
        onClick={() => void use(data)}
      >
        {title}
      </button>
    </>
  );
  return { attempt, busy, setProblem, alert, actions };
}
