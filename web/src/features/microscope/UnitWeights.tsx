/** The weights of one unit, enlarged: one is chosen by a click or by the arrow keys, read exactly, and given another value. */

import { type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { microscopeStore } from '../../core/microscope';
import { count } from '../../core/numbers';
import { paintWeights } from '../../draw/weightTile';
import type { Layer } from '../../protocol/messages';
import { Segments, Select } from '../../ui/fields';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { aboutWeights, ParameterCell } from '../inspector/Parameters';
import { studio, useIsGuest } from '../studio';
import { useAsk } from './useAsk';
import { exact, flatAt, indexOf, placeWords, planeOf, type Weights, weightsOf } from './weights';

/** While it trains, the weights are asked for again so often. */
const AGAIN_MS = 500;

interface Props {
  readonly layer: Layer;
  readonly unit: number;
}

/** Give it a key of the unit: the weights of another are never edited for this one's. */
export function UnitWeights({ layer, unit }: Props) {
  const { answer, problem } = useAsk({ kind: 'unit-weights', layer: layer.id, unit }, AGAIN_MS);
  const isGuest = useIsGuest();
  const [wanted, setWanted] = useState<string | null>(null);
  if (problem) return <p className="text-[12px] text-muted">{problem}</p>;
  if (answer === null) return <p className="text-[12px] text-muted">Reading the weights of this unit…</p>;
  const all = weightsOf(answer);
  const many = all.filter(({ own }) => own.data.length > 1);
  const single = all.filter(({ own }) => own.data.length === 1);
  const shown = many.find(({ name }) => name === wanted) ?? many[0];
  const others = single.map((weights) => (
    <div key={weights.name} className="grid gap-1">
      <span className="text-muted">{titleOf(weights.name)}</span>
      <Value layer={layer.id} unit={unit} weights={weights} flat={0} name={titleOf(weights.name)} />
    </div>
  ));
  const isFrozen = 'frozen' in layer && layer.frozen;
  return (
    <div className="min-w-0 text-[12px]" data-testid="unit-weights">
      <p className="mb-2 text-muted tabular-nums">
        {aboutWeights(isGuest, isFrozen)} At step {count(answer.step)}.
      </p>
      {many.length > 1 && (
        <div className="mb-2">
          <Segments
            label="Which weights"
            value={shown?.name ?? ''}
            options={many.map(({ name }) => ({ value: name, title: titleOf(name) }))}
            onChange={setWanted}
          />
        </div>
      )}
      {shown ? (
        <Enlarged key={shown.name} layer={layer.id} unit={unit} weights={shown}>
          {others}
        </Enlarged>
      ) : (
        <div className="flex flex-wrap gap-x-4 gap-y-2">{others}</div>
      )}
    </div>
  );
}

interface UnitProps {
  readonly layer: string;
  readonly unit: number;
  readonly weights: Weights;
}

/** One channel of a kernel as a tile, and the weight that is chosen on it. */
function Enlarged({ layer, unit, weights, children }: UnitProps & { readonly children: ReactNode }) {
  const style = usePlotStyle();
  const kept = useStore(microscopeStore, (state) => state.channel);
  // The tiles of a depthwise kernel are its channels.
  const isDepthwise = weights.name === 'depthwise_kernel';
  const plane = planeOf(weights, isDepthwise ? unit : (kept ?? 0));
  const { rows, columns, channels, channel, count: size } = plane;
  const [wanted, setWanted] = useState(0);
  const place = Math.min(wanted, size - 1);
  const field = useRef<HTMLDivElement>(null);
  const flat = flatAt(plane, place);
  const { data } = weights.own;
  const paint: Paint = useCallback(
    (context, width, height) => {
      const values = Array.from({ length: size }, (_, at) => data[at * channels + channel] ?? 0);
      paintWeights(context, width, height, values, { rows, columns, chosen: place, style });
    },
    [rows, columns, channels, channel, size, data, place, style],
  );
  const edit = () => {
    const input = field.current?.querySelector('input');
    input?.focus();
    input?.select();
  };
  const placeUnder = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    return Math.max(0, Math.min(size - 1, row * columns + column));
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    if (step === undefined) edit();
    else if (place + step >= 0 && place + step < size) setWanted(place + step);
  };
  const words = placeWords(weights, plane, place);
  const index = indexOf(weights, flat, unit);
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div
        tabIndex={0}
        role="group"
        aria-label={`${titleOf(weights.name)} of unit ${unit + 1}: the arrow keys choose a weight, Enter edits it; ${words}`}
        data-testid="weights-map"
        className="w-40 cursor-pointer lg:w-44"
        style={{ aspectRatio: `${columns} / ${rows}` }}
        onClick={(event) => setWanted(placeUnder(event))}
        onDoubleClick={edit}
        onKeyDown={onKey}
      >
        <Canvas paint={paint} className="block size-full" />
      </div>
      <div className="grid min-w-44 flex-1 content-start gap-2">
        {channels > 1 && !isDepthwise && (
          <label className="flex items-center gap-2 text-muted">
            Input channel
            <Select
              name="Input channel of the weights"
              className="w-20"
              value={String(channel)}
              options={Array.from({ length: channels }, (_, at) => ({
                value: String(at),
                title: String(at + 1),
              }))}
              onChange={(value) => microscopeStore.setState({ channel: Number(value) })}
            />
          </label>
        )}
        <div ref={field} className="grid justify-items-start gap-1">
          <span className="text-muted tabular-nums" data-testid="weight-place">
            Weight at {words}
          </span>
          <Value
            key={`${channel} ${place}`}
            layer={layer}
            unit={unit}
            weights={weights}
            flat={flat}
            name={`Weight at ${words}`}
          />
          <span className="tabular-nums" data-testid="weight-exact">
            <code>
              {weights.name}[{index.join(', ')}]
            </code>{' '}
            = {exact(weights.own.data[flat] ?? NaN)}
          </span>
        </div>
        {children}
      </div>
    </div>
  );
}

interface ValueProps extends UnitProps {
  readonly flat: number;
  readonly name: string;
}

function Value({ layer, unit, weights, flat, name }: ValueProps) {
  const value = weights.own.data[flat] ?? NaN;
  if (weights.renewed)
    return (
      <span className="tabular-nums" title="The layer renews it at every step">
        {exact(value)}
      </span>
    );
  return (
    <ParameterCell
      name={name}
      value={value}
      figures={9}
      onCommit={(next) =>
        void studio.editParameter(layer, weights.name, indexOf(weights, flat, unit), next, value)
      }
    />
  );
}

/** `moving_mean` as people read it: Moving mean. */
function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}
