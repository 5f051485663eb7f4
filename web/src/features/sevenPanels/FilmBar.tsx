/** The film: the states 0, and every so many, one picture at a time. */

import { useId } from 'react';
import { useStore } from 'zustand';

import { count } from '../../core/numbers';
import { pictureCount, sevenPanelsStore, usualEvery } from '../../core/sevenPanels';
import { Icon } from '../../ui/Icon';
import { NumberInput } from '../../ui/fields';
import { studio, useNumbers, usePast } from '../studio';
import { useNewest } from './useNewest';

const INTERVAL = { type: 'integer', minimum: 1, maximum: 1_000_000, step: 1 } as const;

export function FilmBar() {
  const id = useId();
  const newest = useNewest();
  const shown = useNumbers((numbers) => numbers.step);
  const step = usePast(({ at }) => at) ?? shown;
  const chosen = useStore(sevenPanelsStore, (state) => state.every);
  const every = chosen ?? usualEvery(newest);
  const pictures = pictureCount(newest, every);
  const at = Math.min(pictures - 1, Math.floor(step / every));
  const go = (picture: number) => studio.past.seek(Math.max(0, Math.min(pictures - 1, picture)) * every);
  const isBetween = step % every !== 0;
  return (
    <div
      role="group"
      aria-label="Pictures of the film"
      className="flex flex-wrap items-center gap-x-3 gap-y-1"
    >
      <span className="flex items-center gap-1">
        <button
          type="button"
          className="button-quiet size-8 px-0"
          aria-label="Picture before"
          title="Picture before"
          disabled={step === 0}
          onClick={() => go(isBetween ? at : at - 1)}
        >
          <Icon name="left" size={14} />
        </button>
        <input
          type="range"
          className="slider w-40 max-sm:w-28"
          aria-label="Picture of the film"
          aria-valuetext={`${isBetween ? 'After picture' : 'Picture'} ${at + 1} of ${pictures}, state ${count(step)}`}
          min={0}
          max={pictures - 1}
          step={1}
          value={at}
          disabled={newest === 0}
          data-testid="panels-film"
          onChange={(event) => go(Number(event.target.value))}
        />
        <button
          type="button"
          className="button-quiet size-8 px-0"
          aria-label="Next picture"
          title="Next picture"
          disabled={at >= pictures - 1}
          onClick={() => go(at + 1)}
        >
          <Icon name="right" size={14} />
        </button>
        <span className="whitespace-nowrap text-muted tabular-nums" data-testid="panels-picture">
          {isBetween && 'after '}picture {count(at + 1)} of {count(pictures)}
        </span>
      </span>
      <span className="flex items-center gap-2">
        <label htmlFor={id} className="text-muted">
          every
        </label>
        <span className="w-16">
          <NumberInput
            id={id}
            label="Interval"
            name="States from one picture to the next"
            schema={INTERVAL}
            value={every}
            testId="panels-every"
            onCommit={(value) => sevenPanelsStore.setState({ every: value })}
          />
        </span>
        <span className="text-muted">states</span>
      </span>
    </div>
  );
}
