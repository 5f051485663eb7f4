/** The selected layer: its fields from the schema, what it reads, what there is to say about it. */

import { useId } from 'react';

import { connect, disconnect, INPUT, isMerging, readsOf, rename } from '../../../core/graph';
import { layerKinds, valuesWords } from '../../../core/layerWords';
import { bytes, count } from '../../../core/numbers';
import { kindTitle } from '../../../core/schema';
import { viewStore } from '../../../core/view';
import type { Layer, LayerReport } from '../../../protocol/messages';
import { Icon } from '../../../ui/Icon';
import { Select } from '../../../ui/fields';
import { ObjectFields } from '../../../ui/SchemaForm';
import { FindingRow } from '../../Findings';
import { SpecForm } from '../../SpecForm';
import { studio, useSpec, useStudio } from '../../studio';
import { select, take } from './actions';

export function LayerForm({ id }: { id: string }) {
  const spec = useSpec();
  const root = useStudio((state) => state.schema);
  const examination = useStudio((state) => state.check?.examination ?? null);
  const { layers } = spec.network;
  const index = layers.findIndex((layer) => layer.id === id);
  const layer = layers[index];
  const schema = layerKinds(root).find(({ kind }) => kind === layer?.kind)?.schema;
  if (!layer || !schema) return null;
  const report = examination?.layers.find((entry) => entry.layer === id);
  const findings = (examination?.findings ?? []).filter((finding) => finding.layer === id);
  return (
    <section aria-label={`Layer ${id}`} data-testid="layer-form" className="grid gap-3">
      <div className="flex items-center justify-between gap-2">
        <h3 className="min-w-0 truncate font-medium">{schema.title ?? kindTitle(layer.kind)}</h3>
        <button
          type="button"
          className="button h-7 px-2 text-[12px]"
          onClick={() => viewStore.setState({ selection: { kind: 'layer', layer: id } })}
        >
          <Icon name="eye" size={13} /> Inspect
        </button>
      </div>
      {schema.description && (
        <p className="text-[12px] text-muted">
          {schema.description.split('\n\n')[0]?.replaceAll('`', '').replaceAll('\n', ' ')}
        </p>
      )}
      {report && <Report report={report} />}
      {findings.map((finding, at) => (
        <FindingRow key={at} finding={finding} />
      ))}
      <div className="grid grid-cols-[repeat(auto-fill,minmax(150px,1fr))] gap-x-4 gap-y-3">
        <Name id={id} />
        <Reads layer={layer} />
        <SpecForm>
          <ObjectFields schema={schema} path={['network', 'layers', index]} without={['id', 'inputs']} />
        </SpecForm>
      </div>
    </section>
  );
}

/** What a layer gives, and what it costs. */
function Report({ report }: { report: LayerReport }) {
  const rows = [
    ['Gives', valuesWords(report.output_shape)],
    ['Parameters', count(report.parameters)],
    ['Multiply-adds', count(report.multiply_adds)],
    ['Memory', bytes(report.memory_bytes)],
  ] as const;
  return (
    <dl
      className="grid grid-cols-[auto_1fr] gap-x-3 text-[12px] tabular-nums"
      title="Multiply-adds and memory are those of one sample."
    >
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Name({ id }: { id: string }) {
  const field = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={field} className="truncate text-muted">
        Name
      </label>
      <input
        id={field}
        key={id}
        className="field"
        spellCheck={false}
        defaultValue={id}
        onBlur={(event) => {
          const name = event.target.value.trim();
          if (name === id) return;
          const { layers } = studio.spec.network;
          if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(name)) {
            studio.notify(
              `A layer's name has letters, digits, - and _, 1 to 40 of them; got “${name}”.`,
              'error',
            );
          } else if (name === INPUT || layers.some((layer) => layer.id === name)) {
            studio.notify(`The name ${name} is taken: choose another.`, 'error');
          } else {
            take(rename(layers, id, name));
            select(name);
            return;
          }
          event.target.value = id;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
    </div>
  );
}

/** What a layer reads: wires without a pointer. */
function Reads({ layer }: { layer: Layer }) {
  const { layers } = useSpec().network;
  const reads = readsOf(layers)[layers.indexOf(layer)] ?? [];
  const several = isMerging(layer);
  const label = several ? 'Merges' : 'Reads';
  const others = [INPUT, ...layers.map(({ id }) => id)].filter(
    (id) => id !== layer.id && !reads.includes(id) && 'layers' in connect(layers, { from: id, to: layer.id }),
  );
  const read = (from: string) => {
    const edited = connect(layers, { from, to: layer.id });
    if ('layers' in edited) take(edited.layers);
  };
  return (
    <div className={several ? 'col-span-full' : 'min-w-0'}>
      <span className="text-muted">{label}</span>
      {several && (
        <ul className="mb-1.5 flex flex-wrap gap-1" aria-label={`What ${layer.id} merges`}>
          {reads.map((from) => (
            <li key={from} className="flex h-7 items-center gap-1 rounded-md border border-line pr-1 pl-2">
              {from}
              {reads.length > 1 && (
                <button
                  type="button"
                  className="button-quiet size-6 px-0"
                  aria-label={`Do not read ${from}`}
                  onClick={() => {
                    const edited = disconnect(layers, { from, to: layer.id });
                    if ('layers' in edited) take(edited.layers);
                  }}
                >
                  <Icon name="close" size={12} />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Select
        name={label}
        value={several ? '' : (reads[0] ?? '')}
        options={[
          ...(several
            ? [{ value: '', title: 'Read another…' }]
            : reads.map((id) => ({ value: id, title: id }))),
          ...others.map((id) => ({ value: id, title: id })),
        ]}
        onChange={read}
      />
    </div>
  );
}
