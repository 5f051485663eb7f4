/** Looking at the diagram: closer, from further away, all of it; folding what repeats; an overview of a long one. */

import { MiniMap, useReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import { useStore } from 'zustand';

import { builderStore } from '../../../core/builder';
import { repeatsOf } from '../../../core/repeats';
import { Icon, type IconName } from '../../../ui/Icon';
import { useSpec } from '../../studio';
import { toggleAll, toggleRepeats } from './actions';

export function ViewTools() {
  const flow = useReactFlow();
  const { layers } = useSpec().network;
  const repeats = useMemo(() => repeatsOf(layers), [layers]);
  const unfolded = useStore(builderStore, (state) => state.unfolded);
  const isFolded = repeats.some(({ ids }) => !ids.some((id) => unfolded.has(id)));
  return (
    <div className="flex" role="group" aria-label="View of the diagram">
      <Tool icon="plus" name="Zoom in" act={() => void flow.zoomIn()} />
      <Tool icon="minus" name="Zoom out" act={() => void flow.zoomOut()} />
      <Tool
        icon="fit"
        name="Show the whole network"
        act={() => void flow.fitView({ padding: 0.06, maxZoom: 1 })}
      />
      {repeats.length > 0 && (
        <Tool
          icon="stack"
          name={isFolded ? 'Open the layers that repeat' : 'Fold the layers that repeat'}
          act={() => toggleRepeats(repeats)}
        />
      )}
      <Tool icon="fold" name="Collapse or open all blocks" act={toggleAll} />
    </div>
  );
}

function Tool({ icon, name, act }: { icon: IconName; name: string; act: () => void }) {
  return (
    <button type="button" className="button-quiet size-7 px-0" aria-label={name} title={name} onClick={act}>
      <Icon name={icon} size={14} />
    </button>
  );
}

/** The whole of a long network, with what is in sight framed: drag the frame to move. */
export function Overview() {
  return (
    <MiniMap
      pannable
      position="top-left"
      className="rounded border border-line"
      style={{ width: 52, height: 200, margin: 8 }}
      bgColor="var(--paper)"
      maskColor="color-mix(in srgb, var(--raised) 70%, transparent)"
      maskStrokeColor="var(--accent)"
      maskStrokeWidth={1.5}
      nodeColor={({ selected }) => (selected === true ? 'var(--accent)' : 'var(--line-strong)')}
      nodeBorderRadius={12}
      ariaLabel="Overview of the network: drag the frame to move"
    />
  );
}
