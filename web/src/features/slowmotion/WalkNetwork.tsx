/** The network as units and edges with the numbers of the stop; a unit or an edge opens its arithmetic. */

import { type MouseEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { quantityName, unitQuantity, wordsOf } from '../../core/walk';
import { phaseOf, type WalkScene } from '../../core/walkScene';
import { light, openArithmetic, type Ref, walkStore, type WalkData } from '../../core/walkState';
import { edgeAt } from '../../draw/edges';
import { featureName } from '../../draw/features';
import { layOut, type NetworkLayout, shownUnits } from '../../draw/networkLayout';
import { layerColumns, outputNames } from '../../draw/neurons';
import { edgeNumbers, paintWalk, unitWords } from '../../draw/walkNetwork';
import type { WalkPhase } from '../../protocol/messages';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useDataset } from '../queries';
import { studio, useSpec, useStudio } from '../studio';

const HEADER = 38;
/** Tall enough for numbers in the units, where there are not too many of them. */
const HEIGHTS = { each: 42, least: 220, most: 400 } as const;
/** How long the lit edges take to grow. */
const GROW_MS = 350;
const LETTER = 6.3;
const NO_NAMES: readonly string[] = [];

interface Props {
  readonly walk: WalkData;
  readonly phase: WalkPhase;
  readonly scene: WalkScene;
}

export function WalkNetwork({ walk, phase, scene }: Props) {
  const style = usePlotStyle();
  const pointed = useStore(walkStore, (state) => state.lit);
  const marks = useStore(walkStore, (state) => state.marks);
  const lit = useMemo(() => [...pointed, ...marks], [pointed, marks]);
  const chosen = useStore(walkStore, (state) => state.open);
  const frame = useRef<HTMLDivElement>(null);
  const { layout, names, toggle } = useLayout(walk, frame);
  const grown = useGrowth(phase);
  const newest = useRef<unknown>(null);
  const paint: Paint = useCallback(
    (context, width, height) => {
      const draw = () => {
        // A drawing that grows ends where another one has begun.
        if (newest.current !== draw) return;
        const share = grown();
        context.clearRect(0, 0, width, height);
        paintWalk(context, layout, { walk, scene, lit, chosen, grown: share }, style);
        if (share < 1) studio.pictures.request(draw);
      };
      newest.current = draw;
      draw();
    },
    [layout, walk, scene, lit, chosen, style, grown],
  );
  const open = (ref: Ref) =>
    openArithmetic({ ...ref, phase: phaseOf(phase.kind, ref.parameter), row: walk.values.row });
  const edgeUnder = (event: MouseEvent): Ref | null => {
    if (event.target instanceof Element && event.target.closest('button')) return null;
    const box = event.currentTarget.getBoundingClientRect();
    const kernels = edgeNumbers({ walk, scene });
    const edge = edgeAt(layout, kernels, event.clientX - box.left, event.clientY - box.top);
    return edge && { layer: edge.layer, parameter: 'kernel', index: [edge.from, edge.unit] };
  };
  return (
    <div ref={frame} className="relative overflow-x-auto" data-testid="walk-network">
      <div className="relative" style={{ width: layout.width, height: layout.height + HEADER }}>
        <Heads layout={layout} walk={walk} scene={scene} />
        <div
          className="absolute inset-x-0"
          style={{ top: HEADER, height: layout.height }}
          onPointerMove={(event) => {
            const edge = edgeUnder(event);
            if (edge !== null) light([edge]);
            else if (event.target === event.currentTarget) light([]);
          }}
          onPointerLeave={() => light([])}
          onClick={(event) => {
            const edge = edgeUnder(event);
            if (edge !== null) open(edge);
          }}
        >
          <Canvas
            paint={paint}
            testId="walk-canvas"
            className="pointer-events-none absolute inset-0 size-full"
            label={`The network: ${phase.title}`}
          />
          {layout.columns.map((column, at) => (
            <Spots
              key={column.id}
              walk={walk}
              scene={scene}
              column={column}
              size={layout.unitSize}
              names={at === 0 ? names.inputs : at === layout.columns.length - 1 ? names.outputs : NO_NAMES}
              onOpen={open}
              onFold={toggle}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Where everything lies, in the room there is. */
function useLayout(walk: WalkData, frame: { readonly current: HTMLElement | null }) {
  const spec = useSpec();
  const examination = useStudio((state) => state.check?.examination ?? null);
  const { preview } = useDataset();
  const [width, setWidth] = useState(480);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  useLayoutEffect(() => {
    const node = frame.current;
    if (node === null) return;
    const observer = new ResizeObserver(() => setWidth(node.clientWidth));
    observer.observe(node);
    return () => observer.disconnect();
  }, [frame]);
  const features = preview?.feature_names ?? NO_NAMES;
  const outputs = useMemo(() => outputNames(preview?.class_names, spec), [preview, spec]);
  const layout = useMemo(() => {
    const room = (all: readonly string[]) =>
      Math.min(0.2 * width, Math.ceil(LETTER * Math.max(0, ...all.map((name) => name.length))));
    // What is drawn is what was walked through, also where the spec is being edited.
    const ids = new Set(walk.values.layers.map(({ layer }) => layer));
    const columns = layerColumns(spec, examination, features, unfolded).filter(
      ({ id }) => id === 'input' || ids.has(id),
    );
    const tall = HEIGHTS.each * Math.max(...columns.map(shownUnits));
    const height = Math.max(HEIGHTS.least, Math.min(HEIGHTS.most, tall));
    return layOut(columns, width, height, { left: room(features.map(featureName)), right: room(outputs) });
  }, [walk, spec, examination, features, outputs, unfolded, width]);
  const toggle = useCallback((id: string) => {
    setUnfolded((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return { layout, names: { inputs: features, outputs }, toggle };
}

/** How far the lit edges have grown since the stop was reached; at once where movement is not wanted. */
function useGrowth(phase: WalkPhase): () => number {
  const start = useRef(0);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  useEffect(() => {
    start.current = performance.now();
  }, [phase]);
  return useCallback(
    () => (still ? 1 : Math.min(1, (performance.now() - start.current) / GROW_MS)),
    // Another stop begins anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [still, phase],
  );
}

/** The layers' names, with what their units hold here. */
function Heads({ layout, walk, scene }: { layout: NetworkLayout; walk: WalkData; scene: WalkScene }) {
  return layout.columns.map((column) => {
    const width = Math.min(layout.step, 2 * column.center, 2 * (layout.width - column.center));
    const show = scene.units.get(column.id);
    const layer = walk.values.layers.find((one) => one.layer === column.id);
    const held = [
      ...(show?.quantities ?? []).map((quantity) => unitQuantity(quantity, column.id)),
      ...(layer?.parameters.some(({ name }) => name === 'bias') === true
        ? (show?.ofBias ?? []).map((quantity) => quantityName(quantity, 'bias'))
        : []),
    ];
    return (
      <div
        key={column.id}
        className={`absolute top-0 truncate px-0.5 text-center text-[12px] ${show?.isLit === true ? 'text-ink' : 'text-muted'}`}
        style={{ left: column.center - width / 2, width }}
        title={layer?.title ?? 'input'}
      >
        <span className={show?.isLit === true ? 'font-semibold' : 'font-medium'}>{column.id}</span>
        <span className="block truncate text-[11px]">{held.join(' · ') || ' '}</span>
      </div>
    );
  });
}

interface SpotsProps {
  readonly walk: WalkData;
  readonly scene: WalkScene;
  readonly column: NetworkLayout['columns'][number];
  readonly size: number;
  readonly names: readonly string[];
  readonly onOpen: (ref: Ref) => void;
  readonly onFold: (layer: string) => void;
}

function Spots({ walk, scene, column, size, names, onOpen, onFold }: SpotsProps) {
  const show = scene.units.get(column.id);
  const isUnfolded = column.hidden === 0 && column.spots.length > 12;
  return (
    <>
      {column.spots.map(({ unit, x, y }) => {
        const ref: Ref = { layer: column.id, parameter: '', index: [unit] };
        const name = names[unit];
        const words = unitWords(walk, column.id, unit, show);
        return (
          <button
            key={unit}
            type="button"
            className="absolute rounded-md"
            style={{ left: x, top: y, width: size, height: size }}
            aria-label={`${wordsOf(ref)}${name ? `, ${name}` : ''}${words ? `: ${words}` : ''}`}
            title={words || wordsOf(ref)}
            data-testid={`walk-unit-${column.id}-${unit}`}
            onPointerEnter={() => light([ref])}
            onPointerLeave={() => light([])}
            onFocus={() => light([ref])}
            onBlur={() => light([])}
            onClick={() => onOpen(ref)}
          >
            {name !== undefined && (
              <span
                className={`absolute top-1/2 max-w-28 -translate-y-1/2 truncate text-[12px] text-muted ${column.id === 'input' ? 'right-full mr-1.5' : 'left-full ml-1.5'}`}
              >
                {column.id === 'input' ? featureName(name) : name}
              </span>
            )}
          </button>
        );
      })}
      {(column.hidden > 0 || isUnfolded) && (
        <button
          type="button"
          className="link absolute -translate-x-1/2 text-[12px] whitespace-nowrap"
          style={{ left: column.x + size / 2, top: column.foldY }}
          onClick={() => onFold(column.id)}
        >
          {isUnfolded ? 'Fold' : `+ ${column.hidden} more`}
        </button>
      )}
    </>
  );
}
