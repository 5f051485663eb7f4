/** The flow in numbers: a row for each recorded step, a column for each layer. */

import { digits, percent } from '../../core/numbers';
import { layerOf } from '../../core/vitals';
import type { LayerQuantity } from '../../core/vitalsQuantities';
import type { Vitals } from '../../protocol/messages';
import { type MomentsColumn, MomentsTable } from './MomentsTable';

interface Props {
  readonly moments: readonly Vitals[];
  readonly layers: readonly string[];
  readonly quantity: LayerQuantity;
}

export function FlowTable({ moments, layers, quantity }: Props) {
  const words = quantity.scale === 'share' ? percent : digits;
  const columns = layers.map((id): MomentsColumn => ({
    title: id,
    words: (moment) => {
      const layer = layerOf(moment, id);
      return words(layer === null ? null : quantity.read(layer));
    },
  }));
  return (
    <MomentsTable
      label={quantity.name}
      moments={moments}
      columns={columns}
      room="max-h-96"
      look="w-full [&_td]:px-1.5 [&_th]:px-1.5"
    />
  );
}
