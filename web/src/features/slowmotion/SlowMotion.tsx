/** Slow motion: one step of the training, walked through forwards and back with every number in view. */

import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';

import { count } from '../../core/numbers';
import { arithmeticOf, subjectWords } from '../../core/walk';
import { phaseOf, sceneAt } from '../../core/walkScene';
import { openArithmetic, openSlowMotion, walkStore, type WalkData } from '../../core/walkState';
import { viewStore } from '../../core/view';
import { isDrawn } from '../../draw/walkNetwork';
import { Icon } from '../../ui/Icon';
import { useRun } from '../microscope/queries';
import { studio, useIsGuest, useMoment } from '../studio';
import { ArithmeticPanel } from './ArithmeticPanel';
import { Contributions } from './Contributions';
import { DoStep } from './DoStep';
import { PhaseBar } from './PhaseBar';
import { PhaseWords } from './PhaseWords';
import { SubjectChoice } from './SubjectChoice';
import { useWalk } from './useWalk';
import { WalkImage } from './WalkImage';
import { WalkLayers } from './WalkLayers';
import { WalkLegend } from './WalkLegend';
import { WalkNetwork } from './WalkNetwork';

export default function SlowMotion() {
  const { fetchLayer, trains } = useWalk();
  const run = useRun();
  const kept = useStore(walkStore, (state) => state.walk);
  // Another network has numbers of its own.
  const walk = kept?.run === run ? kept : null;
  const problem = useStore(walkStore, (state) => state.problem);
  const busy = useStore(walkStore, (state) => state.busy);
  const isGuest = useIsGuest();
  useEffect(() => {
    // The inspector's room is needed, and the step must stand still.
    viewStore.setState({ selection: null, hovered: null });
    const { status, wantsTraining } = studio.state;
    if (isGuest || (status?.state !== 'training' && !wantsTraining)) return;
    studio.pause();
    walkStore.setState({ held: true });
  }, [isGuest]);
  return (
    <div className="@container flex flex-1 flex-col gap-3 px-4 pt-2 pb-4" data-testid="slow-motion">
      <SubjectChoice walk={walk} />
      {trains && <Trains />}
      {problem && (
        <p
          role="alert"
          className="rounded-md bg-danger-soft px-3 py-2 text-danger"
          data-testid="walk-problem"
        >
          {problem}
          {walk !== null && <span className="text-ink"> Still shown is the walk before.</span>}
        </p>
      )}
      {walk === null ? (
        !problem && (
          <p className="text-muted" role="status">
            {trains
              ? 'Waiting for the training to stand still…'
              : 'Working out the step. The first walk is compiled, which takes some seconds.'}
          </p>
        )
      ) : (
        <Walked walk={walk} busy={busy} trains={trains} onFetch={fetchLayer} />
      )}
    </div>
  );
}

/** The training goes on, because somebody wants it to. */
function Trains() {
  const isGuest = useIsGuest();
  return (
    <p
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-warn-soft px-3 py-2"
      role="status"
    >
      The training goes on: what is walked is an earlier step.
      {!isGuest && (
        <button type="button" className="link" onClick={() => studio.pause()}>
          Hold it, and walk where it stands
        </button>
      )}
    </p>
  );
}

interface WalkedProps {
  readonly walk: WalkData;
  readonly busy: boolean;
  readonly trains: boolean;
  readonly onFetch: (layer: string) => void;
}

function Walked({ walk, busy, trains, onFetch }: WalkedProps) {
  const place = useStore(walkStore, (state) => state.phase);
  const open = useStore(walkStore, (state) => state.open);
  const { phases, problem } = walk.values;
  const at = Math.min(place, phases.length - 1);
  const phase = phases[at];
  const scene = useMemo(() => sceneAt(walk.values, at), [walk.values, at]);
  const kind = phase?.kind;
  useEffect(() => {
    // What is open follows the walk: z on the way there, δ on the way back.
    const { open: shown } = walkStore.getState();
    if (shown === null || kind === undefined) return;
    const next = phaseOf(kind, shown.parameter);
    if (next !== shown.phase && arithmeticOf(walk, shown).includes(next))
      openArithmetic({ ...shown, phase: next });
  }, [walk, kind]);
  const isDrawing = isDrawn(walk);
  if (phase === undefined) return null;
  return (
    <div className={`grid gap-3 ${busy ? 'opacity-70' : ''}`} aria-busy={busy}>
      <div className="flex items-center gap-x-3">
        <WalkImage walk={walk} />
        <StepWords walk={walk} />
        <Leave />
      </div>
      {problem && (
        <p className="rounded-md bg-warn-soft px-3 py-2" role="status">
          {problem}
        </p>
      )}
      <PhaseBar phases={phases}>{!trains && <DoStep walk={walk} />}</PhaseBar>
      <div className="grid gap-4 @2xl:grid-cols-[minmax(0,1fr)_296px]">
        <div className="grid min-w-0 content-start gap-2">
          <PhaseWords walk={walk} phase={phase} />
          {isDrawing ? (
            <>
              <WalkNetwork walk={walk} phase={phase} scene={scene} />
              <WalkLegend walk={walk} scene={scene} />
            </>
          ) : (
            <WalkLayers walk={walk} phase={phase} scene={scene} onFetch={onFetch} />
          )}
        </div>
        <div className="grid min-w-0 content-start gap-5 @2xl:border-l @2xl:border-line @2xl:pl-4">
          {open !== null ? (
            <ArithmeticPanel walk={walk} open={open} />
          ) : (
            <p className="text-[12px] text-muted">
              Click {isDrawing ? 'a unit or an edge' : 'a number of a map'}: its arithmetic opens here, with
              the numbers of this step.
            </p>
          )}
          <Contributions walk={walk} />
        </div>
      </div>
    </div>
  );
}

function Leave() {
  return (
    <button
      type="button"
      className="button-quiet ml-auto h-7 px-2"
      aria-label="Leave slow motion"
      title="Leave slow motion (Esc)"
      onClick={() => openSlowMotion(false)}
    >
      <Icon name="close" size={14} /> Leave
    </button>
  );
}

/** Which step it is, and that the training waits. */
function StepWords({ walk }: { walk: WalkData }) {
  const at = useMoment();
  const held = useStore(walkStore, (state) => state.held);
  const step = count(walk.step);
  return (
    <p className="min-w-0 text-[12px] text-muted tabular-nums" data-testid="walk-step-words">
      <span className="font-medium text-ink">
        From step {step} to step {count(walk.step + 1)}
      </span>{' '}
      with {subjectWords(walk)}.{at === null && held && ' The training is held until you press Train.'}
    </p>
  );
}
