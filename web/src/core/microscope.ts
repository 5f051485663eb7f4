/** What of the network is looked at while images go through it, and what each part of the page wants of a picture. */

import { createStore } from 'zustand/vanilla';

import type {
  CheckResult,
  LayerLook,
  MicroscopeView,
  Scope,
  Spec,
  Subject,
  View,
} from '../protocol/messages';

export type Shown = MicroscopeView['show'][number];
/** What of the chosen layer is shown: a quantity, its maps as a stack, what of the input speaks for a class, or how it developed. */
export type Facet = Shown | 'stack' | 'explain' | 'over-time';

/** What a part of the page needs of each picture, as long as it is on screen. */
export interface Want {
  readonly predictions?: boolean;
  readonly layers?: readonly LayerLook[];
  readonly show?: readonly Shown[];
  /** Where several parts want another page of one layer, this one's is taken. */
  readonly leads?: boolean;
}

export interface MicroscopeState {
  /** Whose activations and gradients are shown. */
  readonly subject: Subject;
  readonly scope: Scope;
  readonly facet: Facet;
  /** The first unit of the page of the chosen layer. */
  readonly start: number;
  /** Which input channel of its kernels; null for their mean. */
  readonly channel: number | null;
  /** The name of the drawing that is kept; null where nothing was drawn. */
  readonly drawn: string | null;
  readonly wants: ReadonlyMap<object, Want>;
}

const MOST_LAYERS = 64;
const MAP_SIZE = 64;

export const microscopeStore = createStore<MicroscopeState>(() => ({
  subject: { kind: 'sample', part: 'validation', index: 0 },
  scope: 'layer',
  facet: 'activations',
  start: 0,
  channel: null,
  drawn: null,
  wants: new Map(),
}));

/** Want something from now on; gives the function that ends it. */
export function want(wanted: Want): () => void {
  const key = {};
  const { wants } = microscopeStore.getState();
  microscopeStore.setState({ wants: new Map(wants).set(key, wanted) });
  return () => {
    const rest = new Map(microscopeStore.getState().wants);
    rest.delete(key);
    microscopeStore.setState({ wants: rest });
  };
}

/** What all parts together ask of a picture. */
export function lookView({
  subject,
  scope,
  wants,
}: MicroscopeState): Pick<View, 'microscope' | 'predictions'> {
  const all = [...wants.values()];
  const layers = new Map<string, LayerLook>();
  const ordered = [...all.filter(({ leads }) => !leads), ...all.filter(({ leads }) => leads)];
  for (const { layers: own = [] } of ordered) for (const look of own) layers.set(look.layer, look);
  const show = new Set(all.flatMap(({ layers: own, show: shown }) => (own ? (shown ?? []) : [])));
  const looks = [...layers.values()].slice(0, MOST_LAYERS);
  return {
    microscope:
      looks.length === 0 ? null : { subject, layers: looks, show: [...show].sort(), scope, size: MAP_SIZE },
    predictions: all.some(({ predictions }) => predictions),
  };
}

/** Whether the network reads images. */
export function hasImages({ data }: Spec, check: CheckResult | null): boolean {
  if (data.kind === 'images') return true;
  return check?.spec?.data.kind === data.kind && check.examination?.layers[0]?.input_shapes[0]?.length === 3;
}
