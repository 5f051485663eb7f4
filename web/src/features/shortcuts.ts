/** Keys of the whole page. A key pressed in a field, or in a dialog, belongs to it. */

import { useEffect } from 'react';

import { replayed } from '../core/guest';
import { viewStore } from '../core/view';
import { openSlowMotion, walkKey, walkStore } from '../core/walkState';
import { hasHealth } from './health/places';
import { chooseTab } from './network/tab';
import { studio } from './studio';

export const SHORTCUTS: readonly { readonly keys: string; readonly what: string }[] = [
  { keys: 'Space', what: 'Train or pause; in the past, play the film or hold it' },
  { keys: '→', what: 'One step: of the training, or through its past' },
  { keys: '←', what: 'One step back' },
  { keys: 'Shift+→', what: 'To the end of the epoch' },
  { keys: 'Shift+←', what: 'To its beginning, or that of the one before' },
  { keys: 'Home', what: 'To step 0' },
  { keys: 'End', what: 'To now' },
  { keys: 'R', what: 'Reset: the same first weights' },
  { keys: 'N', what: 'Neurons' },
  { keys: 'B', what: 'Blocks' },
  { keys: 'H', what: 'Health: the doctor, and how gradients flow' },
  { keys: 'M', what: 'Slow motion: walk through one step; again to leave it' },
  { keys: '/', what: 'Search presets' },
  { keys: 'Ctrl+Z', what: 'Undo the last edit' },
  { keys: 'Ctrl+Shift+Z', what: 'Redo it' },
  { keys: 'Esc', what: 'Let go of what is selected; return to now' },
  { keys: '?', what: 'This card' },
];

/** Keys that act on the selected block. */
export const BLOCK_SHORTCUTS: readonly { readonly keys: string; readonly what: string }[] = [
  { keys: '↑ ↓', what: 'Select the block before or after' },
  { keys: 'Alt+↑, Alt+↓', what: 'Move the block towards the input or the output' },
  { keys: 'Enter', what: 'Select the block, then go to its form: name, what it reads, parameters' },
  { keys: 'D', what: 'Duplicate the block' },
  { keys: 'Del', what: 'Delete the block, or the wire that is selected' },
  { keys: 'C', what: 'Collapse or open the block' },
  { keys: 'W', what: 'Select the wire below the block, then its next one' },
  { keys: 'Enter in the palette', what: 'Add a layer after the selected block, or on the selected wire' },
];

/** Keys of slow motion. */
export const WALK_SHORTCUTS: readonly { readonly keys: string; readonly what: string }[] = [
  { keys: '→, ←, Space', what: 'One phase on or back; play the phases, or hold' },
  { keys: 'Home, End', what: 'To the inputs, to the new weights' },
  { keys: 'Esc, M', what: 'Leave slow motion; Esc closes open arithmetic first' },
];

interface Actions {
  readonly openPresets: () => void;
  readonly openShortcuts: () => void;
}

export function useShortcuts({ openPresets, openShortcuts }: Actions): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      // Under an open dialog no key belongs to the page, wherever the focus is.
      if (event.defaultPrevented || !(target instanceof Element) || document.querySelector('dialog[open]'))
        return;
      const typing =
        target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') !== null;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
        if (typing) return;
        event.preventDefault();
        if (event.shiftKey) studio.redo();
        else studio.undo();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
      const action = actionOf(event, target, openPresets, openShortcuts);
      if (action === null) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [openPresets, openShortcuts]);
}

function actionOf(
  event: KeyboardEvent,
  target: Element,
  openPresets: () => void,
  openShortcuts: () => void,
): (() => void) | null {
  const walk = walkKey(event);
  if (walk !== null) return isPressed(event, target) ? null : walk;
  switch (event.key) {
    case ' ':
      // Space presses the focused button, as everywhere; elsewhere it trains.
      return isPressed(event, target) ? null : () => studio.toggle();
    case 'ArrowRight':
      return () => (event.shiftKey ? studio.forwardEpoch() : studio.forward());
    case 'ArrowLeft':
      return () => (event.shiftKey ? studio.backEpoch() : studio.back());
    case 'Home':
      return () => studio.past.seek(0);
    case 'End':
      return () => studio.past.now();
    case 'r':
    case 'R':
      return () => studio.reset();
    case 'n':
    case 'N':
      return () => chooseTab('neurons');
    case 'b':
    case 'B':
      return () => chooseTab('blocks');
    case 'h':
    case 'H':
      return hasHealth() ? () => chooseTab('health') : null;
    case 'm':
    case 'M':
      return replayed() === null ? () => openSlowMotion(!walkStore.getState().isOpen) : null;
    case '/':
      return openPresets;
    case '?':
      return openShortcuts;
    case 'Escape':
      return letGo;
    default:
      return null;
  }
}

/** Whether Space is for what has the focus. */
function isPressed({ key }: KeyboardEvent, target: Element): boolean {
  return key === ' ' && target.closest('button, a, summary, label, [role=button], input') !== null;
}

/** Of what is selected; where nothing is, of the past. */
function letGo(): void {
  const { selection } = viewStore.getState();
  viewStore.setState({ selection: null, hovered: null });
  if (selection === null) studio.past.now();
}
