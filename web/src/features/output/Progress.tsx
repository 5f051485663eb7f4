/** How well it does: metrics, curves and the confusion matrix. */

import { useState } from 'react';

import { isTrained } from '../../core/stores';
import { viewStore } from '../../core/view';
import { css, signColor } from '../../draw/colors';
import type { DatasetPreview } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Segments } from '../../ui/fields';
import { usePlotStyle } from '../Canvas';
import { useNumbers, useStudio, useView } from '../studio';
import { CurvePlot } from './Curves';
import { CurvesTable } from './CurvesTable';
import { ClassTable, ConfusionMatrix, MetricsTable } from './Metrics';

export function Progress({ preview }: { preview: DatasetPreview | null }) {
  const style = usePlotStyle();
  const evaluation = useNumbers((numbers) => numbers.evaluation);
  const logLoss = useView((view) => view.logLoss);
  const started = useStudio((state) => isTrained(state.status));
  const [split, setSplit] = useState<'train' | 'validation'>('validation');
  const [asTable, setAsTable] = useState(false);
  const task = preview?.task ?? 'binary';
  const names = preview?.class_names ?? [];
  const shownSplit =
    split === 'validation' && evaluation?.validation ? evaluation.validation : evaluation?.train;
  return (
    <>
      <MetricsTable evaluation={evaluation} task={task} part="first" />
      <div>
        <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
          <h3 className="font-medium">Loss</h3>
          <div className="flex items-center gap-3 text-[12px] text-muted">
            <span className="flex items-center gap-1.5">
              <svg aria-hidden="true" width="18" height="6">
                <path d="M0 3h18" stroke={style.ink} strokeWidth="1.5" />
              </svg>
              train
            </span>
            <span className="flex items-center gap-1.5">
              <svg aria-hidden="true" width="18" height="6">
                <path
                  d="M0 3h18"
                  stroke={css(signColor(0.9, style.theme))}
                  strokeWidth="1.75"
                  strokeDasharray="5 3"
                />
              </svg>
              validation
            </span>
            <label className="flex items-center gap-1">
              <input
                type="checkbox"
                className="size-3.5 accent-accent"
                checked={logLoss}
                onChange={(event) => viewStore.setState({ logLoss: event.target.checked })}
              />
              log
            </label>
            <button
              type="button"
              className="button-quiet h-6 w-6 px-0"
              aria-pressed={asTable}
              aria-label="Show as table"
              title="Show as table"
              onClick={() => setAsTable(!asTable)}
            >
              <Icon name="table" size={14} />
            </button>
          </div>
        </div>
        {asTable ? (
          <CurvesTable task={task} />
        ) : (
          <div className="relative">
            <CurvePlot
              quantity="loss"
              title="Loss on the training and the validation part, along the steps"
              logarithmic={logLoss}
              testId="loss-curve"
            />
            <h3 className="mt-2 font-medium">{task === 'regression' ? 'R²' : 'Accuracy'}</h3>
            <CurvePlot
              quantity="score"
              title={`${task === 'regression' ? 'R²' : 'Accuracy'} on the training and the validation part, along the steps`}
              testId="score-curve"
            />
            <p className="text-right text-[11px] text-muted">step</p>
            {!started && (
              <p className="pointer-events-none absolute inset-x-11 top-14 text-center text-[12px] text-muted">
                The curves appear here as the network trains.
              </p>
            )}
          </div>
        )}
      </div>
      <MetricsTable evaluation={evaluation} task={task} part="rest" />
      {shownSplit?.confusion && (
        <div>
          <div className="mb-1 flex items-center justify-between gap-2">
            <h3 className="font-medium">Confusion matrix</h3>
            {evaluation?.validation && (
              <Segments
                label="Split of the confusion matrix"
                value={split}
                options={[
                  { value: 'train', title: 'train' },
                  { value: 'validation', title: 'validation' },
                ]}
                onChange={setSplit}
              />
            )}
          </div>
          <ConfusionMatrix split={shownSplit} names={names} />
          <details className="mt-2">
            <summary className="text-[12px] text-muted">Each class</summary>
            <ClassTable split={shownSplit} names={names} />
          </details>
        </div>
      )}
    </>
  );
}
