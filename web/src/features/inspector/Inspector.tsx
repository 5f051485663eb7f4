/** INSPECTOR: the weights, biases, activations and gradients of what is selected, in pictures and in numbers. */

import { useCallback, useMemo } from 'react';

import { count, digits } from '../../core/numbers';
import { type Selection, viewStore } from '../../core/view';
import { paintHistogram } from '../../draw/histogram';
import type { FrameArray } from '../../protocol/frames';
import type { Layer, Spec, Summary } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { NumberInput } from '../../ui/fields';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useDataset } from '../queries';
import { featureName } from '../../draw/features';
import { studio, useNumbers, useSpec, useView } from '../studio';

const MAX_CELLS = 400;

export function Inspector() {
  const selection = useView((view) => view.selection);
  const spec = useSpec();
  const layer = spec.network.layers.find((candidate) => candidate.id === selection?.layer);
  if (selection === null || layer === undefined) return null;
  return (
    <section
      aria-label="Inspector"
      data-testid="inspector"
      className="flex max-h-[336px] shrink-0 flex-col border-t border-line bg-panel max-lg:max-h-none"
    >
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-3 pb-2">
        <h2 className="heading">Inspector</h2>
        <p className="font-medium">{titleOf(selection)}</p>
        <Levels selection={selection} layer={layer} />
        <StepNote />
        <button
          type="button"
          className="button-quiet ml-auto size-7 px-0"
          aria-label="Close the inspector"
          title="Close (Esc)"
          onClick={() => viewStore.setState({ selection: null })}
        >
          <Icon name="close" size={14} />
        </button>
      </header>
      <div className="grid relative min-h-0 flex-1 grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-6 overflow-y-auto px-4 pb-4 max-lg:grid-cols-1">
        <Distributions layer={layer} />
        <Parameters selection={selection} layer={layer} spec={spec} />
      </div>
    </section>
  );
}

function titleOf(selection: Selection): string {
  switch (selection.kind) {
    case 'layer':
      return `Layer ${selection.layer}`;
    case 'unit':
      return `Unit ${selection.unit + 1} of ${selection.layer}`;
    case 'edge':
      return `Weight into unit ${selection.unit + 1} of ${selection.layer}`;
  }
}

/** From a unit or a weight up to its layer. */
function Levels({ selection, layer }: { selection: Selection; layer: Layer }) {
  if (selection.kind === 'layer') return <span className="text-muted">{layer.kind}</span>;
  return (
    <button
      type="button"
      className="link text-[12px]"
      onClick={() => viewStore.setState({ selection: { kind: 'layer', layer: layer.id } })}
    >
      The whole layer
    </button>
  );
}

function StepNote() {
  const step = useNumbers((numbers) => numbers.step);
  return <span className="text-[12px] text-muted tabular-nums">at step {count(step)}</span>;
}

function Distributions({ layer }: { layer: Layer }) {
  const layers = useNumbers((numbers) => numbers.layers);
  const part = layers.find((candidate) => candidate.layer === layer.id);
  if (!part)
    return <p className="text-muted">The distributions of this layer appear with the next picture.</p>;
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(156px,1fr))] content-start gap-4">
      {part.summaries.map((summary) => (
        <Distribution key={summary.quantity} summary={summary} />
      ))}
    </div>
  );
}

function Distribution({ summary }: { summary: Summary }) {
  const style = usePlotStyle();
  const paint: Paint = useCallback(
    (context, width, height) => paintHistogram(context, width, height, summary, style.theme, style.line),
    [summary, style],
  );
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-baseline justify-between gap-2">
        <span className="font-medium">
          {summary.quantity.charAt(0).toUpperCase() + summary.quantity.slice(1)}
        </span>
        <span className="text-[12px] text-muted tabular-nums">{count(summary.count)}</span>
      </figcaption>
      <Canvas
        paint={paint}
        className="block h-14 w-full"
        label={`Histogram of the ${summary.quantity}, from ${digits(summary.minimum)} to ${digits(summary.maximum)}`}
      />
      <div className="flex justify-between text-[11px] text-muted tabular-nums">
        <span>{digits(summary.minimum)}</span>
        <span>{digits(summary.maximum)}</span>
      </div>
      <p className="text-[12px] text-muted tabular-nums">
        mean {digits(summary.mean)}, deviation {digits(summary.standard_deviation)}, norm{' '}
        {digits(summary.norm)}
      </p>
      {summary.not_finite > 0 && (
        <p className="text-danger">{count(summary.not_finite)} values are not finite.</p>
      )}
    </figure>
  );
}

/** The numbers themselves: a table of weights and biases that can be edited. */
function Parameters({ selection, layer, spec }: { selection: Selection; layer: Layer; spec: Spec }) {
  const arrays = useArrays(layer.id);
  const { preview } = useDataset();
  const inputs = useMemo(() => inputNames(layer, spec, preview?.feature_names ?? []), [layer, spec, preview]);
  const { kernel, bias, activation, kernelGradient, biasGradient } = arrays;
  if (!kernel && !bias) return <p className="text-muted">A {layer.kind} layer has no weights.</p>;
  const units = kernel?.shape[1] ?? bias?.shape[0] ?? 0;
  const features = kernel?.shape[0] ?? 0;
  const frozen = layer.kind === 'dense' && layer.frozen;
  const unit = selection.kind === 'layer' ? null : selection.unit;
  if (unit === null && units * features > MAX_CELLS) {
    return (
      <p className="text-muted">
        This layer has {count(units * features)} weights. Select a unit to see its own.
      </p>
    );
  }
  const shown = unit === null ? Array.from({ length: units }, (_, index) => index) : [unit];
  const rows =
    selection.kind === 'edge' ? [selection.from] : Array.from({ length: features }, (_, index) => index);
  return (
    <div className="min-w-0">
      <p className="mb-1 text-[12px] text-muted">
        Weights and biases can be edited
        {frozen ? '; the layer is frozen, so training leaves them as they are' : ''}.
      </p>
      <div className="max-h-72 overflow-auto" tabIndex={0} role="group" aria-label="Weights and biases">
        <table className="table" aria-label="Weights and biases" data-testid="parameters">
          <thead>
            <tr>
              <th scope="col">from</th>
              {shown.map((index) => (
                <th key={index} scope="col">
                  {unit === null ? index + 1 : 'value'}
                </th>
              ))}
              {unit !== null && <th scope="col">gradient</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                <th scope="row" className="border-t border-line whitespace-nowrap">
                  {inputs[row] ?? row + 1}
                </th>
                {shown.map((column) => (
                  <td key={column}>
                    <Cell
                      name={`Weight from ${inputs[row] ?? row + 1} to unit ${column + 1}`}
                      value={kernel?.data[row * units + column]}
                      onCommit={(value) =>
                        void studio.editParameter(layer.id, 'kernel', [row, column], value)
                      }
                    />
                  </td>
                ))}
                {unit !== null && (
                  <td className="text-muted">{digits(kernelGradient?.data[row * units + unit])}</td>
                )}
              </tr>
            ))}
            {bias && (
              <tr>
                <th scope="row" className="border-t border-line">
                  bias
                </th>
                {shown.map((column) => (
                  <td key={column}>
                    <Cell
                      name={`Bias of unit ${column + 1}`}
                      value={bias.data[column]}
                      onCommit={(value) => void studio.editParameter(layer.id, 'bias', [column], value)}
                    />
                  </td>
                ))}
                {unit !== null && <td className="text-muted">{digits(biasGradient?.data[unit])}</td>}
              </tr>
            )}
            {activation && (
              <tr>
                <th scope="row" className="border-t border-line whitespace-nowrap">
                  mean activation
                </th>
                {shown.map((column) => (
                  <td key={column} className="px-2">
                    {digits(activation.data[column])}
                  </td>
                ))}
                {unit !== null && <td />}
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Cell({
  name,
  value,
  onCommit,
}: {
  name: string;
  value: number | undefined;
  onCommit: (value: number) => void;
}) {
  if (value === undefined) return <span className="text-muted">–</span>;
  return (
    <NumberInput
      label={name}
      name={name}
      className="w-20!"
      value={Number(value.toPrecision(4))}
      schema={{ type: 'number', minimum: -1e6, maximum: 1e6 }}
      onCommit={onCommit}
    />
  );
}

interface Arrays {
  readonly kernel: FrameArray | undefined;
  readonly bias: FrameArray | undefined;
  readonly activation: FrameArray | undefined;
  readonly kernelGradient: FrameArray | undefined;
  readonly biasGradient: FrameArray | undefined;
}

/** The arrays of a layer in the newest picture. */
function useArrays(layer: string): Arrays {
  const arrays = useNumbers((numbers) => numbers.drawable)?.arrays;
  return {
    kernel: arrays?.get(`parameter:${layer}:kernel`),
    bias: arrays?.get(`parameter:${layer}:bias`),
    activation: arrays?.get(`activation:${layer}`),
    kernelGradient: arrays?.get(`gradient:${layer}:kernel`),
    biasGradient: arrays?.get(`gradient:${layer}:bias`),
  };
}

/** What the rows of a kernel stand for. */
function inputNames(layer: Layer, spec: Spec, features: readonly string[]): string[] {
  const at = spec.network.layers.findIndex((candidate) => candidate.id === layer.id);
  const before = spec.network.layers[at - 1];
  if (before === undefined) return features.map(featureName);
  const units = before.kind === 'dense' ? before.units : 0;
  return Array.from({ length: units }, (_, unit) => `${before.id} ${unit + 1}`);
}
