/** A number typed where the weight or the unit is. */

import { useLayoutEffect, useRef, useState } from 'react';

import { NumberInput } from '../../ui/fields';
import { studio } from '../studio';

/** A weight or a bias that is being edited in place. */
export interface Editing {
  readonly layer: string;
  readonly parameter: 'kernel' | 'bias';
  readonly index: readonly number[];
  readonly x: number;
  readonly y: number;
}

export function EditInPlace({
  editing,
  room,
  onDone,
}: {
  editing: Editing;
  room: number;
  onDone: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [value] = useState(() => studio.parameterAt(editing.layer, editing.parameter, editing.index) ?? 0);
  useLayoutEffect(() => {
    const input = box.current?.querySelector('input');
    input?.focus();
    input?.select();
  }, []);
  const what = editing.parameter === 'bias' ? `Bias of unit ${(editing.index[0] ?? 0) + 1}` : 'Weight';
  return (
    <div
      ref={box}
      className="absolute z-30 w-40 rounded-md border border-accent bg-panel p-2 shadow-lg"
      style={{ left: Math.max(4, Math.min(editing.x - 60, room - 168)), top: editing.y + 6 }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onDone();
        }
        if (event.key === 'Enter')
          requestAnimationFrame(() => {
            // What is wrong with a value is said beside it.
            if (!box.current?.querySelector('[aria-invalid=true]')) onDone();
          });
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onDone();
      }}
    >
      <label className="text-[12px] text-muted" htmlFor="edit-in-place">
        {what}, {editing.layer}
      </label>
      <NumberInput
        id="edit-in-place"
        testId="edit-in-place"
        label={what}
        value={Number(value.toPrecision(6))}
        schema={{ type: 'number', minimum: -1e6, maximum: 1e6 }}
        onCommit={(next) => void studio.editParameter(editing.layer, editing.parameter, editing.index, next)}
      />
    </div>
  );
}
