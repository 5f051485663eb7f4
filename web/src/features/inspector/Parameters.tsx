/** The numbers themselves: a table of weights and biases that can be edited. */

import { useMemo } from 'react';

import { count, digits } from '../../core/numbers';
import type { Selection } from '../../core/view';
import { featureName } from '../../draw/features';
import type { FrameArray } from '../../protocol/frames';
import type { Layer, Spec } from '../../protocol/messages';
import { NumberInput } from '../../ui/fields';
import { useDataset } from '../queries';
import { studio, useIsGuest, useNumbers } from '../studio';

const MAX_CELLS = 400;

export function Parameters({ selection, layer, spec }: { selection: Selection; layer: Layer; spec: Spec }) {
  const arrays = useArrays(layer.id);
  const isGuest = useIsGuest();
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
      <p className="mb-1 text-[12px] text-muted">{aboutWeights(isGuest, frozen)}</p>
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
                    <ParameterCell
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
                    <ParameterCell
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

export function aboutWeights(isGuest: boolean, frozen: boolean): string {
  if (isGuest) return frozen ? 'The layer is frozen: training leaves them as they are.' : '';
  return `Weights and biases can be edited${frozen ? '; the layer is frozen, so training leaves them as they are' : ''}.`;
}

/** One weight as a field; for a guest, as a number. */
export function ParameterCell({
  name,
  value,
  figures = 4,
  onCommit,
}: {
  name: string;
  value: number | undefined;
  figures?: number;
  onCommit: (value: number) => void;
}) {
  const isGuest = useIsGuest();
  if (value === undefined) return <span className="text-muted">–</span>;
  if (isGuest) return <span className="px-2">{digits(value)}</span>;
  return (
    <NumberInput
      label={name}
      name={name}
      className={figures > 4 ? 'w-28!' : 'w-20!'}
      value={Number(value.toPrecision(figures))}
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
