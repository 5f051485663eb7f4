/** How the number whose arithmetic is open comes about, in the walk that is on screen. */

import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import { sentenceOf } from '../../core/api';
import { ask, NewestOnly } from '../../core/looks';
import { type Target, type WalkData, walkStore } from '../../core/walkState';
import type { ArithmeticAnswer, Question } from '../../protocol/messages';
import { useMoment } from '../studio';

interface Told {
  readonly target: Target;
  readonly step: number;
  readonly answer: ArithmeticAnswer | null;
  readonly problem: string;
}

export function useArithmetic(walk: WalkData, open: Target): { told: Told | null; busy: boolean } {
  const at = useMoment();
  const subject = useStore(walkStore, (state) => state.subject);
  const target = useStore(walkStore, (state) => state.target);
  const shown = walk.values.row;
  const [told, setTold] = useState<Told | null>(null);
  const newest = useMemo(
    () =>
      new NewestOnly<{ run: string; question: Question; of: Target }>(async ({ run, question, of }) => {
        try {
          const { step, values } = await ask(run, question);
          setTold({ target: of, step, answer: values as unknown as ArithmeticAnswer, problem: '' });
        } catch (error) {
          setTold({ target: of, step: -1, answer: null, problem: sentenceOf(error) });
        }
      }),
    [],
  );
  useEffect(() => {
    if (at === undefined) return;
    const { layer, phase, parameter, index } = open;
    const where = parameter === '' ? { unit: index } : { parameter, index };
    const row = subject.kind === 'batch' ? (open.row ?? shown) : null;
    const question: Question = { kind: 'arithmetic', at, subject, target, row, layer, phase, ...where };
    newest.push({ run: walk.run, question, of: open });
  }, [newest, walk, open, at, subject, target, shown]);
  return { told, busy: told?.target !== open };
}
