/** INSPECTOR: the weights, biases, activations and gradients of what is selected, in pictures and in numbers. */

import { lazy, Suspense, useEffect, useState } from 'react';

import { count } from '../../core/numbers';
import { type Selection, viewStore } from '../../core/view';
import type { Layer } from '../../protocol/messages';
import { Segments } from '../../ui/fields';
import { Icon } from '../../ui/Icon';
import { TableSwitch } from '../../ui/TableSwitch';
import { Seeing } from '../guide/Seeing';
import { hasHealth, type InspectorPart, placesStore, usePlaces } from '../health/places';
import { useHasImages } from '../microscope/queries';
import { useNumbers, useSpec, useView } from '../studio';
import { Distributions } from './Distributions';
import { Parameters } from './Parameters';

/** Fetched when a network on images is first looked at. */
const Microscope = lazy(() => import('../microscope/Microscope'));
/** A page without a server has no vitals, and is spared its code. */
const OverTime = import.meta.env.VITE_REPLAY ? () => null : lazy(() => import('../health/OverTime'));

export function Inspector({ sheet }: { sheet: boolean }) {
  const selection = useView((view) => view.selection);
  const images = useHasImages();
  if (!images) return <PlainInspector sheet={sheet} />;
  if (selection === null) return null;
  return (
    <Suspense>
      <Microscope selection={selection} sheet={sheet} />
    </Suspense>
  );
}

/** On a narrow page it is a sheet above the transport, so that what is selected stays in sight. */
function PlainInspector({ sheet }: { sheet: boolean }) {
  const selection = useView((view) => view.selection);
  const spec = useSpec();
  const [asTable, setAsTable] = useState(false);
  const chosen = usePlaces((places) => places.inspector);
  const part = hasHealth() ? chosen : 'now';
  const layer = spec.network.layers.find((candidate) => candidate.id === selection?.layer);
  useEffect(() => {
    // What is selected is not covered by the sheet that tells about it.
    const unit = '[data-testid^="unit-"][aria-pressed="true"]';
    if (sheet && selection?.kind === 'unit')
      document.querySelector(unit)?.scrollIntoView({ block: 'nearest' });
  }, [sheet, selection]);
  if (selection === null || layer === undefined) return null;
  return (
    <section
      aria-label="Inspector"
      data-testid="inspector"
      className={`flex shrink-0 flex-col border-t border-line bg-panel ${sheet ? 'fixed inset-x-0 bottom-[152px] z-20 max-h-[44dvh] shadow-[0_-8px_24px] shadow-black/25' : part === 'over-time' ? 'h-[min(392px,46dvh)]' : 'max-h-[min(336px,40dvh)]'}`}
    >
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 pt-3 pb-2">
        <div className="flex items-center gap-1">
          <h2 className="heading">Inspector</h2>
          <Seeing page="inspector" />
        </div>
        <p className="font-medium">{titleOf(selection)}</p>
        <Levels selection={selection} layer={layer} />
        <StepNote />
        {hasHealth() && (
          <Segments
            label="What of the layer is shown"
            value={part}
            options={PARTS}
            onChange={(inspector) => placesStore.setState({ inspector })}
          />
        )}
        <TableSwitch
          name="Show the distributions as tables"
          className="ml-auto size-7"
          pressed={asTable}
          onPress={setAsTable}
        />
        <button
          type="button"
          className="button-quiet size-7 px-0"
          aria-label="Close the inspector"
          title="Close (Esc)"
          onClick={() => viewStore.setState({ selection: null })}
        >
          <Icon name="close" size={14} />
        </button>
      </header>
      {part === 'over-time' ? (
        <div className="relative min-h-0 flex-1 overflow-y-auto px-4 pb-4">
          <Suspense fallback={<p className="text-muted">Opening the layer over time…</p>}>
            <OverTime
              key={layer.id}
              layer={layer.id}
              unit={selection.kind === 'layer' ? null : selection.unit}
              asTable={asTable}
            />
          </Suspense>
        </div>
      ) : (
        <div className="grid relative min-h-0 flex-1 grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-6 overflow-y-auto px-4 pb-4 max-lg:grid-cols-1">
          <Distributions layer={layer} asTable={asTable} />
          <Parameters selection={selection} layer={layer} spec={spec} />
        </div>
      )}
    </section>
  );
}

const PARTS: readonly { readonly value: InspectorPart; readonly title: string }[] = [
  { value: 'now', title: 'Now' },
  { value: 'over-time', title: 'Over time' },
];

function titleOf(selection: Selection): string {
  switch (selection.kind) {
    case 'layer':
      return `Layer ${selection.layer}`;
    case 'unit':
      return `Unit ${selection.unit + 1} of ${selection.layer}`;
    case 'edge':
      return `Weight into unit ${selection.unit + 1} of ${selection.layer}`;
  }
}

/** From a unit or a weight up to its layer. */
function Levels({ selection, layer }: { selection: Selection; layer: Layer }) {
  if (selection.kind === 'layer') return <span className="text-muted">{layer.kind}</span>;
  return (
    <button
      type="button"
      className="link text-[12px]"
      onClick={() => viewStore.setState({ selection: { kind: 'layer', layer: layer.id } })}
    >
      The whole layer
    </button>
  );
}

function StepNote() {
  const step = useNumbers((numbers) => numbers.step);
  return <span className="text-[12px] text-muted tabular-nums">at step {count(step)}</span>;
}
