/** All layers of a network on images: one sees the chosen image travel from the input to the output. */

import { memo, useRef } from 'react';

import { shapeWords, summary } from '../../core/layerWords';
import { count, digits } from '../../core/numbers';
import { viewStore } from '../../core/view';
import type { Layer, LayerReport } from '../../protocol/messages';
import { Select } from '../../ui/fields';
import { LayerMark } from '../health/LayerMark';
import { useClassNames, useDataset } from '../queries';
import { useNumbers, useSpec, useStudio, useView } from '../studio';
import { LayerCanvas } from './LayerCanvas';
import { useLimit } from './ScaleBar';
import { ScopeChoice } from './ScopeChoice';
import { SubjectBar } from './SubjectBar';
import { useInSight, useWant } from './useWant';

/** How many maps of a layer are shown here; the inspector has them all. */
const SHOWN = 32;
/** More layers are shown in low rows, and can be gone to by name. */
const MANY = 16;

export default function MapsView() {
  const spec = useSpec();
  const examination = useStudio((state) => state.check?.examination ?? null);
  const { preview } = useDataset();
  const names = useClassNames();
  const { layers } = spec.network;
  const isDeep = layers.length > MANY;
  const image = preview?.image;
  const reports = new Map(examination?.layers.map((report) => [report.layer, report]));
  return (
    <div className="flex min-h-0 flex-1 flex-col" data-testid="maps">
      <div className="grid gap-2 px-4 pt-2 pb-3">
        <SubjectBar />
        <div className="flex flex-wrap items-center justify-between gap-2">
          <StepWords />
          {isDeep && <GoTo layers={layers} />}
          <ScopeChoice />
        </div>
      </div>
      <ol className="border-t border-line" aria-label="Layers and what they make of the image">
        <Row
          id="input"
          layer={null}
          shape={image ? [image.height, image.width, image.channels] : null}
          report={undefined}
          low={isDeep}
        />
        {layers.map((layer, at) => (
          <Row
            key={layer.id}
            id={layer.id}
            layer={layer}
            low={isDeep}
            report={reports.get(layer.id)}
            shape={reports.get(layer.id)?.output_shape ?? null}
            {...(at === layers.length - 1 ? { names } : {})}
          />
        ))}
      </ol>
    </div>
  );
}

function StepWords() {
  const step = useNumbers((numbers) => numbers.step);
  return (
    <p className="text-[12px] text-muted tabular-nums">
      Activations at step {count(step)}. Click a layer to look into it, a tile to enlarge it.
    </p>
  );
}

/** A layer far down the list, by its name. */
function GoTo({ layers }: { layers: readonly Layer[] }) {
  return (
    <Select
      name="Go to a layer"
      className="w-32 text-[12px]"
      value=""
      options={[
        { value: '', title: 'Go to layer…' },
        ...['input', ...layers.map(({ id }) => id)].map((id) => ({ value: id, title: id })),
      ]}
      onChange={(id) => {
        const row = document.querySelector<HTMLElement>(`[data-testid="maps-${CSS.escape(id)}"]`);
        row?.focus({ preventScroll: true });
        row?.scrollIntoView({ block: 'center' });
      }}
    />
  );
}

interface RowProps {
  readonly id: string;
  readonly layer: Layer | null;
  readonly report: LayerReport | undefined;
  readonly shape: readonly number[] | null;
  /** One of many: in fewer lines. */
  readonly low: boolean;
  readonly names?: readonly string[];
}

const Row = memo(function Row({ id, layer, shape, low, names }: RowProps) {
  const root = useRef<HTMLLIElement>(null);
  const inSight = useInSight(root);
  const units = shape?.at(-1) ?? 0;
  const isMaps = shape?.length === 3;
  useWant(
    inSight
      ? {
          layers: [{ layer: id, start: 0, count: Math.min(SHOWN, Math.max(1, units)), channel: null }],
          show: ['activations'],
        }
      : null,
  );
  const selected = useView((view) => view.selection?.layer === id);
  const { limit, shared } = useLimit(id, 'activation-maps');
  const words = layer === null ? 'the image' : summary(layer);
  const scale = limit === null ? '' : shared ? `±${digits(limit)}` : `up to ±${digits(limit)}`;
  return (
    <li
      ref={root}
      className={`grid grid-cols-[124px_minmax(0,1fr)] items-center gap-3 border-b border-line px-4 ${low ? 'py-0.5' : 'py-1.5'} ${selected ? 'bg-raised' : ''}`}
    >
      <div className="relative min-w-0">
        <button
          type="button"
          className="w-full min-w-0 rounded text-left"
          aria-pressed={selected}
          data-testid={`maps-${id}`}
          title={low && words ? `Look into ${id}: ${words}` : `Look into ${id}`}
          onClick={() => viewStore.setState({ selection: { kind: 'layer', layer: id } })}
        >
          <span className={`block truncate font-medium ${selected ? 'text-accent' : ''}`}>{id}</span>
          {!low && (
            <span className="block truncate text-[11px] text-muted" title={words}>
              {words}
            </span>
          )}
          <span className="block truncate text-[11px] text-muted tabular-nums">
            {shapeWords(shape)}
            {isMaps && units > SHOWN ? `, ${SHOWN} shown` : ''}
          </span>
          <span className="block truncate text-[11px] text-muted tabular-nums">{scale}</span>
        </button>
        <span className="absolute top-0 right-0">
          <LayerMark layer={id} />
        </span>
      </div>
      <LayerCanvas
        layer={id}
        maps="activation-maps"
        most={72}
        units={units}
        label={`Activations of ${id}`}
        className={low ? 'h-11' : 'h-16'}
        testId={`maps-canvas-${id}`}
        {...(names ? { names } : {})}
      />
    </li>
  );
});
