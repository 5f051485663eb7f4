/** Layers that repeat, folded into one block; a click opens them. */

import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';

import { shortCount } from '../../../core/layerWords';
import { count, plural } from '../../../core/numbers';
import type { Repeat } from '../../../core/repeats';
import { NODE_WIDTH } from '../../../draw/graphLayout';
import { Icon } from '../../../ui/Icon';
import { LayerMark } from '../../health/LayerMark';

export type RepeatBlock = Node<
  {
    readonly repeat: Repeat;
    /** How often, and what. */
    readonly title: string;
    /** The layers of one turn, in words. */
    readonly words: string;
    readonly parameters: number;
    /** How many errors and warnings its layers have. */
    readonly findings: number;
    readonly tone: 'none' | 'target' | 'bad';
  },
  'repeat'
>;

const BORDER = { none: 'border-line', target: 'border-accent', bad: 'border-danger' } as const;

export const RepeatNode = memo(function RepeatNode({ data }: NodeProps<RepeatBlock>) {
  const { repeat, title, words, parameters, findings, tone } = data;
  const { ids } = repeat;
  const border = BORDER[tone];
  return (
    <div className="relative cursor-pointer text-ink" style={{ width: NODE_WIDTH }} title="Click to open">
      <span
        aria-hidden="true"
        className={`absolute inset-0 translate-1 rounded-md border bg-panel ${border}`}
      />
      <Handle type="target" position={Position.Top} isConnectableStart={false} className="wire-end" />
      <div className={`relative rounded-md border bg-panel px-2.5 py-1.5 leading-[1.35] ${border}`}>
        <p className="flex items-center gap-1.5">
          <span className="text-muted">
            <Icon name="stack" size={13} />
          </span>
          <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
          {ids.map((id) => (
            <LayerMark key={id} layer={id} />
          ))}
          {findings > 0 && (
            <span className="text-danger" title={plural(findings, 'finding')}>
              <Icon name="warning" size={14} />
              <span className="sr-only">{plural(findings, 'finding')}</span>
            </span>
          )}
          <span
            className="shrink-0 text-[11px] text-muted tabular-nums"
            title={`${count(parameters)} parameters`}
          >
            {shortCount(parameters)} par.
          </span>
        </p>
        <p className="text-[11.5px] text-muted">{words}</p>
        <p className="truncate text-[11.5px] text-muted">
          {ids[0]} to {ids.at(-1)}
        </p>
      </div>
      <Handle type="source" position={Position.Bottom} className="wire-end" />
    </div>
  );
});
