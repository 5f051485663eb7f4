/** Every unit as a small map, every weight as an edge. Hover previews, click pins, double-click edits in place. */

import {
  type MouseEvent,
  type PointerEvent,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';

import { viewStore } from '../../core/view';
import { edgeAt, type EdgeRef, paintEdges } from '../../draw/edges';
import { featureName } from '../../draw/features';
import { COMPACT_BELOW, type LayerColumn, layOut, shownUnits } from '../../draw/networkLayout';
import { kernelsOf, layerColumns, outputNames } from '../../draw/neurons';
import { UnitMaps } from '../../draw/unitMaps';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useDataset } from '../queries';
import { studio, useSpec, useStudio, useView } from '../studio';
import { ColumnHeader } from './ColumnHeader';
import { EdgeNote } from './EdgeNote';
import { ColumnsOverview } from './ColumnsOverview';
import { EditInPlace, type Editing } from './EditInPlace';
import { Units } from './Units';

const HEADER = 110;
/** A unit's map and a comfortable gap, in pixels. */
const ROW = 36;
const NO_NAMES: readonly string[] = [];
/** About what a letter of the names takes, and the most that a name may take. */
const LETTER = 6.3;
const WIDEST_NAME = 124;

function nameRoom(names: readonly string[]): number {
  return Math.min(WIDEST_NAME, Math.ceil(LETTER * Math.max(0, ...names.map((name) => name.length))));
}

/** An edge, and where it was pointed at. */
type EdgeAt = EdgeRef & { readonly x: number; readonly y: number };

export function NeuronsView() {
  const spec = useSpec();
  const check = useStudio((state) => state.check);
  const { preview } = useDataset();
  const style = usePlotStyle();
  const selection = useView((view) => view.selection);
  const hovered = useView((view) => view.hovered);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [pointed, setPointed] = useState<EdgeAt | null>(null);
  const [editing, setEditing] = useState<Editing | null>(null);
  const clicked = useRef<EdgeAt | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const room = useRoom(frame);
  const features = preview?.feature_names ?? ('features' in spec.data ? spec.data.features : NO_NAMES);
  const outputs = useMemo(() => outputNames(preview?.class_names, spec), [preview, spec]);
  const columns = useMemo(
    () => layerColumns(spec, check?.examination ?? null, features, unfolded),
    [spec, check, features, unfolded],
  );
  const layout = useMemo(() => {
    const names = { left: nameRoom(features.map(featureName)), right: nameRoom(outputs) };
    return layOut(columns, room.width, room.height - HEADER, names);
  }, [columns, room, features, outputs]);
  const lit: EdgeRef | null = pointed ?? (selection?.kind === 'edge' ? selection : null);
  const maps = useMemo(() => new UnitMaps(layout), [layout]);
  const paint: Paint = useCallback(
    (context, width, height) => {
      const { shown } = studio.pictures;
      context.clearRect(0, 0, width, height);
      paintEdges(context, layout, kernelsOf(shown), lit, hovered, style);
      maps.paint(context, shown?.arrays, style);
    },
    [layout, maps, lit, hovered, style],
  );
  const toggleFold = useCallback((id: string) => {
    setUnfolded((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const edgeUnder = (event: PointerEvent | MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('button, input')) return null;
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const edge = edgeAt(layout, kernelsOf(studio.pictures.latest), x, y);
    return edge && { ...edge, x, y };
  };
  return (
    <>
      <div
        ref={frame}
        id="neurons"
        className="relative grow basis-0 overflow-auto"
        style={{ minHeight: `min(${leastHeight(columns)}px, 56dvh)` }}
        data-testid="neurons"
      >
        <div className="relative" style={{ width: layout.width, height: layout.height + HEADER }}>
          {/* A column of many units is scrolled below its head. */}
          <div className="sticky top-0 z-20 bg-paper" style={{ height: HEADER }}>
            {layout.columns.map((column, index) => {
              const width = Math.min(layout.step, 2 * column.center, 2 * (layout.width - column.center));
              return (
                <ColumnHeader
                  key={column.id}
                  column={column}
                  layer={spec.network.layers[index - 1] ?? null}
                  at={index - 1}
                  width={width}
                  height={HEADER}
                  compact={width < COMPACT_BELOW}
                  isLast={index === layout.columns.length - 1}
                />
              );
            })}
          </div>
          <div
            className={`absolute inset-x-0 ${pointed ? 'cursor-pointer' : ''}`}
            style={{ top: HEADER, height: layout.height }}
            onPointerMove={(event) => setPointed(edgeUnder(event))}
            onPointerLeave={() => setPointed(null)}
            onClick={(event) => {
              // The first click of two shows more below, and the edges may move.
              const edge = event.detail > 1 ? clicked.current : edgeUnder(event);
              clicked.current = edge;
              if (edge)
                viewStore.setState({
                  selection: { kind: 'edge', layer: edge.layer, from: edge.from, unit: edge.unit },
                });
              else if (event.target === event.currentTarget) viewStore.setState({ selection: null });
            }}
            onDoubleClick={() => {
              const edge = clicked.current;
              if (edge)
                setEditing({
                  layer: edge.layer,
                  parameter: 'kernel',
                  index: [edge.from, edge.unit],
                  x: edge.x,
                  y: edge.y,
                });
            }}
          >
            <Canvas
              live
              paint={paint}
              testId="edges"
              className="pointer-events-none absolute inset-0 size-full"
            />
            {layout.columns.map((column, index) => (
              <Units
                key={column.id}
                column={column}
                size={layout.unitSize}
                layer={spec.network.layers[index - 1] ?? null}
                names={index === 0 ? features : index === layout.columns.length - 1 ? outputs : NO_NAMES}
                isUnfolded={unfolded.has(column.id)}
                onEdit={setEditing}
                onFold={toggleFold}
              />
            ))}
            {pointed && !editing && (
              <EdgeNote edge={pointed} room={layout.width} names={features} spec={spec} />
            )}
            {editing && (
              <EditInPlace
                key={JSON.stringify(editing)}
                editing={editing}
                room={layout.width}
                onDone={() => setEditing(null)}
              />
            )}
          </div>
        </div>
      </div>
      {layout.width > room.width && <ColumnsOverview frame={frame} layout={layout} room={room.width} />}
    </>
  );
}

/** What the columns need without being scrolled. */
function leastHeight(columns: readonly LayerColumn[]): number {
  return HEADER + ROW * Math.max(1, ...columns.map(shownUnits));
}

/** The size of an element, as it changes. */
function useRoom(frame: { readonly current: HTMLElement | null }): { width: number; height: number } {
  const [room, setRoom] = useState({ width: 720, height: 440 });
  useLayoutEffect(() => {
    const node = frame.current;
    if (!node) return;
    const measure = () => setRoom({ width: node.clientWidth, height: node.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    measure();
    return () => observer.disconnect();
  }, [frame]);
  return room;
}
