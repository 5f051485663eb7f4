/** Keys of the lab. A key pressed in a field, on the start or on the landscape belongs to it. */

import { useEffect } from 'react';

import { lab } from './lab';

export const LAB_KEYS = 'Space: play or pause · ← →: step · Home: from the beginning · End: to the end';

export function useLabKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!(target instanceof Element) || target.closest('input, textarea, select')) return;
      const action = actionOf(event, target);
      if (action === null) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function actionOf({ key }: KeyboardEvent, target: Element): (() => void) | null {
  const { player } = lab;
  switch (key) {
    case ' ':
      return target.closest('button, a, summary, label') ? null : () => player.toggle();
    case 'ArrowRight':
      return () => player.step(1);
    case 'ArrowLeft':
      return () => player.step(-1);
    case 'Home':
      return () => player.seek(0);
    case 'End':
      return () => player.seek(Infinity);
    default:
      return null;
  }
}
