/** What moves the loss most in this step: gradient × update of each weight and bias, or of each unit's own together. */

import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import { digits } from '../../core/numbers';
import { keyOf, layerOf, type Mover, movingUnits, wordsOf } from '../../core/walk';
import { light, openArithmetic, type Ref, walkStore, type WalkData } from '../../core/walkState';
import { css, signColor } from '../../draw/colors';
import { Segments } from '../../ui/fields';
import { usePlotStyle } from '../Canvas';

const FIRST = 8;
type What = 'weights' | 'units';

export function Contributions({ walk }: { walk: WalkData }) {
  const [what, setWhat] = useState<What>('weights');
  const [all, setAll] = useState(false);
  const [isMarked, setMarked] = useState(false);
  const { contributions, predicted_change, change, update_of } = walk.values;
  const movers = useMemo<readonly Mover[]>(
    () =>
      what === 'units'
        ? movingUnits(walk, contributions.length)
        : contributions.map(({ value, ...ref }) => ({ ref, value })),
    [what, walk, contributions],
  );
  const shown = useMemo(() => (all ? movers : movers.slice(0, FIRST)), [all, movers]);
  useEffect(() => {
    walkStore.setState({ marks: isMarked ? shown.map(({ ref }) => ref) : [] });
    return () => walkStore.setState({ marks: [] });
  }, [isMarked, shown]);
  return (
    <section
      aria-labelledby="walk-most"
      className="grid grid-cols-[minmax(0,1fr)] content-start gap-2"
      data-testid="walk-contributions"
    >
      <h3 id="walk-most" className="font-semibold">
        What moves the loss most
      </h3>
      <details className="text-[12px] text-muted">
        <summary>What am I seeing?</summary>
        <p className="mt-1">
          For each weight and bias, ∂L/∂w · Δw: its gradient times its update, which is what it adds to the
          change of the loss to first order; negative lowers the loss, and a unit has the sum over its own
          weights and bias. All together they predict the change; what is missing comes of the loss being
          curved.
        </p>
      </details>
      <p className="text-[12px] tabular-nums">
        All together {digits(predicted_change)}; the loss of{' '}
        {update_of === 'batch' ? 'the batch' : 'the sample'} really changes by {digits(change)}.
      </p>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Segments
          label="What is listed"
          value={what}
          options={[
            { value: 'weights', title: 'Weights' },
            { value: 'units', title: 'Units' },
          ]}
          onChange={setWhat}
        />
        <label className="flex items-center gap-1.5 text-[12px]">
          <input
            type="checkbox"
            className="size-3.5 accent-accent"
            checked={isMarked}
            onChange={(event) => setMarked(event.target.checked)}
          />
          show in the network
        </label>
      </div>
      {movers.length === 0 ? (
        <p className="text-[12px] text-muted">Nothing is trained in this step.</p>
      ) : (
        <Movers walk={walk} movers={shown} most={Math.abs(movers[0]?.value ?? 0)} />
      )}
      {movers.length > FIRST && (
        <button type="button" className="link justify-self-start text-[12px]" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `…and ${movers.length - FIRST} more`}
        </button>
      )}
    </section>
  );
}

function Movers({ walk, movers, most }: { walk: WalkData; movers: readonly Mover[]; most: number }) {
  const { theme } = usePlotStyle();
  const lit = useStore(walkStore, (state) => state.lit);
  const keys = new Set(lit.map(keyOf));
  return (
    <ol className="grid gap-0.5">
      {movers.map(({ ref, value }) => (
        <li key={keyOf(ref)}>
          <button
            type="button"
            className={`grid w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2 rounded px-1.5 py-0.5 text-left text-[12px] tabular-nums ${keys.has(keyOf(ref)) ? 'bg-raised' : 'hover:bg-raised'}`}
            onPointerEnter={() => light([ref])}
            onPointerLeave={() => light([])}
            onFocus={() => light([ref])}
            onBlur={() => light([])}
            onClick={() => open(walk, ref)}
          >
            <span className="truncate">{named(walk, ref)}</span>
            <span className="text-right">{digits(value)}</span>
            <span className="col-span-2 h-[3px] overflow-hidden rounded-sm bg-line" aria-hidden="true">
              <span
                className="block h-full"
                style={{
                  width: `${(100 * Math.abs(value ?? 0)) / (most || 1)}%`,
                  background: css(signColor((value ?? 0) < 0 ? -0.9 : 0.9, theme)),
                }}
              />
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Whether a unit is a whole map, which has no arithmetic of its own. */
function isMap(walk: WalkData, { layer, parameter }: Ref): boolean {
  return parameter === '' && (layerOf(walk.values, layer)?.shape.length ?? 1) > 1;
}

function named(walk: WalkData, ref: Ref): string {
  return isMap(walk, ref) ? `map ${(ref.index[0] ?? 0) + 1} of ${ref.layer}` : wordsOf(ref);
}

/** A weight opens its update, a unit its δ; of a map the pixel in the middle. */
function open(walk: WalkData, ref: Ref): void {
  if (ref.parameter !== '') {
    openArithmetic({ ...ref, phase: 'update', row: null });
    return;
  }
  const places = layerOf(walk.values, ref.layer)?.shape.slice(0, -1) ?? [];
  const index = [...places.map((size) => size >> 1), ...ref.index];
  openArithmetic({ ...ref, index, phase: 'dz', row: walk.values.row });
}
