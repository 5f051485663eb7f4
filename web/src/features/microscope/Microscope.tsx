/** INSPECTOR of a network on images: one layer in every quantity, live. */

import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { shapeWords, summary } from '../../core/layerWords';
import { type Facet, microscopeStore, type Shown } from '../../core/microscope';
import { count, plural } from '../../core/numbers';
import { type Selection, viewStore } from '../../core/view';
import type { Maps } from '../../draw/tilesOfLayer';
import type { Layer } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Select } from '../../ui/fields';
import { Distribution } from '../inspector/Distributions';
import { useTab } from '../network/tab';
import { useClassNames, useDataset } from '../queries';
import { useNumbers, useSpec, useStudio } from '../studio';
import { Enlarged } from './Enlarged';
import { Explain } from './Explain';
import { LayerCanvas } from './LayerCanvas';
import { ScaleBar } from './ScaleBar';
import { ScopeChoice } from './ScopeChoice';
import { Stack } from './Stack';
import { SubjectBar } from './SubjectBar';
import { useWant } from './useWant';

const PAGE = 64;
const MAPS: Readonly<Record<string, Maps>> = {
  activations: 'activation-maps',
  'activation-gradients': 'activation-gradient-maps',
  kernels: 'kernel-maps',
  'kernel-gradients': 'kernel-gradient-maps',
};
const TITLES: Readonly<Record<Facet, string>> = {
  activations: 'Activations',
  'activation-gradients': 'Gradients of activations',
  kernels: 'Kernels',
  'kernel-gradients': 'Gradients of kernels',
  distributions: 'Distributions',
  stack: 'Stack',
  explain: 'Why this class',
};
const WITH_KERNELS = ['conv2d', 'separable-conv2d', 'dense'];

/** What can be shown of a layer, or of the input. */
function facetsOf(layer: Layer | null, isMaps: boolean): Facet[] {
  if (layer === null) return ['explain', 'activation-gradients'];
  return [
    'activations',
    ...(isMaps ? (['stack'] as const) : []),
    ...(WITH_KERNELS.includes(layer.kind) ? (['kernels', 'kernel-gradients'] as const) : []),
    'activation-gradients',
    'distributions',
  ];
}

export default function Microscope({ selection, sheet }: { selection: Selection; sheet: boolean }) {
  const spec = useSpec();
  const examination = useStudio((state) => state.check?.examination ?? null);
  const { preview } = useDataset();
  const mapsInSight = useTab() === 'neurons';
  const [tall, setTall] = useState(false);
  const id = selection.layer;
  const layer = spec.network.layers.find((candidate) => candidate.id === id) ?? null;
  const image = preview?.image;
  const shape =
    layer === null
      ? image
        ? [image.height, image.width, image.channels]
        : null
      : (examination?.layers.find((report) => report.layer === id)?.output_shape ?? null);
  const facets = facetsOf(layer, shape?.length === 3);
  const wanted = useStore(microscopeStore, (state) => state.facet);
  const facet = facets.includes(wanted) ? wanted : (facets[0] ?? 'activations');
  const unit = selection.kind === 'layer' ? null : selection.unit;
  const enlarged =
    unit !== null && layer !== null && shape !== null && facet !== 'distributions' ? (
      <Enlarged key={`unit of ${id}`} layer={layer} shape={shape} unit={unit} />
    ) : null;
  return (
    <section
      aria-label="Inspector"
      data-testid="inspector"
      className={`flex shrink-0 flex-col border-t border-line bg-panel ${sheet ? `fixed inset-x-0 bottom-[152px] z-20 shadow-[0_-8px_24px] shadow-black/25 ${tall ? 'h-[calc(100dvh-152px)]' : 'h-[52dvh]'}` : tall ? 'h-[72dvh]' : 'h-[min(380px,44dvh)]'}`}
    >
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-3 pb-2">
        <h2 className="heading max-lg:sr-only">Microscope</h2>
        <p className="min-w-0">
          <span className="font-medium">{unit === null ? id : `Unit ${unit + 1} of ${id}`}</span>{' '}
          <span className="text-[12px] text-muted tabular-nums">
            {layer === null ? 'the image' : summary(layer)} · {shapeWords(shape)} · <StepWords />
          </span>
        </p>
        {unit !== null && (
          <button
            type="button"
            className="link text-[12px]"
            onClick={() => viewStore.setState({ selection: { kind: 'layer', layer: id } })}
          >
            The whole layer
          </button>
        )}
        <span className="ml-auto flex items-center gap-1">
          <button
            type="button"
            className="button-quiet size-7 px-0"
            aria-pressed={tall}
            aria-label="More room for the microscope"
            title={tall ? 'Less room' : 'More room'}
            onClick={() => setTall(!tall)}
          >
            <Icon name={tall ? 'down' : 'up'} size={14} />
          </button>
          <button
            type="button"
            className="button-quiet size-7 px-0"
            aria-label="Close the inspector"
            title="Close (Esc)"
            onClick={() => viewStore.setState({ selection: null })}
          >
            <Icon name="close" size={14} />
          </button>
        </span>
      </header>
      {!mapsInSight && (
        <div className="px-4 pb-2">
          <SubjectBar />
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 pb-2">
        <FacetTabs facets={facets} facet={facet} />
        {facet !== 'distributions' && facet !== 'explain' && (
          <span className="ml-auto max-lg:ml-0">
            <ScopeChoice />
          </span>
        )}
      </div>
      <div
        id="microscope-facet"
        role="tabpanel"
        aria-labelledby={`facet-${facet}`}
        className="relative min-h-0 flex-1 overflow-y-auto px-4 pb-3"
      >
        <div
          className={
            enlarged
              ? 'grid h-full min-h-0 grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)] gap-6 max-lg:h-auto max-lg:grid-cols-1'
              : 'h-full'
          }
        >
          <Facets
            key={id}
            id={id}
            facet={facet}
            units={shape?.at(-1) ?? 0}
            unit={unit}
            isMaps={shape?.length === 3}
          />
          {enlarged}
        </div>
      </div>
    </section>
  );
}

function StepWords() {
  const step = useNumbers((numbers) => numbers.step);
  return <>at step {count(step)}</>;
}

function FacetTabs({ facets, facet }: { facets: readonly Facet[]; facet: Facet }) {
  const choose = (next: Facet | undefined) => {
    if (next === undefined) return;
    microscopeStore.setState({ facet: next });
    document.getElementById(`facet-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="What of the layer is shown" className="flex flex-wrap gap-1">
      {facets.map((own, at) => (
        <button
          key={own}
          type="button"
          role="tab"
          id={`facet-${own}`}
          aria-selected={own === facet}
          aria-controls="microscope-facet"
          tabIndex={own === facet ? 0 : -1}
          className={`h-7 rounded-md px-2 text-[12px] font-medium ${own === facet ? 'bg-raised text-ink' : 'text-muted hover:text-ink'}`}
          onClick={() => choose(own)}
          onKeyDown={(event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (step === undefined) return;
            event.preventDefault();
            event.stopPropagation();
            choose(facets[(at + step + facets.length) % facets.length]);
          }}
        >
          {TITLES[own]}
        </button>
      ))}
    </div>
  );
}

interface FacetProps {
  readonly id: string;
  readonly facet: Facet;
  readonly units: number;
  readonly unit: number | null;
  readonly isMaps: boolean;
}

function Facets({ id, facet, units, unit, isMaps }: FacetProps) {
  const { start, channel } = useStore(microscopeStore);
  const spec = useSpec();
  const names = useClassNames();
  const isOutput = spec.network.layers.at(-1)?.id === id;
  const isPaged = units > PAGE && (isMaps || facet.startsWith('kernel'));
  // A chosen unit is on the page that is shown.
  const page = unit === null ? start : Math.floor(unit / PAGE) * PAGE;
  const first = isPaged ? Math.min(page, units - 1) : 0;
  const shown: Shown = facet === 'stack' || facet === 'explain' ? 'activations' : facet;
  useWant({
    layers: [{ layer: id, start: first, count: PAGE, channel }],
    show: unit === null ? [shown] : [shown, 'activations'],
    leads: true,
  });
  useEffect(() => microscopeStore.setState({ start: 0, channel: null }), [id]);
  if (facet === 'explain') return <Explain />;
  if (facet === 'distributions') return <Distributed id={id} />;
  const maps = MAPS[shown] ?? 'activation-maps';
  return (
    <div className="flex h-full min-h-40 flex-col gap-2">
      {facet === 'stack' ? (
        <Stack id={id} units={units} />
      ) : (
        <LayerCanvas
          keys
          limits
          layer={id}
          maps={maps}
          most={200}
          units={units}
          label={`${TITLES[facet]} of ${id}`}
          className="min-h-24 w-full flex-1"
          testId="microscope-canvas"
          {...(isOutput && shown.startsWith('activation') ? { names } : {})}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
        <ScaleBar layer={id} maps={maps} />
        {facet.startsWith('kernel') && <Channels id={id} channel={channel} />}
        {isPaged && <Pages first={first} units={units} />}
        <Note id={id} facet={facet} maps={maps} />
      </div>
    </div>
  );
}

/** Which input channel of the kernels is shown. */
function Channels({ id, channel }: { id: string; channel: number | null }) {
  const channels = useNumbers(
    ({ drawable }) => drawable?.picture.microscope?.layers.find(({ layer }) => layer === id)?.channels ?? 0,
  );
  if (channels < 2) return null;
  return (
    <label className="flex items-center gap-2 text-[12px] text-muted">
      Input channel
      <Select
        name="Input channel of the kernels"
        className="w-36"
        value={channel === null ? 'mean' : String(channel)}
        options={[
          { value: 'mean', title: `mean of ${channels}` },
          ...Array.from({ length: channels }, (_, at) => ({ value: String(at), title: String(at + 1) })),
        ]}
        onChange={(value) => microscopeStore.setState({ channel: value === 'mean' ? null : Number(value) })}
      />
    </label>
  );
}

function Pages({ first, units }: { first: number; units: number }) {
  const go = (start: number) => {
    const { selection } = viewStore.getState();
    if (selection) viewStore.setState({ selection: { kind: 'layer', layer: selection.layer } });
    microscopeStore.setState({ start });
  };
  return (
    <span className="flex items-center gap-1 text-[12px] text-muted tabular-nums">
      <button
        type="button"
        className="button-quiet size-6 px-0"
        aria-label="The units before"
        disabled={first === 0}
        onClick={() => go(Math.max(0, first - PAGE))}
      >
        <Icon name="left" size={14} />
      </button>
      units {count(first + 1)} to {count(Math.min(units, first + PAGE))} of {count(units)}
      <button
        type="button"
        className="button-quiet size-6 px-0"
        aria-label="The next units"
        disabled={first + PAGE >= units}
        onClick={() => go(first + PAGE)}
      >
        <Icon name="right" size={14} />
      </button>
    </span>
  );
}

/** Gradients are a program of their own. */
function Compiling() {
  return (
    <p className="text-[12px] text-muted" role="status">
      Waiting for a picture with gradients. The first one is compiled, which takes some seconds.
    </p>
  );
}

/** What a gradient is of, and what had no room. */
function Note({ id, facet, maps }: { id: string; facet: Facet; maps: Maps }) {
  const isThere = useNumbers(({ drawable }) => drawable?.arrays.has(`${maps}:${id}`) ?? false);
  const looked = useNumbers(({ drawable }) => drawable?.picture.microscope ?? null);
  const { preview } = useDataset();
  const name = looked?.label == null ? '' : (preview?.class_names[looked.label] ?? String(looked.label));
  if (looked?.left_out.includes(id))
    return (
      <span className="text-[12px] text-warn">
        There is no room for this layer in a picture: show fewer layers.
      </span>
    );
  if (!facet.includes('gradients')) return null;
  if (!isThere) return <Compiling />;
  return (
    <span className="text-[12px] text-muted">
      Gradient of the loss of this image{name && ` for class ${name}`}: where it is blue, less would lower the
      loss.
    </span>
  );
}

/** The distributions of a layer with the chosen image. */
function Distributed({ id }: { id: string }) {
  const root = useRef<HTMLDivElement>(null);
  const [asTable, setAsTable] = useState(false);
  const summaries = useNumbers(
    ({ drawable }) => drawable?.picture.microscope?.layers.find(({ layer }) => layer === id)?.summaries,
  );
  if (!summaries?.length) return <Compiling />;
  return (
    <div ref={root}>
      <p className="mb-2 flex items-center gap-3 text-[12px] text-muted">
        {plural(summaries.length, 'quantity').replace('quantitys', 'quantities')} of the whole layer {id},
        with the chosen image.
        <button type="button" className="link" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'As histograms' : 'As tables'}
        </button>
      </p>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(176px,1fr))] content-start gap-4">
        {summaries.map((summary) => (
          <Distribution key={summary.quantity} summary={summary} asTable={asTable} />
        ))}
      </div>
    </div>
  );
}
