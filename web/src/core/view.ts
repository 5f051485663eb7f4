/** What the user looks at: options that never change a training. */

import { createStore } from 'zustand/vanilla';

import type { Spec } from '../protocol/messages';
import { linkToken } from './guest';
import { keep, kept } from './keeping';

export type Theme = 'dark' | 'light';
export type NetworkTab = 'neurons' | 'blocks' | 'health';
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
  imageTab: 'neurons',
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
    const chosen = JSON.parse(kept(STORAGE_KEY) ?? '{}') as Partial<ViewState>;
    return { ...defaultView(), ...chosen };
  } catch {
    return defaultView();
  }
}

export const viewStore = createStore<ViewState>(load);

viewStore.subscribe((state) => {
  // What somebody else had on screen is no choice of this user.
  if (linkToken() !== null) return;
  const chosen = Object.fromEntries(KEPT.map((key) => [key, state[key]]));
  keep(STORAGE_KEY, JSON.stringify(chosen));
});

export function restoreView(): void {
  viewStore.setState(defaultView());
}
