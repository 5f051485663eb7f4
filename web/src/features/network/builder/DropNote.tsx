/** Beside the pointer while something is dragged: what would come of letting it go here. */

import { useStore } from 'zustand';

import { builderStore, type Drag } from '../../../core/builder';

const COLOR = { fits: 'border-accent', error: 'border-danger', refused: 'border-danger' } as const;

export function DropNote() {
  const drag = useStore(builderStore, (state) => state.drag);
  if (drag === null) return null;
  const { outcome } = drag;
  const left = Math.min(drag.x + 16, innerWidth - 296);
  return (
    <div
      role="status"
      data-testid="drop-note"
      className={`pointer-events-none fixed z-50 w-[280px] rounded-md border bg-panel px-2.5 py-1.5 text-[12px] shadow-lg ${outcome ? COLOR[outcome.tone] : 'border-line'}`}
      style={{ left: Math.max(8, left), top: Math.min(drag.y + 18, innerHeight - 110) }}
    >
      <p className="font-medium">{placeWords(drag)}</p>
      {outcome && (
        <p className={outcome.tone === 'fits' ? 'text-muted tabular-nums' : 'text-danger'}>
          {outcome.tone === 'refused' && 'Not possible: '}
          {outcome.tone === 'error' && 'Does not fit: '}
          {outcome.text}
        </p>
      )}
    </div>
  );
}

function placeWords({ dragged, target, layers, outcome }: Drag): string {
  if (dragged.what === 'wire')
    return target.on === 'block' ? `${dragged.from} → ${target.id}` : 'Let go on a block that shall read it.';
  const name = dragged.what === 'new' ? dragged.layer.id : dragged.id;
  if (target.on === 'wire') return `${name} between ${target.wire.from} and ${target.wire.to}`;
  if (target.on === 'block') return `${name} after ${target.id}`;
  if (dragged.what === 'new' && (layers !== null || outcome !== null)) return `${name} before the output`;
  return `${name}: let go on a wire or on a block.`;
}
