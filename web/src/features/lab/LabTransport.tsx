/** The film of the race: play, pause, step, scrub, speed. The position is written without React. */

import { useEffect, useRef } from 'react';

import { LAB_SPEEDS, type LabSpeed } from '../../core/labPlayer';
import { count } from '../../core/numbers';
import { Icon, type IconName } from '../../ui/Icon';
import { Select } from '../../ui/fields';
import { lab, useLab, usePlayer, useShown } from './lab';

export function LabTransport() {
  const steps = usePlayer((state) => state.steps);
  const plays = usePlayer((state) => state.plays);
  const speed = usePlayer((state) => state.speed);
  const isEmpty = useShown() === null;
  const isAwaited = useLab((state) => state.busy);
  const { player } = lab;
  return (
    <div
      className={`flex flex-wrap items-center gap-x-3 gap-y-1 ${isEmpty && !isAwaited ? 'opacity-50' : ''}`}
      inert={isEmpty && !isAwaited}
      role="group"
      aria-label="Film of the race"
    >
      <div className="flex items-center gap-1">
        <IconButton icon="reset" name="Replay from the beginning" keys="Home" act={() => player.replay()} />
        <IconButton icon="back" name="Step back" keys="←" act={() => player.step(-1)} />
        <button
          type="button"
          className="button-primary h-9 min-w-[88px] text-[14px]"
          aria-keyshortcuts="Space"
          title={plays ? 'Pause (Space)' : 'Play (Space)'}
          onClick={() => player.toggle()}
        >
          <Icon name={plays ? 'pause' : 'play'} filled={!plays} />
          {plays ? 'Pause' : 'Play'}
        </button>
        <IconButton icon="step" name="Step" keys="→" act={() => player.step(1)} />
      </div>
      <Scrubber steps={steps} />
      <Select
        name="Speed of the film"
        testId="lab-speed"
        className="w-28"
        value={String(speed)}
        options={LAB_SPEEDS.map((each) => ({ value: String(each), title: speedTitle(each) }))}
        onChange={(chosen) => player.setSpeed(chosen === 'whole' ? 'whole' : Number(chosen))}
      />
    </div>
  );
}

function speedTitle(speed: LabSpeed): string {
  return speed === 'whole' ? 'all in 8 s' : speed === 1 ? '1 step/s' : `${count(speed)} steps/s`;
}

function IconButton(props: { icon: IconName; name: string; keys: string; act: () => void }) {
  const { icon, name, keys, act } = props;
  return (
    <button
      type="button"
      className="button-quiet size-9 px-0"
      aria-label={name}
      title={`${name} (${keys})`}
      onClick={act}
    >
      <Icon name={icon} filled={icon === 'step' || icon === 'back'} />
    </button>
  );
}

/** A whole number of places that a pointer can tell apart, however long the race is. */
const PLACES = 2000;

function Scrubber({ steps }: { steps: number }) {
  const slider = useRef<HTMLInputElement>(null);
  const number = useRef<HTMLSpanElement>(null);
  const most = Math.max(1, steps);
  useEffect(() => {
    const write = () => {
      const at = Math.floor(lab.player.position);
      if (slider.current) {
        slider.current.value = String(lab.player.position);
        slider.current.setAttribute('aria-valuetext', `step ${count(at)} of ${count(steps)}`);
      }
      if (number.current) number.current.textContent = count(at);
    };
    write();
    return lab.player.onMove(write);
  }, [steps]);
  return (
    <div className="flex min-w-40 flex-1 items-center gap-3">
      <input
        ref={slider}
        type="range"
        className="slider"
        aria-label="Step of the race"
        data-testid="lab-scrub"
        min={0}
        max={most}
        step={most <= PLACES ? 1 : most / PLACES}
        defaultValue={0}
        onChange={(event) => lab.player.seek(Number(event.target.value))}
      />
      <span className="min-w-24 text-right whitespace-nowrap tabular-nums">
        <span className="text-[12px] text-muted">step </span>
        <span ref={number} className="text-[15px] font-semibold" data-testid="lab-step">
          0
        </span>
        <span className="text-[12px] text-muted"> of {count(steps)}</span>
      </span>
    </div>
  );
}
