/** A layer along the steps in numbers: a row for each recorded step. */

import { digits, percent } from '../../core/numbers';
import { layerOf, singleNames, singleWords, summaryOf } from '../../core/vitals';
import { LAYER_QUANTITIES, unitsWord } from '../../core/vitalsQuantities';
import type { Summary, Vitals } from '../../protocol/messages';
import { type MomentsColumn, MomentsTable } from './MomentsTable';

const QUANTITIES: readonly Summary['quantity'][] = [
  'weights',
  'biases',
  'activations',
  'weight gradients',
  'bias gradients',
];

interface Props {
  readonly layer: string;
  readonly unit: number | null;
  readonly moments: readonly Vitals[];
}

export function OverTimeTable({ layer, unit, moments }: Props) {
  return (
    <MomentsTable
      label={`${layer} along the steps`}
      moments={moments}
      columns={columnsOf(layer, unit, moments.at(-1) ?? null)}
      room="max-h-[60dvh]"
      look="[&_td]:px-2 [&_th]:px-2"
      testId="over-time-table"
    />
  );
}

function columnsOf(layer: string, unit: number | null, newest: Vitals | null): MomentsColumn[] {
  const own = layerOf(newest, layer);
  const of = (name: 'weights' | 'gradients' | 'updates') => (moment: Vitals) => {
    const vitals = layerOf(moment, layer);
    return digits(vitals === null ? null : LAYER_QUANTITIES[name].read(vitals));
  };
  const word = own === null ? null : unitsWord(own);
  const columns: MomentsColumn[] = [];
  if (own?.weight_norm != null) columns.push({ title: 'weight norm', words: of('weights') });
  if (own?.gradient_norm != null) columns.push({ title: 'gradient norm', words: of('gradients') });
  if (own?.update_ratio != null) columns.push({ title: 'update ÷ weights', words: of('updates') });
  if (word !== null)
    columns.push({
      title: `${word} units`,
      words: (moment) => {
        const vitals = layerOf(moment, layer);
        return percent(vitals === null ? null : LAYER_QUANTITIES.units.read(vitals));
      },
    });
  for (const quantity of QUANTITIES) {
    if (summaryOf(newest, layer, quantity) === null) continue;
    columns.push({
      title: `${quantity}: mean ± deviation`,
      words: (moment) => {
        const summary = summaryOf(moment, layer, quantity);
        return `${digits(summary?.mean)} ± ${digits(summary?.standard_deviation)}`;
      },
    });
  }
  for (const name of singleNames(newest, layer, unit)) {
    columns.push({
      title: singleWords(name),
      words: ({ parameters }) =>
        digits(
          parameters.find((array) => array.layer === layer && array.parameter === name.parameter)?.values[
            name.at
          ],
        ),
    });
  }
  return columns;
}
