/** The answer to a question, asked for anew when the question, the drawing or the run is another. */

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import { sentenceOf } from '../../core/api';
import { type Answer, ask, NewestOnly } from '../../core/looks';
import { drawingStore } from '../../core/looksDrawing';
import type { Question } from '../../protocol/messages';
import { useNumbers } from '../studio';
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
  const step = useNumbers((numbers) => numbers.step);
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
  const text = question === null ? null : JSON.stringify(question);
  const again = useCallback(() => {
    if (run !== null && text !== null) newest.push({ run, text });
  }, [newest, run, text]);
  const isOfDrawing = text?.includes('"kind":"drawing"') === true;
  const turn = isOfDrawing ? drawn : null;
  useEffect(again, [again, turn]);
  const isOld = answer !== null && answer.step !== step;
  useEffect(() => {
    if (every_ms === undefined || !isOld) return undefined;
    const timer = setTimeout(again, every_ms);
    return () => clearTimeout(timer);
  }, [again, isOld, every_ms, answer]);
  return { answer: text === null ? null : answer, problem, busy, again };
}
