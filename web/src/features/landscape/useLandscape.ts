/** The landscape that is on screen: asked for, cancelled, and told when it is of another step. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { sentenceOf } from '../../core/api';
import { choiceAt, choose, landscapeStore, type LandscapeChoice } from '../../core/landscape';
import { type Answer, ask } from '../../core/looks';
import type { Surface } from '../../draw/landscape';
import { useRun } from '../microscope/queries';
import { studio, useMoment, useNumbers } from '../studio';

export interface Found {
  readonly run: string;
  readonly choice: LandscapeChoice;
  readonly answer: Answer;
  readonly surface: Surface;
  readonly took_ms: number;
}

interface Survey {
  readonly found: Found | null;
  readonly problem: string;
  readonly busy: boolean;
  /** Whether the state on screen is not the one that it was computed for. */
  readonly isOld: boolean;
  readonly compute: () => void;
  readonly cancel: () => void;
}

/** The plane that nobody chose stays what it is as long as it is on screen, also when the training begins. */
function useSteadyPlane(): void {
  useEffect(() => {
    if (landscapeStore.getState().choice.plane !== null) return undefined;
    const { plane } = choiceAt(landscapeStore.getState().choice, studio.stores.numbers.getState().step > 0);
    choose({ plane });
    return () => {
      if (landscapeStore.getState().choice.plane === plane) choose({ plane: null });
    };
  }, []);
}

/** What a landscape of the step on screen is asked for with. */
export function useChoice(): LandscapeChoice {
  const hasBegun = useNumbers((numbers) => numbers.step > 0);
  const choice = useStore(landscapeStore, (state) => state.choice);
  return useMemo(() => choiceAt(choice, hasBegun), [choice, hasBegun]);
}

/** What came so soon is asked for again by itself when another past step is looked at. */
const SOON_MS = 1500;

export function useLandscape(): Survey {
  useSteadyPlane();
  const run = useRun();
  const at = useMoment();
  const step = useNumbers((numbers) => numbers.step);
  const choice = useChoice();
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const underWay = useRef<AbortController | null>(null);

  const stop = useCallback(() => {
    const asked = underWay.current;
    underWay.current = null;
    asked?.abort();
    return asked !== null;
  }, []);
  const cancel = useCallback(() => {
    if (!stop()) return;
    landscapeStore.setState({ progress: null });
    setBusy(false);
    // Where nobody hears it any more, nothing is on its way either.
    if (run !== null) ask(run, { kind: 'stop-landscape' }).catch(() => undefined);
  }, [run, stop]);
  const compute = useCallback(() => {
    if (run === null || at === undefined) return;
    stop();
    const own = new AbortController();
    underWay.current = own;
    landscapeStore.setState({ progress: null });
    setBusy(true);
    setProblem('');
    const began = performance.now();
    ask(run, { kind: 'landscape', ...choice, at }, undefined, own.signal)
      .then((answer) => {
        if (underWay.current !== own) return;
        setFound({ run, choice, answer, surface: surfaceOf(answer), took_ms: performance.now() - began });
      })
      .catch((error: unknown) => {
        if (underWay.current !== own) return;
        setFound(null);
        setProblem(sentenceOf(error));
      })
      .finally(() => {
        if (underWay.current !== own) return;
        underWay.current = null;
        landscapeStore.setState({ progress: null });
        setBusy(false);
      });
  }, [run, at, choice, stop]);

  // Another choice or run is computed at once; another step where it costs nothing, and the training does not go on.
  const wanted = JSON.stringify([run, choice]);
  const known = useRef<{ wanted: string; at: number | null } | null>(null);
  useEffect(() => {
    if (run === null || at === undefined) return;
    const before = known.current;
    if (before?.wanted === wanted && before.at === at) return;
    known.current = { wanted, at };
    const isCheap = (found?.took_ms ?? 0) < SOON_MS;
    if (before?.wanted !== wanted || isCheap) compute();
  }, [wanted, run, at, found, compute]);
  useEffect(() => cancel, [cancel]);

  const shown = found?.run === run ? found : null;
  return {
    found: shown,
    problem,
    busy,
    isOld: shown !== null && shown.answer.step !== step,
    compute,
    cancel,
  };
}

function surfaceOf({ step, values, arrays }: Answer): Surface {
  const losses = arrays.get('losses')?.data ?? new Float32Array();
  const path = arrays.get('path')?.data ?? new Float32Array();
  const steps = arrays.get('path_steps')?.data ?? new Int32Array();
  const number = (name: string) => (typeof values[name] === 'number' ? values[name] : NaN);
  return {
    losses,
    size: arrays.get('losses')?.shape[0] ?? 0,
    a: ends(arrays.get('a')?.data),
    b: ends(arrays.get('b')?.data),
    path: Array.from(steps, (at, index) => ({
      a: path[2 * index] ?? 0,
      b: path[2 * index + 1] ?? 0,
      step: index === steps.length - 1 ? step : at,
    })),
    least: number('least'),
    greatest: number('greatest'),
    notFinite: number('not_finite'),
  };
}

function ends(values: ArrayLike<number> | undefined): { low: number; high: number } {
  return { low: values?.[0] ?? -1, high: values?.[values.length - 1] ?? 1 };
}
