/** The weight under the pointer, in words. */

import { digits } from '../../core/numbers';
import type { EdgeRef } from '../../draw/edges';
import { featureName } from '../../draw/features';
import { weightOf } from '../../draw/neurons';
import type { Spec } from '../../protocol/messages';
import { useNumbers } from '../studio';

export function EdgeNote(props: {
  edge: EdgeRef & { x: number; y: number };
  room: number;
  names: readonly string[];
  spec: Spec;
}) {
  const { edge, room, names, spec } = props;
  const weight = weightOf(
    useNumbers((numbers) => numbers.drawable),
    edge,
  );
  const index = spec.network.layers.findIndex((layer) => layer.id === edge.layer);
  const before = spec.network.layers[index - 1]?.id;
  const from =
    before === undefined
      ? featureName(names[edge.from] ?? `input ${edge.from + 1}`)
      : `${before} ${edge.from + 1}`;
  return (
    <div
      role="status"
      className="pointer-events-none absolute z-20 rounded-md border border-line bg-panel px-2 py-1 text-[12px] whitespace-nowrap shadow-lg"
      style={{ left: Math.min(edge.x + 12, room - 190), top: edge.y + 14 }}
    >
      {from} → {edge.layer} {edge.unit + 1}: weight <strong className="tabular-nums">{digits(weight)}</strong>
    </div>
  );
}
