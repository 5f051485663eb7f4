/** OUTPUT: what the network answers, how well, and how it got there. */

import { useCallback, useState } from 'react';

import { isTrained } from '../../core/stores';
import { type Axes, defaultAxes, viewStore } from '../../core/view';
import { MAP_ALPHA } from '../../draw/boundaryPlot';
import { SHAPE_NAMES } from '../../draw/marks';
import { classColor, css, signColor } from '../../draw/colors';
import type { DatasetPreview } from '../../protocol/messages';
import { digits } from '../../core/numbers';
import { Icon } from '../../ui/Icon';
import { Segments, Select } from '../../ui/fields';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { CurvesTable } from './CurvesTable';
import { useDataset } from '../queries';
import { useNumbers, useSpec, useStudio, useView } from '../studio';
import { BoundaryPlot } from './BoundaryPlot';
import { CurvePlot } from './Curves';
import { ClassTable, ConfusionMatrix, MetricsTable } from './Metrics';
import { TryIt } from './TryIt';

export function OutputPanel() {
  const { preview } = useDataset();
  const spec = useSpec();
  const chosen = useView((view) => view.axes);
  const axes = chosen ?? defaultAxes(spec);
  const discrete = useView((view) => view.discrete);
  const isLine = preview?.raw_names.length === 1;
  return (
    <section aria-labelledby="output-heading" className="flex flex-col gap-4 p-4" data-testid="output-panel">
      <div>
        <div className="mb-2 flex items-center justify-between gap-2">
          <h2 id="output-heading" className="heading">
            Output
          </h2>
          {!isLine && (
            <Segments
              label="Shades"
              value={discrete ? 'discrete' : 'smooth'}
              options={[
                { value: 'smooth', title: 'Smooth' },
                { value: 'discrete', title: 'Discrete' },
              ]}
              onChange={(value) => viewStore.setState({ discrete: value === 'discrete' })}
            />
          )}
        </div>
        <BoundaryPlot preview={preview} axes={axes} />
        {preview && <Legend preview={preview} isLine={isLine} />}
        {preview && preview.raw_names.length > 2 && <AxesChoice preview={preview} axes={axes} />}
      </div>
      <Progress preview={preview} />
      <TryIt preview={preview} />
    </section>
  );
}

/** What colors, shapes and fillings stand for, and which samples are shown. */
function Legend({ preview, isLine }: { preview: DatasetPreview; isLine: boolean }) {
  const style = usePlotStyle();
  const showTrain = useView((view) => view.showTrain);
  const showValidation = useView((view) => view.showValidation);
  const hovered = useView((view) => view.hovered);
  const names = preview.class_names;
  return (
    <div className="mt-1 flex flex-col gap-2 pl-9 text-[12px] text-muted">
      {hovered !== null || (names.length === 0 && !isLine) ? (
        <ScaleBar isUnit={hovered !== null} />
      ) : (
        names.length > 0 && (
          <ul className="flex flex-wrap gap-x-3 gap-y-1" aria-label="Classes">
            {names.map((name, index) => (
              <li key={index} className="flex items-center gap-1.5">
                <ShapeIcon shape={index} color={css(classColor(index, names.length, style.theme))} />
                <span className="max-w-28 truncate">{name}</span>
                <span className="sr-only">, drawn as a {SHAPE_NAMES[index % SHAPE_NAMES.length]}</span>
              </li>
            ))}
          </ul>
        )
      )}
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        <label className="flex items-center gap-1.5">
          <input
            type="checkbox"
            className="size-3.5 accent-accent"
            checked={showTrain}
            onChange={(event) => viewStore.setState({ showTrain: event.target.checked })}
          />
          training samples (filled)
        </label>
        {preview.validation > 0 && (
          <label className="flex items-center gap-1.5">
            <input
              type="checkbox"
              className="size-3.5 accent-accent"
              checked={showValidation}
              onChange={(event) => viewStore.setState({ showValidation: event.target.checked })}
            />
            validation (hollow)
          </label>
        )}
      </div>
    </div>
  );
}

/** The same shapes as in the plot. */
export function ShapeIcon({ shape, color, size = 11 }: { shape: number; color: string; size?: number }) {
  const paths = [
    'M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z',
    'M2 2h8v8H2z',
    'M6 1 11 10H1z',
    'M6 .5 11.5 6 6 11.5.5 6z',
    'M6 11 1 2h10z',
  ];
  return (
    <svg aria-hidden="true" viewBox="0 0 12 12" width={size} height={size} fill={color} className="shrink-0">
      <path d={paths[shape % paths.length]} />
    </svg>
  );
}

/** The sign scale with its ends printed, as the picture on screen has them. */
function ScaleBar({ isUnit }: { isUnit: boolean }) {
  const style = usePlotStyle();
  const hovered = useView((view) => view.hovered);
  const array = useNumbers((numbers) => numbers.drawable)?.arrays.get(
    isUnit && hovered ? `unit:${hovered.layer}` : 'boundary',
  );
  const limit = array ? Math.max(Math.abs(array.zero), Math.abs(array.zero + 255 * array.scale)) : null;
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      context.globalAlpha = MAP_ALPHA;
      for (let x = 0; x < width; x++) {
        context.fillStyle = css(signColor((2 * x) / width - 1, style.theme));
        context.fillRect(x, 0, 1, height);
      }
      context.globalAlpha = 1;
    },
    [style.theme],
  );
  return (
    <div className="flex items-center gap-2 tabular-nums">
      <span>{limit === null ? '–' : digits(-limit)}</span>
      <Canvas
        paint={paint}
        className="h-2 min-w-0 flex-1 rounded-sm"
        label="Color scale from negative (orange) to positive (blue)"
      />
      <span>{limit === null ? '–' : digits(limit)}</span>
    </div>
  );
}

/** Which plane is shown where there are more than two inputs. */
function AxesChoice({ preview, axes }: { preview: DatasetPreview; axes: Axes }) {
  const description = useNumbers((numbers) => numbers.drawable?.picture.boundary?.description);
  const names = preview.raw_names;
  const options = names.map((name, index) => ({ value: String(index), title: name }));
  const pair = axes === 'pca' ? null : axes;
  const set = (axis: 0 | 1, value: number) => {
    const [x, y] = pair ?? [0, 1];
    const next: [number, number] = axis === 0 ? [value, y] : [x, value];
    if (next[0] === next[1]) next[axis === 0 ? 1 : 0] = axis === 0 ? x : y;
    viewStore.setState({ axes: next });
  };
  return (
    <div className="mt-3 grid gap-2 pl-9">
      <Segments
        label="Plane"
        value={pair ? 'pair' : 'pca'}
        options={[
          { value: 'pca', title: 'Principal components' },
          { value: 'pair', title: 'Two inputs' },
        ]}
        onChange={(value) => viewStore.setState({ axes: value === 'pca' ? 'pca' : [0, 1] })}
      />
      {pair && (
        <div className="grid grid-cols-2 gap-2">
          <Select
            name="Across"
            value={String(pair[0])}
            options={options}
            onChange={(value) => set(0, Number(value))}
          />
          <Select
            name="Up"
            value={String(pair[1])}
            options={options}
            onChange={(value) => set(1, Number(value))}
          />
        </div>
      )}
      <p className="text-[12px] text-muted" data-testid="plane-description">
        {description?.replaceAll('`', '')}
        {description && pair === null && ' Samples are projected onto it.'}
      </p>
    </div>
  );
}

/** Metrics, curves and the confusion matrix. */
function Progress({ preview }: { preview: DatasetPreview | null }) {
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
