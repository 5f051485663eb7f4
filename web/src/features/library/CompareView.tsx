/** Two to six runs beside each other: curves, metrics, differences in words, pictures at one moment. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { sentenceOf } from '../../core/api';
import { lengthOf, titlesOf } from '../../core/library';
import type { Comparison } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Seeing } from '../guide/Seeing';
import { useStudio } from '../studio';
import { ComparedCurves, type CurveOptions } from './ComparedCurves';
import { ComparedMetrics } from './ComparedMetrics';
import { libraryApi } from './libraryApi';
import { Moments } from './Moments';
import { RunTitle } from './RunTitle';
import { SaveMenu } from './SaveMenu';

/** While one of the runs trains, the comparison follows it. */
const REFRESH_MS = 2000;

export function CompareView({ runs, onBack }: { runs: readonly string[]; onBack: () => void }) {
  const comparison = useQuery({
    queryKey: ['compare', runs],
    queryFn: () => libraryApi.compare(runs),
    staleTime: 0,
    retry: false,
    refetchInterval: ({ state }) =>
      state.data?.runs.some((run) => run.state === 'training') === true ? REFRESH_MS : false,
  });
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {comparison.data ? (
        <Compared comparison={comparison.data} runs={runs} onBack={onBack} />
      ) : (
        <div className="p-5">
          <BackButton onBack={onBack} />
          {comparison.error && (
            <p role="alert" className="mt-3 text-danger">
              {sentenceOf(comparison.error)}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function BackButton({ onBack }: { onBack: () => void }) {
  return (
    <button type="button" className="button h-7" onClick={onBack}>
      <Icon name="left" size={14} />
      All runs
    </button>
  );
}

function Compared(props: { comparison: Comparison; runs: readonly string[]; onBack: () => void }) {
  const { comparison, runs, onBack } = props;
  const titles = titlesOf(comparison.runs);
  const [options, setOptions] = useState<CurveOptions>({ along: 'steps', logarithmic: false });
  const [place, setPlace] = useState<number | null>(null);
  const span = lengthOf(comparison.runs, options.along);
  const now = Math.min(place ?? span, span);
  const change = (next: CurveOptions) => {
    // The same share of the longest run, whatever is counted.
    if (place !== null && next.along !== options.along && span > 0)
      setPlace((place / span) * lengthOf(comparison.runs, next.along));
    setOptions(next);
  };
  return (
    <div className="grid gap-6 p-3 sm:p-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="flex items-center gap-1">
          <BackButton onBack={onBack} />
          <Seeing page="compare" />
        </div>
        <SaveMenu comparison={comparison} runs={runs} titles={titles} options={options} />
      </div>
      {comparison.cautions.map((text) => (
        <p key={text} className="rounded-md bg-warn-soft px-3 py-2 text-warn">
          {text}
        </p>
      ))}
      <ComparedCurves
        comparison={comparison}
        titles={titles}
        options={options}
        onOptions={change}
        place={now}
      />
      <div className="grid gap-6 lg:grid-cols-2">
        <ComparedMetrics comparison={comparison} titles={titles} />
        <Differences comparison={comparison} titles={titles} />
      </div>
      <Moments
        comparison={comparison}
        titles={titles}
        along={options.along}
        span={span}
        place={now}
        onPlace={setPlace}
      />
    </div>
  );
}

function Differences({ comparison, titles }: { comparison: Comparison; titles: readonly string[] }) {
  const present = useStudio((state) => state.run);
  const names = new Map(comparison.runs.map((run, index) => [run.id, titles[index] ?? '']));
  return (
    <section aria-label="Differences" className="min-w-0" data-testid="differences">
      <h3 className="heading mb-2">How they differ from the first</h3>
      <ol className="grid gap-3">
        {comparison.runs.map((run, index) => {
          const words = [...run.differences];
          if (run.origin) {
            const parent = names.get(run.origin.run) ?? `run ${run.origin.run}`;
            const { step } = run.origin;
            words.unshift(
              step === null
                ? `edited from ${parent}`
                : `branch of ${parent} at step ${step.toLocaleString('en-US')}`,
            );
          }
          for (const { step, changes } of run.changes)
            words.push(`at step ${step.toLocaleString('en-US')}: ${changes.join(', ')}`);
          return (
            <li key={run.id} className="min-w-0">
              <p className="flex items-center gap-1.5 font-medium">
                <RunTitle index={index} title={titles[index] ?? ''} />
                {run.id === present && <span className="font-normal text-accent">(open)</span>}
              </p>
              {words.length > 0 ? (
                <ul className="mt-0.5 list-disc pl-8 text-[12px]">
                  {words.map((text, line) => (
                    <li key={line} className="break-words">
                      {text}
                    </li>
                  ))}
                </ul>
              ) : (
                <p className="pl-4.5 text-[12px] text-muted">
                  {index === 0 ? 'The others are compared with it.' : 'The same spec.'}
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
