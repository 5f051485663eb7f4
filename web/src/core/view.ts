/** What the user looks at: options that never change a training. */

import { createStore } from 'zustand/vanilla';

import type { Spec } from '../protocol/messages';

export type Theme = 'dark' | 'light';
export type NetworkTab = 'neurons' | 'blocks';
export type Axes = readonly [number, number] | 'pca';

/** What the plot shows unless other axes are chosen: the two inputs, or the principal components of many. */
export function defaultAxes({ data }: Spec): Axes {
  const isWide = data.kind === 'bundled' || (data.kind === 'table' && data.inputs.length > 2);
  return isWide ? 'pca' : [0, 1];
}

/** What is selected, and shown in the inspector. */
export type Selection =
  | { readonly kind: 'layer'; readonly layer: string }
  | { readonly kind: 'unit'; readonly layer: string; readonly unit: number }
  | { readonly kind: 'edge'; readonly layer: string; readonly from: number; readonly unit: number };

/** A unit whose map is projected onto the big plot. */
export interface UnitRef {
  readonly layer: string;
  readonly unit: number;
}

export interface ViewState {
  theme: Theme;
  tab: NetworkTab;
  /** The same for networks that read images. */
  imageTab: NetworkTab;
  /** The boundary in shades, or one color for each predicted class. */
  discrete: boolean;
  showTrain: boolean;
  showValidation: boolean;
  logLoss: boolean;
  axes: Axes | null;
  selection: Selection | null;
  hovered: UnitRef | null;
}

const KEPT = ['theme', 'tab', 'imageTab', 'discrete', 'showTrain', 'showValidation', 'logLoss'] as const;
const STORAGE_KEY = 'netlapse.view';

export const defaultView = (): ViewState => ({
  theme: matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark',
  tab: 'neurons',
  imageTab: 'blocks',
  discrete: false,
  showTrain: true,
  showValidation: true,
  logLoss: false,
  axes: null,
  selection: null,
  hovered: null,
});

function load(): ViewState {
  try {
    const kept = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<ViewState>;
    return { ...defaultView(), ...kept };
  } catch {
    return defaultView();
  }
}

export const viewStore = createStore<ViewState>(load);

viewStore.subscribe((state) => {
  const kept = Object.fromEntries(KEPT.map((key) => [key, state[key]]));
  localStorage.setItem(STORAGE_KEY, JSON.stringify(kept));
});

export function restoreView(): void {
  viewStore.setState(defaultView());
}
