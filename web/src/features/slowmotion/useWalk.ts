/** Asks for the walk of the step on screen, and again whenever step, run or subject are other ones. */

import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';

import { sentenceOf } from '../../core/api';
import { type Answer, ask, NewestOnly } from '../../core/looks';
import { openArithmetic, type WalkData, walkStore } from '../../core/walkState';
import type { Question, WalkAnswer } from '../../protocol/messages';
import { useRun } from '../microscope/queries';
import { useMoment, useStudio } from '../studio';

interface Wanted {
  readonly run: string;
  readonly question: Extract<Question, { kind: 'walk' }>;
  /** Of what it is: the numbers of layers that are fetched later join it. */
  readonly more: boolean;
}

const asking = new NewestOnly<Wanted>(async ({ run, question, more }) => {
  walkStore.setState({ busy: true });
  try {
    const answer = await ask(run, question);
    if (walkStore.getState().isOpen) receive(run, answer, more);
  } catch (error) {
    walkStore.setState({ problem: sentenceOf(error) });
  }
  walkStore.setState({ busy: false });
});

function receive(run: string, { step, values, arrays }: Answer, more: boolean): void {
  const { walk: before, phase } = walkStore.getState();
  const told = values as unknown as WalkAnswer;
  if (!more) {
    const walk: WalkData = { run, step, values: told, arrays };
    const isSame = before?.values.phases.length === told.phases.length && before.step === step;
    walkStore.setState({ walk, problem: '', phase: isSame ? phase : 0 });
    if (before !== null && before.run !== run) openArithmetic(null);
  } else if (before?.step === step && before.run === run) {
    const sent = new Set(told.layers.filter((layer) => layer.sent).map(({ layer }) => layer));
    const layers = before.values.layers.map((one) => (sent.has(one.layer) ? { ...one, sent: true } : one));
    const all = new Map([...before.arrays, ...arrays]);
    walkStore.setState({ walk: { ...before, values: { ...before.values, layers }, arrays: all } });
  }
}

/** The walk of the step on screen; while it trains, the one before stays. */
export function useWalk(): { fetchLayer: (layer: string) => void; trains: boolean } {
  const run = useRun();
  const at = useMoment();
  const trains = useStudio((state) => at === null && state.status?.state === 'training');
  const step = useStudio((state) => (at === null ? (state.status?.step ?? 0) : at));
  // An edit of a weight changes the state, too.
  const edits = useStudio((state) => state.status?.interventions ?? 0);
  const subject = useStore(walkStore, (state) => state.subject);
  const row = useStore(walkStore, (state) => state.row);
  const target = useStore(walkStore, (state) => state.target);
  const wanted = useMemo<Wanted | null>(() => {
    if (run === null || at === undefined || trains) return null;
    return { run, question: { kind: 'walk', at, subject, row, target }, more: false };
    // Another step, or an edit, is asked about anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [run, at, trains, subject, row, target, step, edits]);
  useEffect(() => {
    if (wanted !== null) asking.push(wanted);
  }, [wanted]);
  const fetchLayer = (layer: string) => {
    if (wanted !== null)
      asking.push({ ...wanted, question: { ...wanted.question, layers: [layer] }, more: true });
  };
  return { fetchLayer, trains };
}
