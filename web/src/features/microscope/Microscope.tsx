/** INSPECTOR of a network on images: one layer in every quantity, live. */

import { lazy, Suspense, useState } from 'react';
import { useStore } from 'zustand';

import { shapeWords, summary } from '../../core/layerWords';
import { type Facet, microscopeStore } from '../../core/microscope';
import { count } from '../../core/numbers';
import { type Selection, viewStore } from '../../core/view';
import { Icon } from '../../ui/Icon';
import { TableSwitch } from '../../ui/TableSwitch';
import { Seeing } from '../guide/Seeing';
import { useTab } from '../network/tab';
import { useDataset } from '../queries';
import { useNumbers, useSpec, useStudio } from '../studio';
import { Enlarged } from './Enlarged';
import { facetsOf, TITLES } from './facets';
import { Quantity } from './Quantity';
import { ScopeChoice } from './ScopeChoice';
import { SubjectBar } from './SubjectBar';
import { UnitWeights } from './UnitWeights';

/** A page without a server has no vitals, and is spared its code. */
const OverTime = import.meta.env.VITE_REPLAY ? () => null : lazy(() => import('../health/OverTime'));

export default function Microscope({ selection, sheet }: { selection: Selection; sheet: boolean }) {
  const spec = useSpec();
  const examination = useStudio((state) => state.check?.examination ?? null);
  const { preview } = useDataset();
  const mapsInSight = useTab() === 'neurons';
  const [tall, setTall] = useState(false);
  const [asTable, setAsTable] = useState(false);
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
    unit !== null &&
    layer !== null &&
    shape !== null &&
    facet !== 'distributions' &&
    facet !== 'over-time' ? (
      facet === 'kernels' ? (
        <UnitWeights
          key={`weights of ${id} ${unit}`}
          layer={layer}
          unit={Math.min(unit, (shape.at(-1) ?? 1) - 1)}
        />
      ) : (
        <Enlarged key={`unit of ${id}`} layer={layer} shape={shape} unit={unit} />
      )
    ) : null;
  return (
    <section
      aria-label="Inspector"
      data-testid="inspector"
      className={`flex shrink-0 flex-col border-t border-line bg-panel ${sheet ? `fixed inset-x-0 bottom-[152px] z-20 shadow-[0_-8px_24px] shadow-black/25 ${tall ? 'h-[calc(100dvh-152px)]' : 'h-[52dvh]'}` : tall ? 'h-[72dvh]' : 'h-[min(380px,44dvh)]'}`}
    >
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-3 pb-2">
        <h2 className="heading max-lg:sr-only">Microscope</h2>
        <Seeing page="microscope" />
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
        {facet === 'over-time' && (
          <TableSwitch
            name="Show the layer over time as a table"
            className="ml-auto size-7"
            pressed={asTable}
            onPress={setAsTable}
          />
        )}
        {facet !== 'distributions' && facet !== 'explain' && facet !== 'over-time' && (
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
          {facet === 'over-time' ? (
            <Suspense fallback={<p className="text-muted">Opening the layer over time…</p>}>
              <OverTime key={id} layer={id} unit={unit} asTable={asTable} />
            </Suspense>
          ) : (
            <Quantity
              key={id}
              id={id}
              facet={facet}
              units={shape?.at(-1) ?? 0}
              unit={unit}
              isMaps={shape?.length === 3}
            />
          )}
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
