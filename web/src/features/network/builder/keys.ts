/** Keys of the diagram. What the page's own keys do, they go on doing here. */

import type { KeyboardEvent } from 'react';

import { INPUT, type Wire } from '../../../core/graph';
import { studio } from '../../studio';
import {
  deleteBlock,
  deleteWire,
  duplicateBlock,
  moveBlock,
  select,
  selectNextWire,
  toggleCollapsed,
} from './actions';

/** What a key does to the selected block or wire; null where it is not a key of the diagram. */
export function keyAction(
  event: KeyboardEvent,
  block: string | null,
  wire: Wire | null,
): (() => void) | null {
  const { target, key } = event;
  if (!(target instanceof Element) || target.closest('button, input, select, a') !== null) return null;
  if (event.ctrlKey || event.metaKey) return null;
  if (wire !== null && (key === 'Delete' || key === 'Backspace')) return () => deleteWire(wire);
  if (wire !== null && key === 'Escape') return () => select(null);
  const ids = [INPUT, ...studio.spec.network.layers.map(({ id }) => id)];
  // A block that has the focus is meant, selected or not.
  const focused = target.closest('[data-id]')?.getAttribute('data-id') ?? null;
  const current = focused ?? block;
  const at = current === null ? 0 : ids.indexOf(current);
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    const direction = key === 'ArrowUp' ? 'up' : 'down';
    if (event.altKey)
      return current === null || current === INPUT ? null : () => moveBlock(current, direction);
    const next = ids[Math.min(ids.length - 1, Math.max(0, at + (direction === 'up' ? -1 : 1)))];
    return () => select(next ?? null);
  }
  if (event.altKey || current === null) return null;
  if (key === 'Enter' || key === ' ') {
    return () => {
      if (block !== current) select(current);
      else
        document.querySelector<HTMLElement>('[data-testid="layer-form"] :is(input, select, button)')?.focus();
    };
  }
  if (key === 'Escape' && block !== null) return () => select(null);
  if (key === 'w' || key === 'W') return () => selectNextWire(current, wire);
  // Of a repeat that is folded no single layer is meant.
  if (current === INPUT || target.closest('[data-repeat]') !== null) return null;
  switch (key) {
    case 'Delete':
    case 'Backspace':
      return () => deleteBlock(current);
    case 'd':
    case 'D':
      return () => duplicateBlock(current);
    case 'c':
    case 'C':
      return () => toggleCollapsed(current);
    default:
      return null;
  }
}
