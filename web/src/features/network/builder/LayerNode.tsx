/** A layer as a block of the diagram: what it is, what it gives, what is wrong with it. */

import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';

import { shortCount, summary } from '../../../core/layerWords';
import { count, plural } from '../../../core/numbers';
import { viewStore } from '../../../core/view';
import { NODE_WIDTH } from '../../../draw/graphLayout';
import type { Finding, Layer, LayerReport } from '../../../protocol/messages';
import { Icon, type IconName } from '../../../ui/Icon';
import { FindingRow } from '../../Findings';
import { LayerMark } from '../../health/LayerMark';
import { deleteBlock, duplicateBlock, moveBlock, toggleCollapsed } from './actions';
import { iconOf } from './Palette';

export type LayerBlock = Node<
  {
    readonly layer: Layer;
    readonly title: string;
    readonly report: LayerReport | undefined;
    readonly findings: readonly Finding[];
    readonly collapsed: boolean;
    readonly isFirst: boolean;
    readonly isLast: boolean;
    /** What it gives, where no wire says so. */
    readonly gives: string;
    /** Something that is dragged would come here, or would be refused here. */
    readonly tone: 'none' | 'target' | 'bad';
  },
  'layer'
>;

const BORDER = { none: 'border-line', target: 'border-accent', bad: 'border-danger' } as const;

export const LayerNode = memo(function LayerNode({ data, selected }: NodeProps<LayerBlock>) {
  const { layer, report, findings, collapsed, tone } = data;
  const serious = findings.filter(({ severity }) => severity !== 'advice');
  const hints = findings.length - serious.length;
  const words = [data.title, summary(layer)].filter(Boolean).join(', ');
  const isFrozen = 'frozen' in layer && layer.frozen;
  const border = selected && tone === 'none' ? 'border-accent ring-1 ring-accent' : BORDER[tone];
  return (
    <div
      className={`group/block relative rounded-md border bg-panel text-ink ${border}`}
      style={{ width: NODE_WIDTH }}
    >
      <Handle type="target" position={Position.Top} isConnectableStart={false} className="wire-end" />
      <div className="px-2.5 py-1.5 leading-[1.35]">
        <p className="flex items-center gap-1.5">
          <span className="text-muted">
            <Icon name={iconOf(layer.kind)} size={13} />
          </span>
          <span className="min-w-0 flex-1 truncate font-medium">{layer.id}</span>
          <LayerMark layer={layer.id} />
          {!collapsed && report && report.parameters > 0 && (
            <span
              className="shrink-0 text-[11px] text-muted tabular-nums"
              title={`${count(report.parameters)} parameters, ${count(report.multiply_adds)} multiply-adds`}
            >
              {shortCount(report.parameters)} par.
            </span>
          )}
          {hints > 0 && (
            <span className="text-muted" title={`Advice: select ${layer.id} to read it`}>
              <Icon name="hint" size={13} />
              <span className="sr-only">Advice</span>
            </span>
          )}
          {collapsed && serious.length > 0 && (
            <span
              className={serious.some(({ severity }) => severity === 'error') ? 'text-danger' : 'text-warn'}
            >
              <Icon name="warning" size={14} />
              <span className="sr-only">{plural(serious.length, 'finding')}</span>
            </span>
          )}
        </p>
        {!collapsed && <p className="text-[11.5px] text-muted">{words}</p>}
        {!collapsed && isFrozen && (
          <p className="flex items-center gap-1 text-[11.5px] text-muted">
            <Icon name="lock" size={11} /> frozen
          </p>
        )}
      </div>
      {!collapsed && serious.length > 0 && (
        <div className="nodrag nopan grid grid-cols-1 gap-1 p-1 pt-0 [&_button]:h-auto [&_button]:min-h-6 [&_button]:text-left [&_button]:whitespace-normal">
          {serious.map((finding, at) => (
            <FindingRow key={at} finding={finding} />
          ))}
        </div>
      )}
      <span
        role="group"
        aria-label={`Actions on ${layer.id}`}
        className={`nodrag nopan absolute -top-px left-full z-10 pl-1 group-hover/block:opacity-100 ${selected ? 'opacity-100' : 'opacity-0'}`}
      >
        <span className="grid w-max grid-cols-2 rounded-md border border-line bg-raised">
          <Action
            icon="up"
            name={`Move ${layer.id} up`}
            disabled={data.isFirst}
            act={() => moveBlock(layer.id, 'up')}
          />
          <Action
            icon="down"
            name={`Move ${layer.id} down`}
            disabled={data.isLast}
            act={() => moveBlock(layer.id, 'down')}
          />
          <Action icon="copy" name={`Duplicate ${layer.id}`} act={() => duplicateBlock(layer.id)} />
          <Action
            icon="fold"
            name={`${collapsed ? 'Open' : 'Collapse'} ${layer.id}`}
            act={() => toggleCollapsed(layer.id)}
          />
          <Action
            icon="eye"
            name={`Inspect ${layer.id}`}
            act={() => viewStore.setState({ selection: { kind: 'layer', layer: layer.id } })}
          />
          <Action icon="trash" name={`Delete ${layer.id}`} act={() => deleteBlock(layer.id)} />
        </span>
      </span>
      <Handle type="source" position={Position.Bottom} className="wire-end" />
      {data.gives && (
        <p className="absolute top-full mt-2 w-full text-center text-[11px] text-muted tabular-nums">
          {data.gives}
        </p>
      )}
    </div>
  );
});

/** Reached by pointer; by keyboard the block's own keys do the same. */
function Action(props: { icon: IconName; name: string; disabled?: boolean; act: () => void }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className="flex size-6 items-center justify-center rounded text-muted enabled:hover:bg-panel enabled:hover:text-ink disabled:opacity-40"
      aria-label={props.name}
      title={props.name}
      disabled={props.disabled}
      onClick={(event) => {
        event.stopPropagation();
        props.act();
      }}
    >
      <Icon name={props.icon} size={13} />
    </button>
  );
}

export type InputBlock = Node<
  { readonly words: string; readonly tone: 'none' | 'target' | 'bad' },
  'input-block'
>;

export const InputNode = memo(function InputNode({ data, selected }: NodeProps<InputBlock>) {
  const border = selected && data.tone === 'none' ? 'border-accent ring-1 ring-accent' : BORDER[data.tone];
  return (
    <div
      className={`flex items-baseline justify-between gap-2 rounded-md border border-dashed bg-paper px-2.5 py-1.5 ${border}`}
      style={{ width: NODE_WIDTH }}
    >
      <span className="font-medium text-ink">input</span>
      <span className="truncate text-[11.5px] text-muted">{data.words}</span>
      <Handle type="source" position={Position.Bottom} className="wire-end" />
    </div>
  );
});
