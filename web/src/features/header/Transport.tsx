/** Play, pause, step, epoch, reset, new weights, speed; and the step and epoch of what is on screen. */

import { useEffect, useRef } from 'react';

import { bytes, count, digits, epochs } from '../../core/numbers';
import { PACES } from '../../core/pace';
import { filmRate, SPEEDS } from '../../core/past';
import { isTrained } from '../../core/stores';
import { Icon, type IconName } from '../../ui/Icon';
import { Select } from '../../ui/fields';
import { studio, usePast, useStudio, useTimeline } from '../studio';

export function Transport() {
  const state = useStudio((all) => all.status?.state);
  const wants = useStudio((all) => all.wantsTraining);
  const opening = useStudio((all) => all.opening);
  const trainable = useStudio((all) => all.check === null || all.check.examination?.trainable === true);
  const untouched = useStudio((all) => !isTrained(all.status));
  const trains = wants || (state === 'training' && !opening);
  const canAct =
    trainable && !opening && state !== undefined && state !== 'opening' && state !== 'worker-died';
  const isPast = usePast(({ at }) => at !== null);
  const canGoOn = isPast || (canAct && !trains);
  return (
    <div className="flex items-center gap-1" role="group" aria-label="Transport" data-testid="transport">
      <IconButton
        icon="back"
        name="Step back"
        keys="←"
        disabled={untouched || opening}
        act={() => studio.back()}
      />
      {isPast ? (
        <PlayFilm />
      ) : (
        <button
          type="button"
          className={`button-primary h-9 min-w-[92px] text-[14px] ${untouched && !trains && trainable ? 'glow' : ''}`}
          aria-label={trains ? 'Pause' : 'Train'}
          aria-keyshortcuts="Space"
          title={
            trains
              ? 'Pause (Space)'
              : trainable
                ? 'Train (Space)'
                : 'The network cannot be trained yet: see the errors beside it.'
          }
          disabled={!trains && (!trainable || state === 'worker-died' || state === 'failed')}
          onClick={() => studio.toggle()}
        >
          <Icon name={trains ? 'pause' : 'play'} filled={!trains} />
          {trains ? 'Pause' : 'Train'}
        </button>
      )}
      <IconButton icon="step" name="Step" keys="→" disabled={!canGoOn} act={() => studio.forward()} />
      <IconButton
        icon="epoch"
        name="Epoch"
        keys="Shift+→"
        disabled={!canGoOn}
        act={() => studio.forwardEpoch()}
      />
      <IconButton
        icon="reset"
        name="Reset"
        hint="Reset: the same first weights"
        keys="R"
        disabled={!trainable || untouched}
        act={() => studio.reset()}
      />
      <IconButton
        icon="dice"
        name="New weights"
        hint="New weights: the next seed"
        disabled={!trainable}
        act={() => studio.newWeights()}
      />
    </div>
  );
}

/** In the past, what trains the network elsewhere plays its film. */
function PlayFilm() {
  const plays = usePast((past) => past.plays);
  return (
    <button
      type="button"
      className="button-primary h-9 min-w-[92px] text-[14px]"
      aria-label={plays ? 'Pause the film' : 'Play the film'}
      aria-keyshortcuts="Space"
      title={plays ? 'Pause the film (Space)' : 'Play the film from here to now (Space)'}
      onClick={() => studio.toggle()}
    >
      <Icon name={plays ? 'pause' : 'play'} filled={!plays} />
      {plays ? 'Pause' : 'Play'}
    </button>
  );
}

function IconButton(props: {
  icon: IconName;
  name: string;
  hint?: string;
  keys?: string;
  disabled: boolean;
  act: () => void;
}) {
  const { icon, name, hint = name, keys } = props;
  return (
    <button
      type="button"
      className="button-quiet size-9 px-0"
      aria-label={name}
      title={keys ? `${hint} (${keys})` : hint}
      disabled={props.disabled}
      onClick={props.act}
    >
      <Icon name={icon} filled={icon === 'step' || icon === 'epoch' || icon === 'back'} />
    </button>
  );
}

/** How fast it trains; in the past, how fast the film plays. */
export function Speed() {
  return usePast(({ at }) => at !== null) ? <FilmSpeed /> : <TrainingSpeed />;
}

function FilmSpeed() {
  const speed = usePast((past) => past.speed);
  const steps = useTimeline((data) => data.steps);
  return (
    <Select
      name="Speed of the film"
      testId="film-speed"
      className="w-28"
      value={String(speed)}
      options={SPEEDS.map((each) => ({
        value: String(each),
        title: `${each}× · ${digits(filmRate(steps, each))}/s`,
      }))}
      onChange={(chosen) => studio.past.setSpeed(Number(chosen))}
    />
  );
}

function TrainingSpeed() {
  const pace = useStudio((state) => state.pace);
  return (
    <Select
      name="Speed"
      testId="speed"
      className="w-28"
      value={pace.id}
      options={PACES.map(({ id, label }) => ({ value: id, title: label }))}
      onChange={(id) => {
        const chosen = PACES.find((candidate) => candidate.id === id);
        if (chosen) studio.setPace(chosen);
      }}
    />
  );
}

/** What is going on where it takes a moment. */
function StateChip() {
  const opening = useStudio((state) => state.opening);
  const state = useStudio((all) => all.status?.state);
  const applying = useStudio((all) => all.applying);
  const rate = useStudio((all) => all.status?.steps_per_second ?? 0);
  // To ten megabytes: it need not flicker.
  const memory = useStudio((all) => Math.round((all.status?.memory_bytes ?? 0) / 1e7) * 1e7);
  const text = applying
    ? 'applying…'
    : opening || state === 'opening'
      ? 'opening…'
      : state === 'compiling'
        ? 'compiling…'
        : state === 'training'
          ? `${digits(rate)} steps/s`
          : '';
  return (
    <span className="text-[12px] whitespace-nowrap text-muted tabular-nums max-xl:absolute max-xl:top-full max-xl:right-0 max-xl:-mt-0.5 max-xl:text-[11px] max-xl:leading-none xl:w-36">
      <span data-testid="activity">{text}</span>
      {memory > 0 && (
        <span title="Memory that the training takes, with the program and the data" data-testid="memory">
          {text && ' · '}
          {bytes(memory)}
        </span>
      )}
    </span>
  );
}

/** The step and the epoch of the picture on screen, written without React with each picture. */
export function Counters() {
  const step = useRef<HTMLElement>(null);
  const epoch = useRef<HTMLElement>(null);
  useEffect(() => {
    const write = () => {
      const picture = studio.pictures.latest?.picture;
      const status = studio.state.status;
      const shown = picture ?? status;
      if (step.current) step.current.textContent = count(shown?.step ?? 0);
      if (epoch.current) epoch.current.textContent = epochs(shown?.epoch ?? 0);
    };
    write();
    const ends = [studio.pictures.subscribe(write), studio.stores.state.subscribe(write)];
    return () => ends.forEach((end) => end());
  }, []);
  const planned = useStudio(
    (state) => state.status?.epochs ?? state.history?.present.spec.training.epochs ?? 0,
  );
  return (
    <div className="relative flex items-baseline gap-3 xl:gap-4">
      <dl className="flex items-baseline gap-3 tabular-nums xl:gap-4">
        <div className="flex items-baseline gap-1.5">
          <dt className="text-[12px] text-muted">step</dt>
          <dd ref={step} data-testid="step" className="min-w-12 text-[15px] font-semibold">
            0
          </dd>
        </div>
        <div className="flex items-baseline gap-1.5">
          <dt className="text-[12px] text-muted">epoch</dt>
          <dd className="text-[15px] font-semibold whitespace-nowrap">
            <span ref={epoch} data-testid="epoch">
              0
            </span>
            <span className="text-[12px] font-normal text-muted"> of {count(planned)}</span>
          </dd>
        </div>
      </dl>
      <StateChip />
    </div>
  );
}
