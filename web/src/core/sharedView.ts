/** What of the view a link restores. */

import { isObject } from './json';
import { microscopeStore, type MicroscopeState } from './microscope';
import { type ViewState, viewStore } from './view';

const VIEW = [
  'tab',
  'imageTab',
  'discrete',
  'showTrain',
  'showValidation',
  'logLoss',
  'axes',
  'selection',
] as const;
const MICROSCOPE = ['subject', 'scope', 'facet', 'start', 'channel'] as const;

export type SharedView = Readonly<Record<string, unknown>>;

/** What is on screen now. A drawing belongs to its page: the image before it is shown instead. */
export function captureView(): SharedView {
  const { subject, ...microscope } = microscopeStore.getState();
  const kept = subject.kind === 'drawing' ? {} : { subject };
  return {
    ...picked(viewStore.getState(), VIEW),
    microscope: picked({ ...microscope, ...kept }, MICROSCOPE),
  };
}

/** Show what somebody else had on screen; what is not of the kind that belongs there is left out. */
export function restoreShared(view: SharedView): void {
  viewStore.setState(fitting(viewStore.getState(), view, VIEW) as Partial<ViewState>);
  const { microscope } = view;
  if (!isObject(microscope)) return;
  microscopeStore.setState(
    fitting(microscopeStore.getState(), microscope, MICROSCOPE) as Partial<MicroscopeState>,
  );
}

function picked(state: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(state).filter(([name]) => names.includes(name)));
}

/** Values that are null, as many may be, or of the type of what is there. */
function fitting(state: object, given: SharedView, names: readonly string[]): Record<string, unknown> {
  const present = Object.entries(state).filter(([name]) => names.includes(name) && name in given);
  return Object.fromEntries(
    present
      .map(([name, now]): [string, unknown, unknown] => [name, now, given[name]])
      .filter(([, now, next]) => next === null || now === null || typeof now === typeof next)
      .map(([name, , next]) => [name, next]),
  );
}
