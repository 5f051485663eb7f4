/** What can be done to a block; the same for pointer, keys and buttons. */

import { builderStore, copied, newLayer, removed } from '../../../core/builder';
import {
  disconnect,
  type Edited,
  insertAfter,
  insertOn,
  moveStep,
  type Wire,
  wiresOf,
} from '../../../core/graph';
import type { LayerKind } from '../../../core/layerWords';
import { insertBeforeOutput, withLayers } from '../../../core/network';
import type { Repeat } from '../../../core/repeats';
import type { Layer } from '../../../protocol/messages';
import { studio } from '../../studio';

export function select(block: string | null): void {
  builderStore.setState({ block, wire: null });
}

export function take(layers: readonly Layer[]): void {
  studio.change((spec) => withLayers(spec, layers));
}

function takeEdited(edited: Edited): void {
  if ('problem' in edited) studio.notify(edited.problem);
  else take(edited.layers);
}

/** Select a block from elsewhere: it is brought into sight. */
export function show(block: string): void {
  builderStore.setState({ block, wire: null, sought: block });
}

export function selectWire(wire: Wire): void {
  builderStore.setState({ wire, block: null });
}

/** The first wire that leaves a block; where one of them is selected, the next. */
export function selectNextWire(from: string, selected: Wire | null): void {
  const wires = wiresOf(studio.spec.network.layers).filter((wire) => wire.from === from);
  const at = wires.findIndex(({ to }) => selected?.from === from && selected.to === to);
  const next = wires[(at + 1) % wires.length];
  if (next) selectWire(next);
}

/** A new layer on the selected wire, or after the selected block; where nothing is selected, before the output. */
export function add({ kind, schema }: LayerKind): void {
  const { layers } = studio.spec.network;
  const { block, wire } = builderStore.getState();
  const layer = newLayer(kind, schema, studio.state.schema, layers);
  if (wire !== null) take(insertOn(layers, layer, wire));
  else take(block === null ? insertBeforeOutput(layers, layer) : insertAfter(layers, layer, block));
  select(layer.id);
}

export function deleteBlock(id: string): void {
  const { layers, block } = removed(studio.spec.network.layers, id);
  take(layers);
  select(block);
}

export function duplicateBlock(id: string): void {
  const copy = copied(studio.spec.network.layers, id);
  take(copy.layers);
  select(copy.id);
}

export function moveBlock(id: string, direction: 'up' | 'down'): void {
  takeEdited(moveStep(studio.spec.network.layers, id, direction));
}

export function deleteWire(wire: Wire): void {
  takeEdited(disconnect(studio.spec.network.layers, wire));
  builderStore.setState({ wire: null });
}

export function toggleCollapsed(id: string): void {
  const collapsed = new Set(builderStore.getState().collapsed);
  if (!collapsed.delete(id)) collapsed.add(id);
  builderStore.setState({ collapsed });
}

/** Show the layers of a repeat one by one, from the first on. */
export function openRepeat({ ids: [first = '', ...others] }: Repeat): void {
  const { unfolded } = builderStore.getState();
  builderStore.setState({ unfolded: new Set([...unfolded, first, ...others]) });
  show(first);
}

/** Open all repeats where any is folded, else fold all. */
export function toggleRepeats(repeats: readonly Repeat[]): void {
  const { unfolded, block } = builderStore.getState();
  const isFolded = repeats.some(({ ids }) => !ids.some((id) => unfolded.has(id)));
  const ids = repeats.flatMap((repeat) => repeat.ids);
  // What is folded away is not selected.
  if (!isFolded && block !== null && ids.includes(block)) select(null);
  builderStore.setState({ unfolded: new Set(isFolded ? ids : []) });
}

/** Collapse all blocks, or open all where all are collapsed. */
export function toggleAll(): void {
  const ids = studio.spec.network.layers.map(({ id }) => id);
  const { collapsed } = builderStore.getState();
  builderStore.setState({ collapsed: new Set(ids.every((id) => collapsed.has(id)) ? [] : ids) });
}
