/** Where each racer ended, and how it did; the best is named. */

import { useMemo } from 'react';

import { bestOf, reachedAt, sentenceOfRacer } from '../../core/labRace';
import { count, digits } from '../../core/numbers';
import { css, inkOn } from '../../draw/colors';
import { NumberInput } from '../../ui/fields';
import { change, type Shown, useShown, useTolerance } from './lab';

export function EndTable() {
  const shown = useShown();
  if (shown === null) return <div className="min-h-[200px]" />;
  return <Table shown={shown} />;
}

const TOLERANCE = { type: 'number', exclusiveMinimum: 0, maximum: 1e6, scale: 'log' } as const;

function Table({ shown }: { shown: Shown }) {
  const { run, looks } = shown;
  const tolerance = useTolerance();
  const rows = useMemo(
    () =>
      run.part.racers.map((part, racer) => ({
        part,
        reached: reachedAt(run, racer, tolerance),
        sentence: sentenceOfRacer(run, racer, tolerance),
      })),
    [run, tolerance],
  );
  const best = useMemo(() => bestOf(run, tolerance), [run, tolerance]);
  const hasMinima = run.part.minima.length > 0;
  return (
    <div className="relative overflow-x-auto">
      <table className="table w-full min-w-[620px]" data-testid="lab-table">
        <caption className="pb-1 text-left">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
            <span className="heading mr-2">Where each ended</span>
            {hasMinima && (
              <>
                reached: within
                <span className="w-20">
                  <NumberInput
                    label=""
                    name="Distance within which a minimum counts as reached"
                    schema={TOLERANCE}
                    value={tolerance}
                    className="h-6 text-right"
                    testId="lab-tolerance"
                    onCommit={(value) => change((setup) => ({ ...setup, tolerance: value }))}
                  />
                </span>
                of a minimum
              </>
            )}
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Racer</th>
            <th scope="col" className="text-right!">
              x
            </th>
            <th scope="col" className="text-right!">
              y
            </th>
            <th scope="col" className="text-right!">
              f
            </th>
            {hasMinima && (
              <th scope="col" className="text-right! whitespace-nowrap">
                Steps to reach
              </th>
            )}
            <th scope="col" className="w-1/2 min-w-72">
              How it did
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ part, reached, sentence }, racer) => {
            const look = looks[racer];
            return (
              <tr key={part.name}>
                <th scope="row" className="border-t border-line font-normal! text-ink!">
                  <span className="flex items-center gap-2 whitespace-nowrap">
                    {look && (
                      <span
                        aria-hidden="true"
                        className="grid size-4 place-items-center rounded-full text-[10px] font-semibold"
                        style={{ background: css(look.color), color: inkOn(look.color) }}
                      >
                        {look.number}
                      </span>
                    )}
                    {part.name}
                    {racer === best && (
                      <strong className="rounded border border-accent px-1 text-[11px] font-semibold text-accent">
                        ★ best
                      </strong>
                    )}
                  </span>
                </th>
                <td className="text-right">{digits(part.x)}</td>
                <td className="text-right">{digits(part.y)}</td>
                <td className="text-right">{digits(part.f)}</td>
                {hasMinima && <td className="text-right">{reached === null ? '–' : count(reached)}</td>}
                <td className={part.ended ? 'text-danger' : 'text-muted'}>
                  {part.ended && <span aria-hidden="true">✕ </span>}
                  {sentence}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
