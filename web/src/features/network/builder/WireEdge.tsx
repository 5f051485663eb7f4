/** A wire, with the shape of what flows along it. */

import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';

import type { Wire } from '../../../core/graph';
import { type Point, roundedPath } from '../../../draw/graphLayout';

export type WireLine = Edge<
  {
    readonly wire: Wire;
    readonly points: readonly Point[];
    readonly label: Point;
    readonly words: string;
    /** What is dragged would change the shape to these words. */
    readonly isNew: boolean;
    readonly tone: 'none' | 'target' | 'bad';
  },
  'wire'
>;

const STROKE = { none: 'var(--line-strong)', target: 'var(--accent)', bad: 'var(--danger)' } as const;
const ARROW = 5;

export const WireEdge = memo(function WireEdge({ id, data, selected }: EdgeProps<WireLine>) {
  if (!data) return null;
  const { points, label, words, isNew, tone } = data;
  const end = points.at(-1);
  const color = selected ? 'var(--accent)' : STROKE[tone];
  return (
    <>
      <BaseEdge
        id={id}
        path={roundedPath(points)}
        interactionWidth={16}
        style={{ stroke: color, strokeWidth: tone === 'none' && !selected ? 1.25 : 2.5 }}
      />
      {end && (
        <path
          d={`M${end.x - ARROW},${end.y - ARROW - 1}L${end.x},${end.y - 1}L${end.x + ARROW},${end.y - ARROW - 1}`}
          fill="none"
          style={{ stroke: color, strokeWidth: 1.25 }}
        />
      )}
      {words && (
        <EdgeLabelRenderer>
          <span
            data-testid={`wire-${id}`}
            className={`pointer-events-none absolute rounded bg-paper px-1 text-[11px] leading-[15px] whitespace-nowrap tabular-nums ${isNew ? 'font-semibold text-accent' : 'text-muted'}`}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {words}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
