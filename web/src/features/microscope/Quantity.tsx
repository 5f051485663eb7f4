/** One quantity of one layer: its units, their scale, the page, and what a gradient is of. */

import { useEffect, useState } from 'react';
import { useStore } from 'zustand';

import { type Facet, microscopeStore, type Shown } from '../../core/microscope';
import { count } from '../../core/numbers';
import { viewStore } from '../../core/view';
import type { Maps } from '../../draw/tilesOfLayer';
import { Icon } from '../../ui/Icon';
import { Select } from '../../ui/fields';
import { Distribution } from '../inspector/Distributions';
import { useClassNames, useDataset } from '../queries';
import { useNumbers, useSpec } from '../studio';
import { Explain } from './Explain';
import { TITLES } from './facets';
import { LayerCanvas } from './LayerCanvas';
import { ScaleBar } from './ScaleBar';
import { Stack } from './Stack';
import { useWant } from './useWant';

const PAGE = 64;
const MAPS: Readonly<Record<string, Maps>> = {
  activations: 'activation-maps',
  'activation-gradients': 'activation-gradient-maps',
  kernels: 'kernel-maps',
  'kernel-gradients': 'kernel-gradient-maps',
};

interface FacetProps {
  readonly id: string;
  readonly facet: Exclude<Facet, 'over-time'>;
  readonly units: number;
  readonly unit: number | null;
  readonly isMaps: boolean;
}

export function Quantity({ id, facet, units, unit, isMaps }: FacetProps) {
  const start = useStore(microscopeStore, (state) => state.start);
  const channel = useStore(microscopeStore, (state) => state.channel);
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
  const [asTable, setAsTable] = useState(false);
  const summaries = useNumbers(
    ({ drawable }) => drawable?.picture.microscope?.layers.find(({ layer }) => layer === id)?.summaries,
  );
  if (!summaries?.length) return <Compiling />;
  return (
    <div>
      <p className="mb-2 flex items-center gap-3 text-[12px] text-muted">
        The {summaries.length} quantities of the whole layer {id}, with the chosen image.
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
