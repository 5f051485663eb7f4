/** Keys of the whole page. A key pressed in a field, or in a dialog, belongs to it. */

import { useEffect } from 'react';

import { viewStore } from '../core/view';
import { chooseTab } from './network/tab';
import { studio } from './studio';

export const SHORTCUTS: readonly { readonly keys: string; readonly what: string }[] = [
  { keys: 'Space', what: 'Train or pause' },
  { keys: '→', what: 'One step' },
  { keys: 'Shift+→', what: 'To the end of the epoch' },
  { keys: 'R', what: 'Reset: the same first weights' },
  { keys: 'N', what: 'Neurons' },
  { keys: 'B', what: 'Blocks' },
  { keys: '/', what: 'Search presets' },
  { keys: 'Ctrl+Z', what: 'Undo the last edit' },
  { keys: 'Ctrl+Shift+Z', what: 'Redo it' },
  { keys: 'Esc', what: 'Let go of what is selected' },
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
  switch (event.key) {
    case ' ':
      // Space presses the focused button, as everywhere; elsewhere it trains.
      return target.closest('button, a, summary, label, [role=button], input') ? null : () => studio.toggle();
    case 'ArrowRight':
      return () => void studio.advance(event.shiftKey ? { epochs: 1 } : { steps: 1 });
    case 'r':
    case 'R':
      return () => studio.reset();
    case 'n':
    case 'N':
      return () => chooseTab('neurons');
    case 'b':
    case 'B':
      return () => chooseTab('blocks');
    case '/':
      return openPresets;
    case '?':
      return openShortcuts;
    case 'Escape':
      return () => viewStore.setState({ selection: null, hovered: null });
    default:
      return null;
  }
}
