/** Where health is looked at: a view of the network, and a layer over time in the inspector. */

import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';

import { replayed } from '../../core/guest';
import { microscopeStore } from '../../core/microscope';
import { viewStore } from '../../core/view';

export type InspectorPart = 'now' | 'over-time';

interface Places {
  readonly inspector: InspectorPart;
}

export const placesStore = createStore<Places>(() => ({ inspector: 'now' }));

export const usePlaces = <T>(select: (places: Places) => T): T => useStore(placesStore, select);

/** A page without a server holds no vitals: it has no such places. */
export const hasHealth = (): boolean => replayed() === null;

/** Look at a layer over time. */
export function showOverTime(layer: string): void {
  placesStore.setState({ inspector: 'over-time' });
  microscopeStore.setState({ facet: 'over-time' });
  viewStore.setState({ selection: { kind: 'layer', layer } });
}
