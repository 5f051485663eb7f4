/** Any network as a list of blocks: kinds, shapes, counts, findings, and a form for each made of its schema. */

import { useState } from 'react';

import { count, plural } from '../../core/numbers';
import { duplicateLayer, freeId, insertLayer, moveLayer, removeLayer } from '../../core/network';
import { complete, field, kinds, kindTitle, resolve, type Schema } from '../../core/schema';
import { viewStore } from '../../core/view';
import type { Finding, Layer, LayerReport } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { ObjectFields } from '../../ui/SchemaForm';
import { FindingRow } from '../Findings';
import { useDataset } from '../queries';
import { SpecForm } from '../SpecForm';
import { studio, useSpec, useStudio, useView } from '../studio';

export function layerSchemas(root: Schema): { kind: string; schema: Schema }[] {
  const network = field(root, 'network', root);
  const layers = field(network, 'layers', root);
  return layers.items ? kinds(resolve(layers.items, root), root) : [];
}

function shape(numbers: readonly number[] | null | undefined): string {
  if (!numbers) return '–';
  return numbers.length === 0 ? '1' : numbers.map(count).join(' × ');
}

export function BlocksView() {
  const spec = useSpec();
  const root = useStudio((state) => state.schema);
  const examination = useStudio((state) => state.check?.examination ?? null);
  const { preview } = useDataset();
  const [open, setOpen] = useState<string | null>(null);
  const members = layerSchemas(root);
  const general = (examination?.findings ?? []).filter((finding) => finding.layer === null);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3" data-testid="blocks">
      <div className="mx-auto grid max-w-[680px] gap-2">
        {general.map((finding, index) => (
          <FindingRow key={index} finding={finding} />
        ))}
        <div className="flex items-baseline justify-between rounded-md border border-dashed border-line px-3 py-2 text-muted">
          <span className="font-medium text-ink">input</span>
          <span className="tabular-nums">
            {preview ? plural(preview.feature_names.length, 'feature') : ''}
          </span>
        </div>
        <ol className="grid gap-2" aria-label="Layers">
          {spec.network.layers.map((layer, index) => (
            <Block
              key={layer.id}
              layer={layer}
              index={index}
              total={spec.network.layers.length}
              schema={members.find(({ kind }) => kind === layer.kind)?.schema}
              report={examination?.layers[index]}
              findings={(examination?.findings ?? []).filter((finding) => finding.layer === layer.id)}
              open={open === layer.id}
              onToggle={() => setOpen(open === layer.id ? null : layer.id)}
            />
          ))}
        </ol>
        <div className="flex flex-wrap items-center gap-2 pt-1" role="group" aria-label="Add a layer">
          <span className="text-muted">Add a layer:</span>
          {members.map(({ kind, schema }) => (
            <button
              key={kind}
              type="button"
              className="button h-7"
              title={schema.description?.split('\n')[0]}
              onClick={() => {
                const id = freeId(kind, spec.network.layers);
                const layer = complete({ kind, id }, schema, root) as Layer;
                studio.change((current) =>
                  insertLayer(current, Math.max(0, current.network.layers.length - 1), layer),
                );
                setOpen(id);
              }}
            >
              <Icon name="plus" size={13} /> {kindTitle(kind, schema)}
            </button>
          ))}
        </div>
        {examination && (
          <p className="pt-2 text-[12px] text-muted tabular-nums">
            {count(examination.parameters)} parameters,{' '}
            {count(examination.layers.reduce((sum, layer) => sum + layer.multiply_adds, 0))} multiply-adds for
            one sample.
          </p>
        )}
      </div>
    </div>
  );
}

interface BlockProps {
  readonly layer: Layer;
  readonly index: number;
  readonly total: number;
  readonly schema: Schema | undefined;
  readonly report: LayerReport | undefined;
  readonly findings: readonly Finding[];
  readonly open: boolean;
  readonly onToggle: () => void;
}

function Block({ layer, index, total, schema, report, findings, open, onToggle }: BlockProps) {
  const selected = useView((view) => view.selection?.layer === layer.id);
  const isFrozen = layer.kind === 'dense' && layer.frozen;
  const summary = layer.kind === 'dense' || layer.kind === 'activation' ? layer.activation : '';
  return (
    <li
      className={`rounded-md border bg-panel ${selected ? 'border-accent' : 'border-line'}`}
      data-testid={`block-${layer.id}`}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
        <button
          type="button"
          aria-expanded={open}
          className="flex min-w-44 flex-1 items-center gap-2 text-left"
          onClick={onToggle}
        >
          <Icon name={open ? 'up' : 'down'} size={13} />
          <span className="truncate font-medium">{layer.id}</span>
          <span className="truncate text-muted">
            {kindTitle(layer.kind, schema)}
            {summary && `, ${summary}`}
          </span>
          {isFrozen && (
            <span className="flex items-center gap-1 text-[12px] text-muted">
              <Icon name="lock" size={12} /> frozen
            </span>
          )}
        </button>
        <span className="text-[12px] text-muted tabular-nums">
          {(report?.input_shapes ?? []).map((numbers) => shape(numbers)).join(', ') || '–'} →{' '}
          {shape(report?.output_shape)}
          {report && report.parameters > 0 && ` · ${count(report.parameters)} parameters`}
        </span>
        <span className="flex" role="group" aria-label={`Actions on ${layer.id}`}>
          <Action
            icon="up"
            name={`Move ${layer.id} up`}
            disabled={index === 0}
            act={() => studio.change((spec) => moveLayer(spec, index, index - 1))}
          />
          <Action
            icon="down"
            name={`Move ${layer.id} down`}
            disabled={index === total - 1}
            act={() => studio.change((spec) => moveLayer(spec, index, index + 1))}
          />
          <Action
            icon="copy"
            name={`Duplicate ${layer.id}`}
            act={() => studio.change((spec) => duplicateLayer(spec, index))}
          />
          <Action
            icon="eye"
            name={`Inspect ${layer.id}`}
            act={() => viewStore.setState({ selection: { kind: 'layer', layer: layer.id } })}
          />
          <Action
            icon="trash"
            name={`Delete ${layer.id}`}
            act={() => studio.change((spec) => removeLayer(spec, index))}
          />
        </span>
      </div>
      {findings.length > 0 && (
        <div className="grid gap-1 px-3 pb-2">
          {findings.map((finding, at) => (
            <FindingRow key={at} finding={finding} />
          ))}
        </div>
      )}
      {open && schema && (
        <div className="grid grid-cols-[repeat(auto-fill,minmax(170px,1fr))] gap-x-4 gap-y-3 border-t border-line px-3 py-3">
          <SpecForm>
            <ObjectFields schema={schema} path={['network', 'layers', index]} />
          </SpecForm>
        </div>
      )}
    </li>
  );
}

function Action(props: {
  icon: 'up' | 'down' | 'copy' | 'eye' | 'trash';
  name: string;
  disabled?: boolean;
  act: () => void;
}) {
  return (
    <button
      type="button"
      className="button-quiet size-7 px-0"
      aria-label={props.name}
      title={props.name}
      disabled={props.disabled}
      onClick={props.act}
    >
      <Icon name={props.icon} size={14} />
    </button>
  );
}
