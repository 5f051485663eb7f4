/** All compared runs at one moment, side by side. */

import { useQueries } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { api } from '../../core/api';
import { type Along, stepAt } from '../../core/library';
import { count, digits } from '../../core/numbers';
import { AXIS_WORDS } from '../../draw/overlay';
import type { Comparison } from '../../protocol/messages';
import { Segments } from '../../ui/fields';
import { type Face, FACES, facesOf } from './faces';
import { MomentCard } from './MomentCard';

const STOPS = 1000;

interface Props {
  readonly comparison: Comparison;
  readonly titles: readonly string[];
  readonly along: Along;
  readonly span: number;
  readonly place: number;
  readonly onPlace: (place: number) => void;
}

export function Moments({ comparison, titles, along, span, place, onPlace }: Props) {
  const { runs, metrics } = comparison;
  const [moves, setMoves] = useState(false);
  const [chosen, setChosen] = useState<Face | null>(null);
  const details = useQueries({
    queries: runs.map((run) => ({
      queryKey: ['run', run.id],
      queryFn: () => api.run(run.id),
      staleTime: Infinity,
      retry: false,
    })),
  });
  const specs = details.map(({ data }) => data?.spec ?? null);
  const isMeasured = (index: number) =>
    metrics.some((row) => row.metric === 'accuracy' && row.values[index] != null);
  const own = specs.map((spec, index) => (spec === null ? [] : facesOf(spec, isMeasured(index))));
  const faces = [...new Set(own.flat())];
  const face = chosen !== null && faces.includes(chosen) ? chosen : (faces[0] ?? 'boundary');
  return (
    <section aria-label="Side by side" data-testid="moments">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3 className="heading">Side by side</h3>
        <Segments
          label="What is shown"
          value={face}
          options={faces.map((value) => ({ value, title: FACES[value] }))}
          onChange={setChosen}
        />
      </div>
      {span > 0 && (
        <PlaceSlider along={along} span={span} place={place} onPlace={onPlace} onMoves={setMoves} />
      )}
      <ol className="mt-3 grid grid-cols-[repeat(auto-fit,minmax(240px,1fr))] gap-4">
        {runs.map((run, index) => (
          <li
            key={run.id}
            className="w-full max-w-[420px] min-w-0 rounded-md border border-line p-3"
            data-testid="moment"
          >
            {specs[index] && (
              <MomentCard
                run={run}
                index={index}
                title={titles[index] ?? ''}
                spec={specs[index]}
                face={face}
                applies={own[index]?.includes(face) ?? false}
                step={stepAt(run, along, place)}
                moves={moves}
              />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface SliderProps {
  readonly along: Along;
  readonly span: number;
  readonly place: number;
  readonly onPlace: (place: number) => void;
  /** Whether it is being dragged. */
  readonly onMoves: (moves: boolean) => void;
}

function PlaceSlider({ along, span, place, onPlace, onMoves }: SliderProps) {
  const id = useId();
  const isWhole = along === 'steps';
  const words = isWhole ? `step ${count(place)}` : `${AXIS_WORDS[along]} ${digits(place)}`;
  const stop = isWhole ? 1 : span / STOPS;
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-3">
      <label htmlFor={id} className="w-40 tabular-nums" data-testid="place">
        All at {words}
      </label>
      <input
        id={id}
        type="range"
        className="slider"
        min={0}
        max={span}
        step={isWhole && span < STOPS ? 1 : stop}
        value={place}
        aria-valuetext={words}
        onChange={(event) => {
          onMoves(true);
          onPlace(Number(event.target.value));
        }}
        onPointerUp={() => onMoves(false)}
        onKeyUp={() => onMoves(false)}
        onBlur={() => onMoves(false)}
      />
    </div>
  );
}
