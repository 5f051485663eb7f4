/** The losses of the compared runs over each other. */

import { useCallback } from 'react';

import type { Along } from '../../core/library';
import { AXIS_WORDS, paintOverlay } from '../../draw/overlay';
import type { Comparison } from '../../protocol/messages';
import { Segments } from '../../ui/fields';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { RunTitle } from './RunTitle';

export interface CurveOptions {
  readonly along: Along;
  readonly logarithmic: boolean;
}

interface Props {
  readonly comparison: Comparison;
  readonly titles: readonly string[];
  readonly options: CurveOptions;
  readonly onOptions: (options: CurveOptions) => void;
  readonly place: number;
}

export function ComparedCurves({ comparison, titles, options, onOptions, place }: Props) {
  const style = usePlotStyle();
  const { runs } = comparison;
  const paint: Paint = useCallback(
    (context, width, height) =>
      paintOverlay(context, width, height, runs, { ...options, place, titles, legend: false }, style),
    [runs, options, place, titles, style],
  );
  const knowsTime = runs.some((run) => run.seconds !== null);
  const along: readonly { value: Along; title: string }[] = [
    { value: 'steps', title: 'Step' },
    { value: 'epochs', title: 'Epoch' },
    ...(knowsTime ? [{ value: 'seconds' as const, title: 'Time' }] : []),
  ];
  return (
    <section aria-label="Curves">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3 className="heading">Loss</h3>
        <div className="flex flex-wrap items-center gap-2">
          <Segments
            label="Along"
            value={options.along}
            options={along}
            onChange={(value) => onOptions({ ...options, along: value })}
          />
          <Segments
            label="Scale of the loss"
            value={options.logarithmic ? 'log' : 'linear'}
            options={[
              { value: 'linear', title: 'Linear' },
              { value: 'log', title: 'Logarithmic' },
            ]}
            onChange={(value) => onOptions({ ...options, logarithmic: value === 'log' })}
          />
        </div>
      </div>
      <Canvas
        paint={paint}
        label={`Loss of ${titles.join(', ')} along the ${AXIS_WORDS[options.along]}`}
        testId="compared-curves"
        className="block h-64 w-full rounded-md border border-line sm:h-72"
      />
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1" aria-label="Runs">
        {titles.map((title, index) => (
          <li key={runs[index]?.id ?? index} className="max-w-60 min-w-0">
            <RunTitle index={index} title={title} />
          </li>
        ))}
        <li className="text-[12px] text-muted">
          Pale: every step&apos;s batch, from least to greatest. Lines with marks: the validation part, or the
          training part where there is no other.
        </li>
      </ul>
    </section>
  );
}
