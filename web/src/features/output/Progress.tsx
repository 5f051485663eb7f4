/** How well it does: metrics, curves and the confusion matrix. */

import { useState } from 'react';

import { same } from '../../core/json';
import { comparableUntil } from '../../core/timeline';
import { count } from '../../core/numbers';
import { isTrained } from '../../core/stores';
import { viewStore } from '../../core/view';
import { css, signColor } from '../../draw/colors';
import type { DatasetPreview, Evaluation } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { TableSwitch } from '../../ui/TableSwitch';
import { Segments } from '../../ui/fields';
import { usePlotStyle } from '../Canvas';
import { Seeing } from '../guide/Seeing';
import { useHasImages } from '../microscope/queries';
import { useNumbers, useStudio, useTimeline, useView } from '../studio';
import { CurvePlot } from './Curves';
import { CurvesTable } from './CurvesTable';
import { Gallery } from './Gallery';
import { type Cell, ClassTable, ConfusionMatrix, MetricsTable } from './Metrics';
import { overfittingHint } from './overfitting';
import { TestPart } from './TestPart';

export function Progress({ preview }: { preview: DatasetPreview | null }) {
  const style = usePlotStyle();
  const evaluation = useNumbers((numbers) => numbers.evaluation);
  const logLoss = useView((view) => view.logLoss);
  const started = useStudio((state) => isTrained(state.status));
  const [split, setSplit] = useState<'train' | 'validation'>('validation');
  const [asTable, setAsTable] = useState(false);
  const [cell, setCell] = useState<Cell | null>(null);
  const images = useHasImages();
  const task = preview?.task ?? 'binary';
  const names = preview?.class_names ?? [];
  const shownPart = split === 'validation' && evaluation?.validation ? 'validation' : 'train';
  const shownSplit =
    split === 'validation' && evaluation?.validation ? evaluation.validation : evaluation?.train;
  return (
    <>
      <MetricsTable evaluation={evaluation} task={task} part="first" />
      <div>
        <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
          <div className="flex items-center gap-1">
            <h3 className="font-medium">Loss</h3>
            <Seeing page="progress" />
          </div>
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
            <TableSwitch name="Show as table" className="size-6" pressed={asTable} onPress={setAsTable} />
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
      {evaluation && <OverfittingHint evaluation={evaluation} />}
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
          <ConfusionMatrix
            split={shownSplit}
            names={names}
            chosen={cell}
            {...(images ? { onChoose: (next: Cell) => setCell(same(next, cell) ? null : next) } : {})}
          />
          {images && (
            <p className="mt-1 text-[12px] text-muted tabular-nums">
              {count(shownSplit.samples)} samples at step {count(evaluation?.step ?? 0)}. Click a cell to see
              its images.
            </p>
          )}
          {images && cell && (
            <div className="mt-2">
              <h4 className="mb-1 font-medium">
                {cell.truth === cell.predicted
                  ? `Class ${names[cell.truth]}, recognized`
                  : `Class ${names[cell.truth]} taken for ${names[cell.predicted]}`}
              </h4>
              <Gallery choice={{ part: shownPart, ...cell }} names={names} />
            </div>
          )}
          <details className="mt-2">
            <summary className="text-[12px] text-muted">Each class: precision, recall and F1</summary>
            <ClassTable split={shownSplit} names={names} />
          </details>
        </div>
      )}
      {images && preview && <TestPart preview={preview} />}
    </>
  );
}

function OverfittingHint({ evaluation }: { evaluation: Evaluation }) {
  const timeline = useTimeline((data) => data);
  // What came later is not known at a step of the past.
  const hint = overfittingHint(evaluation, comparableUntil(timeline, evaluation.step));
  if (!hint) return null;
  return (
    <p
      className="flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-[12px] text-warn"
      data-testid="overfitting"
    >
      <Icon name="warning" size={14} />
      <span>{hint}</span>
    </p>
  );
}
