/** What is shown of the spaces of weights and of inputs: choices, and how far a landscape is. */

import { createStore } from 'zustand/vanilla';

import type { Landscape, Surveying, WarpedView } from '../protocol/messages';

/** What the output panel shows: the network's answer, the inputs as two units see them, or the landscape of the loss. */
export type OutputView = 'answer' | 'warped' | 'landscape';

/** What a landscape is asked for with. */
export type LandscapeChoice = Required<Pick<Landscape, 'plane' | 'part' | 'size' | 'span' | 'seed'>>;
type Plane = LandscapeChoice['plane'];

export const SIZES = [15, 31, 51, 101, 151] as const;
export const SPANS = [0.1, 0.25, 0.5, 1, 2, 5] as const;

export interface LandscapeState {
  /** Where no plane was chosen it is that of the path, if there is one. */
  readonly choice: Omit<LandscapeChoice, 'plane'> & { readonly plane: Plane | null };
  /** As lines of equal loss, or as a surface. */
  readonly drawnAs: 'contour' | 'surface';
  readonly logarithmic: boolean;
  /** How far the landscape on its way is; null where none is, or it takes no time. */
  readonly progress: Surveying | null;
  /** The warped plane that is on screen; null where none is. */
  readonly warped: WarpedView | null;
}

export const landscapeStore = createStore<LandscapeState>(() => ({
  choice: { plane: null, part: 'train', size: 31, span: 1, seed: 0 },
  drawnAs: 'contour',
  logarithmic: true,
  progress: null,
  warped: null,
}));

export function choose(change: Partial<LandscapeState['choice']>): void {
  const { choice } = landscapeStore.getState();
  landscapeStore.setState({ choice: { ...choice, ...change } });
}

/** The choice as it is asked with, at the first weights or later. */
export function choiceAt(choice: LandscapeState['choice'], hasBegun: boolean): LandscapeChoice {
  return { ...choice, plane: choice.plane ?? (hasBegun ? 'path' : 'random') };
}
