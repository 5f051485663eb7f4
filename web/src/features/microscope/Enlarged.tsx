/** One unit: its map enlarged, what of the input a place of it sees, and the arithmetic behind its value. */

import { type PointerEvent, useCallback, useMemo, useState } from 'react';
import { useStore } from 'zustand';

import { type Answer, imageOf } from '../../core/looks';
import { microscopeStore } from '../../core/microscope';
import { count } from '../../core/numbers';
import { fieldOf, paintField } from '../../draw/tilesField';
import { TileSheet } from '../../draw/tiles';
import type { Layer } from '../../protocol/messages';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useDataset } from '../queries';
import { studio } from '../studio';
import { Arithmetic } from './Arithmetic';
import { UnitWeights } from './UnitWeights';
import { useAsk } from './useAsk';

/** While it trains, the arithmetic is asked for again so often. */
const AGAIN_MS = 500;
/** They have weights, and no kernels to be seen as tiles. */
const NORMALIZATIONS: readonly string[] = ['batch-norm', 'layer-norm'];

interface Place {
  readonly row: number;
  readonly column: number;
}

interface Props {
  readonly layer: Layer;
  readonly shape: readonly number[];
  readonly unit: number;
}

export function Enlarged({ layer, shape, unit }: Props) {
  const [height = 1, width = 1] = shape;
  const isMap = shape.length === 3;
  const [place, setPlace] = useState<Place>({ row: height >> 1, column: width >> 1 });
  const at = useMemo(
    () => (isMap ? [place.row, place.column, unit] : [unit]),
    [isMap, place.row, place.column, unit],
  );
  const image = imageOf(useStore(microscopeStore, (state) => state.subject));
  const asked = useAsk(image && { kind: 'receptive-field', image, layer: layer.id, unit: at }, AGAIN_MS);
  const { answer } = asked;
  const problem = image === null ? 'A mean of images has no arithmetic: choose one image.' : asked.problem;
  return (
    <div className="flex min-w-0 flex-wrap items-start gap-x-4 gap-y-3" data-testid="enlarged">
      {isMap && <Map id={layer.id} unit={unit} size={[height, width]} place={place} onPlace={setPlace} />}
      <Seen answer={answer} />
      <div className="min-w-52 flex-1">
        {problem ? (
          <p className="text-[12px] text-muted">{problem}</p>
        ) : (
          answer && <Arithmetic answer={answer} layer={layer} place={isMap ? place : null} />
        )}
        {NORMALIZATIONS.includes(layer.kind) && (
          <div className="mt-3">
            <UnitWeights key={unit} layer={layer} unit={unit} />
          </div>
        )}
      </div>
    </div>
  );
}

interface MapProps {
  readonly id: string;
  readonly unit: number;
  readonly size: readonly [number, number];
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
}

function Map({ id, unit, size: [height, width], place, onPlace }: MapProps) {
  const style = usePlotStyle();
  const sheet = useMemo(() => new TileSheet(), []);
  const paint: Paint = useCallback(
    (context, across, tall) => {
      context.clearRect(0, 0, across, tall);
      const drawable = studio.pictures.shown;
      const array = drawable?.arrays.get(`activation-maps:${id}`);
      const look = drawable?.picture.microscope?.layers.find(({ layer }) => layer === id);
      const index = unit - (look?.start ?? 0);
      const [maps = 0, rows = 1, columns = 1] = array?.shape ?? [];
      if (array === undefined || index < 0 || index >= maps) return;
      context.imageSmoothingEnabled = false;
      const picture = sheet.paint(array, style.theme);
      context.drawImage(picture, 0, index * rows, columns, rows, 0, 0, across, tall);
      context.strokeStyle = '#000000';
      context.lineWidth = 3;
      const cell = [
        place.column * (across / width),
        place.row * (tall / height),
        across / width,
        tall / height,
      ] as const;
      context.strokeRect(...cell);
      context.strokeStyle = '#ffffff';
      context.lineWidth = 1.5;
      context.strokeRect(...cell);
    },
    [id, unit, sheet, style.theme, place, width, height],
  );
  const point = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * height);
    const column = Math.floor(((event.clientX - box.left) / box.width) * width);
    const next = { row: clamp(row, height), column: clamp(column, width) };
    if (next.row !== place.row || next.column !== place.column) onPlace(next);
  };
  return (
    <figure>
      <div
        tabIndex={0}
        role="group"
        aria-label={`Map of unit ${unit + 1}: the arrow keys choose a place; row ${place.row + 1}, column ${place.column + 1}`}
        data-testid="enlarged-map"
        className="w-40 lg:w-44 cursor-crosshair touch-none"
        style={{ aspectRatio: `${width} / ${height}` }}
        onPointerMove={point}
        onPointerDown={point}
        onKeyDown={(event) => {
          const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[
            event.key
          ];
          if (step === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          onPlace({
            row: clamp(place.row + (step[0] ?? 0), height),
            column: clamp(place.column + (step[1] ?? 0), width),
          });
        }}
      >
        <Canvas live paint={paint} className="block size-full" />
      </div>
      <figcaption className="mt-1 text-[11px] text-muted tabular-nums">
        row {place.row + 1}, column {place.column + 1} of the map
      </figcaption>
    </figure>
  );
}

function clamp(value: number, length: number): number {
  return Math.min(length - 1, Math.max(0, value));
}

/** The input with what the place sees of it lit. */
function Seen({ answer }: { answer: Answer | null }) {
  const style = usePlotStyle();
  const sheet = useMemo(() => new TileSheet(), []);
  const image = useDataset().preview?.image;
  const field = answer === null ? null : fieldOf(answer.values['visible']);
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      const arrays = studio.pictures.shown?.arrays;
      const array = arrays?.get('activation-maps:input');
      if (array === undefined) return;
      const [, rows = 1, columns = 1] = array.shape;
      const image = sheet.paintInput(array, arrays?.get('limits:activation-maps:input'));
      paintField(context, width, height, image, [rows, columns], field, style.theme);
    },
    [sheet, field, style.theme],
  );
  return (
    <figure>
      <Canvas
        live
        paint={paint}
        className="block w-40 lg:w-44"
        style={{ aspectRatio: image ? `${image.width} / ${image.height}` : 1 }}
        testId="receptive-field"
        label={
          field
            ? `Receptive field: ${field.height} by ${field.width} pixels from row ${field.top + 1}, column ${field.left + 1}`
            : 'The input'
        }
      />
      <figcaption className="mt-1 text-[11px] text-muted tabular-nums">
        {field && `sees ${field.height}×${field.width} of the input`}
        {answer && `, at step ${count(answer.step)}`}
      </figcaption>
    </figure>
  );
}
