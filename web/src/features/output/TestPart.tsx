/** The test part: evaluated only when it is asked for, once the choices are made. */

import { useState } from 'react';

import { sentenceOf } from '../../core/api';
import { ask } from '../../core/looks';
import { count, digits, percent } from '../../core/numbers';
import type { DatasetPreview, SplitMetrics } from '../../protocol/messages';
import { useRun } from '../microscope/queries';
import { useMoment, useNumbers } from '../studio';

interface Tested {
  readonly run: string;
  readonly step: number;
  readonly metrics: SplitMetrics;
}

export function TestPart({ preview }: { preview: DatasetPreview }) {
  const run = useRun();
  const at = useMoment();
  const now = useNumbers(({ step }) => step);
  const [tested, setTested] = useState<Tested | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  if (preview.test === 0) return null;
  const evaluate = async () => {
    if (run === null) return;
    setBusy(true);
    try {
      const { step, values } = await ask(run, { kind: 'evaluate-part', part: 'test', at: at ?? null });
      setTested({ run, step, metrics: values['metrics'] as SplitMetrics });
      setProblem('');
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  };
  const shown = tested?.run === run ? tested : null;
  return (
    <div className="rounded-md border border-line p-3" data-testid="test-part">
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-medium">Test</h3>
        <button
          type="button"
          className="button h-7"
          disabled={run === null || busy || at === undefined}
          onClick={() => void evaluate()}
        >
          {busy ? 'Evaluating…' : 'Evaluate the test part'}
        </button>
      </div>
      {problem && (
        <p role="alert" className="mt-1 text-danger">
          {problem}
        </p>
      )}
      <p className="mt-1 text-[12px] text-muted tabular-nums" aria-live="polite">
        {shown === null ? (
          `${count(preview.test)} samples that no choice may rest on. Look when the choices are made: then it says how well the network does on what it never saw.`
        ) : (
          <>
            <strong className="text-ink" data-testid="test-accuracy">
              {shown.metrics.accuracy === null
                ? `R² ${digits(shown.metrics.r2)}`
                : percent(shown.metrics.accuracy)}
            </strong>
            {shown.metrics.accuracy !== null && ' accuracy'}, loss {digits(shown.metrics.loss)} on{' '}
            {count(shown.metrics.samples)} test samples at step {count(shown.step)}
            {now !== shown.step && `; this is step ${count(now)}`}.
          </>
        )}
      </p>
    </div>
  );
}
