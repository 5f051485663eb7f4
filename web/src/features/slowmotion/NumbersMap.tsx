/** An array of the walk as small maps; each number can be pointed at, and opens its arithmetic. */

import { type MouseEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { digits } from '../../core/numbers';
import { numbersOf, placeOf, wordsOf } from '../../core/walk';
import { light, type Ref, walkStore, type WalkData } from '../../core/walkState';
import { entryUnder, placeTiles, tilingOf, WalkMaps } from '../../draw/walkMaps';
import type { FrameArray } from '../../protocol/frames';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';

const HEIGHT = 72;

interface Props {
  readonly walk: WalkData;
  readonly array: FrameArray;
  readonly limit: number;
  readonly layer: string;
  readonly parameter: string;
  readonly label: string;
  readonly onOpen: (index: readonly number[]) => void;
}

export function NumbersMap({ walk, array, limit, layer, parameter, label, onOpen }: Props) {
  const style = usePlotStyle();
  const maps = useMemo(() => new WalkMaps(), []);
  const tiling = useMemo(() => tilingOf(array.shape), [array]);
  const width = useRef(160);
  const [height, setHeight] = useState(HEIGHT);
  const [under, setUnder] = useState('');
  const pointed = useStore(walkStore, (state) => state.lit);
  const marks = useStore(walkStore, (state) => state.marks);
  const lit = useMemo(() => [...pointed, ...marks], [pointed, marks]);
  const open = useStore(walkStore, (state) => state.open);
  const paint: Paint = useCallback(
    (context, across, tall) => {
      width.current = across;
      const placed = placeTiles(tiling, across, HEIGHT);
      context.clearRect(0, 0, across, tall);
      const isOwn = (ref: Ref) =>
        ref.layer === layer && ref.parameter === parameter && ref.index.length === array.shape.length;
      const marks = {
        lit: lit.filter(isOwn).map(({ index }) => index),
        chosen: open !== null && isOwn(open) ? open.index : null,
      };
      maps.paint(context, placed, array, limit, marks, style);
      setHeight(Math.max(8, Math.min(HEIGHT, Math.ceil(placed.height))));
    },
    [tiling, maps, array, limit, lit, open, layer, parameter, style],
  );
  const entry = (event: MouseEvent): number[] | null => {
    const box = event.currentTarget.getBoundingClientRect();
    return entryUnder(
      placeTiles(tiling, width.current, HEIGHT),
      event.clientX - box.left,
      event.clientY - box.top,
    );
  };
  return (
    <>
      <button
        type="button"
        className="block w-full rounded-sm"
        style={{ height }}
        aria-label={`${label}. Enter opens the arithmetic of one.`}
        title={under || label}
        onPointerMove={(event) => {
          const index = entry(event);
          const ref = index && { layer, parameter, index };
          light(ref ? [ref] : []);
          setUnder(ref ? wordsUnder(walk, array, ref) : '');
        }}
        onPointerLeave={() => light([])}
        onClick={(event) => {
          // By key there is no point: the first number, from where the fields lead on.
          const index = event.detail === 0 ? array.shape.map(() => 0) : entry(event);
          if (index !== null) onOpen(index);
        }}
      >
        <Canvas paint={paint} className="block size-full" />
      </button>
      {tiling.all > tiling.tiles && (
        <p className="text-[11px] text-muted">
          {tiling.tiles} of {tiling.all} maps are drawn.
        </p>
      )}
    </>
  );
}

function wordsUnder(walk: WalkData, array: FrameArray, ref: Ref): string {
  const weight = ref.parameter === '' ? undefined : numbersOf(walk, 'w', ref.layer, ref.parameter);
  const place = placeOf(array.shape, ref.index);
  const w = weight === undefined ? '' : `, w ${digits(weight.data[place])}`;
  return `${wordsOf(ref)}: ${digits(array.data[place])}${w}`;
}
