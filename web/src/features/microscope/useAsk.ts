/** The answer to a question, asked for anew when the question, the drawing, the run or a weight of it is another. */

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import { sentenceOf } from '../../core/api';
import { type Answer, ask, NewestOnly } from '../../core/looks';
import { drawingStore } from '../../core/looksDrawing';
import type { Question } from '../../protocol/messages';
import { useMoment, useNumbers } from '../studio';
import { useRun } from './queries';

interface Asked {
  readonly answer: Answer | null;
  readonly problem: string;
  /** Whether a newer answer is on its way. */
  readonly busy: boolean;
  /** Ask again: the run has gone on. */
  readonly again: () => void;
}

/** With `every_ms` it is asked for again while it trains, no more often than that. */
export function useAsk(question: Question | null, every_ms?: number): Asked {
  const run = useRun();
  const at = useMoment();
  const step = useNumbers((numbers) => numbers.step);
  const interventions = useNumbers(({ drawable }) => drawable?.picture.interventions ?? 0);
  const drawn = useStore(drawingStore, (state) => state.answer);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const newest = useMemo(
    () =>
      new NewestOnly<{ run: string; text: string }>(async (wanted) => {
        setBusy(true);
        try {
          setAnswer(await ask(wanted.run, JSON.parse(wanted.text) as Question));
          setProblem('');
        } catch (error) {
          setAnswer(null);
          setProblem(sentenceOf(error));
        }
        setBusy(false);
      }),
    [],
  );
  const text = question === null ? null : JSON.stringify({ ...question, at });
  const again = useCallback(() => {
    // A step that is passed is not asked about.
    if (run !== null && text !== null && at !== undefined) newest.push({ run, text });
  }, [newest, run, text, at]);
  const isOfDrawing = text?.includes('"kind":"drawing"') === true;
  const turn = isOfDrawing ? drawn : null;
  // A weight that is edited is another network at the same step.
  useEffect(again, [again, turn, interventions]);
  const isOld = answer !== null && answer.step !== step;
  useEffect(() => {
    if (every_ms === undefined || !isOld) return undefined;
    const timer = setTimeout(again, every_ms);
    return () => clearTimeout(timer);
  }, [again, isOld, every_ms, answer]);
  return { answer: text === null ? null : answer, problem, busy, again };
}
