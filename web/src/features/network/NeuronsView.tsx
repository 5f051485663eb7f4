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

import { digits } from '../../core/numbers';
import { addHiddenLayer, lastHiddenLayer, removeLayer, setUnits } from '../../core/network';
import { setAt } from '../../core/json';
import { isFeature, layerColumns, weightOf } from '../../draw/neurons';
import type { Drawable } from '../../core/pictures';
import { viewStore } from '../../core/view';
import { css, signColor } from '../../draw/colors';
import { edgeAt, type EdgeRef, FULL_WIDTH, type Kernels, paintEdges, weightScale } from '../../draw/edges';
import { featureName } from '../../draw/features';
import { type ColumnLayout, layOut, type Spot } from '../../draw/networkLayout';
import type { FrameArray } from '../../protocol/frames';
import type { Activation, Layer, Spec } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { NumberInput, Select } from '../../ui/fields';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useDataset } from '../queries';
import { studio, useNumbers, useSpec, useStudio, useView } from '../studio';
import { FeatureMap, InputHistogram, UnitMap } from './UnitMap';

const HEADER = 92;
const ACTIVATIONS: readonly Activation[] = [
  'linear',
  'relu',
  'leaky-relu',
  'elu',
  'gelu',
  'sigmoid',
  'tanh',
  'softmax',
];

/** A weight or a bias that is being edited in place. */
interface Editing {
  readonly layer: string;
  readonly parameter: 'kernel' | 'bias';
  readonly index: readonly number[];
  readonly x: number;
  readonly y: number;
}

/** The kernels of a picture, by layer. */
function kernelsOf(drawable: Drawable | null): Kernels {
  const kernels = new Map<string, FrameArray>();
  for (const [name, array] of drawable?.arrays ?? []) {
    const match = /^parameter:(.+):kernel$/.exec(name);
    if (match?.[1] !== undefined && array.shape.length === 2) kernels.set(match[1], array);
  }
  return kernels;
}

export function NeuronsView() {
  const spec = useSpec();
  const check = useStudio((state) => state.check);
  const { preview } = useDataset();
  const style = usePlotStyle();
  const selection = useView((view) => view.selection);
  const hovered = useView((view) => view.hovered);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [pointed, setPointed] = useState<(EdgeRef & { x: number; y: number }) | null>(null);
  const [editing, setEditing] = useState<Editing | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 720, height: 440 });
  useLayoutEffect(() => {
    const node = frame.current;
    if (!node) return;
    const measure = () => setRoom({ width: node.clientWidth, height: node.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    measure();
    return () => observer.disconnect();
  }, []);
  const features = preview?.feature_names ?? ('features' in spec.data ? spec.data.features : undefined);
  const columns = useMemo(
    () => layerColumns(spec, check?.examination ?? null, features ?? [], unfolded),
    [spec, check, features, unfolded],
  );
  const layout = useMemo(() => layOut(columns, room.width, room.height - HEADER), [columns, room]);
  const lit: EdgeRef | null = pointed ?? (selection?.kind === 'edge' ? selection : null);
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      paintEdges(context, layout, kernelsOf(studio.pictures.shown), lit, hovered, style);
    },
    [layout, lit, hovered, style],
  );
  const place = (event: PointerEvent | MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const edgeUnder = (event: PointerEvent | MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('button, input')) return null;
    const { x, y } = place(event);
    const edge = edgeAt(layout, kernelsOf(studio.pictures.latest), x, y);
    return edge && { ...edge, x, y };
  };
  return (
    <div ref={frame} className="relative min-h-0 flex-1 overflow-auto" data-testid="neurons">
      <div className="relative" style={{ width: layout.width, height: layout.height + HEADER }}>
        {layout.columns.map((column, index) => (
          <ColumnHeader
            key={column.id}
            column={column}
            layer={spec.network.layers[index - 1] ?? null}
            at={index - 1}
            width={layout.step}
            left={column.center - layout.step / 2}
            isLast={index === layout.columns.length - 1}
          />
        ))}
        <div
          className={`absolute inset-x-0 ${pointed ? 'cursor-pointer' : ''}`}
          style={{ top: HEADER, height: layout.height }}
          onPointerMove={(event) => setPointed(edgeUnder(event))}
          onPointerLeave={() => setPointed(null)}
          onClick={(event) => {
            const edge = edgeUnder(event);
            if (edge)
              viewStore.setState({
                selection: { kind: 'edge', layer: edge.layer, from: edge.from, unit: edge.unit },
              });
            else if (event.target === event.currentTarget) viewStore.setState({ selection: null });
          }}
          onDoubleClick={(event) => {
            const edge = edgeUnder(event);
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
              names={
                index === 0
                  ? (features ?? [])
                  : index === layout.columns.length - 1
                    ? outputNames(preview?.class_names, spec)
                    : []
              }
              onEdit={(unit, spot) =>
                setEditing({
                  layer: column.id,
                  parameter: 'bias',
                  index: [unit],
                  x: spot.x + layout.unitSize / 2,
                  y: spot.y + layout.unitSize,
                })
              }
              onUnfold={() => {
                const next = new Set(unfolded);
                if (!next.delete(column.id)) next.add(column.id);
                setUnfolded(next);
              }}
              isUnfolded={unfolded.has(column.id)}
            />
          ))}
          {pointed && !editing && (
            <EdgeNote edge={pointed} room={layout.width} names={features ?? []} spec={spec} />
          )}
          {editing && (
            <InPlace
              key={JSON.stringify(editing)}
              editing={editing}
              room={layout.width}
              onDone={() => setEditing(null)}
            />
          )}
        </div>
      </div>
    </div>
  );
}

function outputNames(classes: readonly string[] | undefined, spec: Spec): readonly string[] {
  const last = spec.network.layers.at(-1);
  if (classes === undefined || classes.length < 3 || last?.kind !== 'dense' || last.units !== classes.length)
    return [];
  return classes;
}

interface HeaderProps {
  readonly column: ColumnLayout;
  readonly layer: Layer | null;
  readonly at: number;
  readonly width: number;
  readonly left: number;
  readonly isLast: boolean;
}

function ColumnHeader({ column, layer, at, width, left, isLast }: HeaderProps) {
  const selected = useView((view) => view.selection?.layer === column.id);
  const count = column.spots.length + column.hidden;
  return (
    <div
      className="absolute top-0 flex flex-col items-center gap-1 px-0.5 text-center"
      style={{ left, width, height: HEADER }}
    >
      {layer === null ? (
        <span className="max-w-full truncate font-medium">Inputs</span>
      ) : (
        <button
          type="button"
          className={`flex max-w-full items-center gap-1 truncate rounded px-1 font-medium hover:bg-raised ${selected ? 'text-accent' : ''}`}
          title={`Inspect ${layer.id}`}
          onClick={() => viewStore.setState({ selection: { kind: 'layer', layer: layer.id } })}
        >
          {layer.kind === 'dense' && layer.frozen && <Icon name="lock" size={12} />}
          <span className="truncate">{layer.id}</span>
        </button>
      )}
      {layer?.kind === 'dense' ? (
        <>
          <div className="flex h-6 items-center gap-0.5" role="group" aria-label={`Units of ${layer.id}`}>
            {!isLast && (
              <button
                type="button"
                className="button-quiet size-6 px-0"
                aria-label={`Fewer units in ${layer.id}`}
                disabled={layer.units <= 1}
                onClick={() => studio.change((spec) => setUnits(spec, at, layer.units - 1))}
              >
                <Icon name="minus" size={14} />
              </button>
            )}
            <span
              className="text-[12px] whitespace-nowrap text-muted tabular-nums"
              data-testid={`units-${layer.id}`}
            >
              {layer.units === 1 ? '1 unit' : `${layer.units} units`}
            </span>
            {!isLast && (
              <button
                type="button"
                className="button-quiet size-6 px-0"
                aria-label={`More units in ${layer.id}`}
                onClick={() => studio.change((spec) => setUnits(spec, at, layer.units + 1))}
              >
                <Icon name="plus" size={14} />
              </button>
            )}
          </div>
          <Select
            name={`Activation of ${layer.id}`}
            className="w-[88px] max-w-full text-[12px]"
            value={layer.activation}
            options={ACTIVATIONS.map((value) => ({ value, title: value }))}
            onChange={(value) =>
              studio.change((spec) => setAt(spec, ['network', 'layers', at, 'activation'], value))
            }
          />
        </>
      ) : (
        <span className="text-[12px] text-muted tabular-nums">
          {layer === null ? (count === 1 ? '1 feature' : `${count} features`) : describeLayer(layer)}
        </span>
      )}
    </div>
  );
}

function describeLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return `${layer.units} units`;
    case 'activation':
      return layer.activation;
    case 'dropout':
      return `dropout ${digits(layer.rate, 2)}`;
    case 'flatten':
      return 'flatten';
  }
}

interface UnitsProps {
  readonly column: ColumnLayout;
  readonly layer: Layer | null;
  readonly size: number;
  readonly names: readonly string[];
  readonly onEdit: (unit: number, spot: Spot) => void;
  readonly onUnfold: () => void;
  readonly isUnfolded: boolean;
}

function Units({ column, layer, size, names, onEdit, onUnfold, isUnfolded }: UnitsProps) {
  const selection = useView((view) => (view.selection?.layer === column.id ? view.selection : null));
  return (
    <>
      {column.spots.map((spot) => {
        const name = names[spot.unit];
        const isSelected = selection?.kind === 'unit' && selection.unit === spot.unit;
        const position = { left: spot.x, top: spot.y, width: size, height: size };
        if (layer === null) {
          return (
            <div
              key={spot.unit}
              className="absolute rounded-md border border-line bg-panel"
              style={position}
              title={name}
            >
              {name !== undefined && isFeature(name) ? (
                <FeatureMap feature={name} />
              ) : (
                <InputHistogram unit={spot.unit} />
              )}
              <span
                className="absolute top-1/2 right-full mr-1.5 -translate-y-1/2 truncate text-right text-[12px] text-muted"
                style={{ maxWidth: spot.x - 10 }}
              >
                {name === undefined ? '' : featureName(name)}
              </span>
            </div>
          );
        }
        const select = () =>
          viewStore.setState({ selection: { kind: 'unit', layer: column.id, unit: spot.unit } });
        return (
          <button
            key={spot.unit}
            type="button"
            className={`absolute rounded-md border bg-panel ${isSelected ? 'border-accent ring-2 ring-accent' : 'border-line-strong hover:border-ink'}`}
            style={position}
            aria-label={`Unit ${spot.unit + 1} of ${column.id}${name ? `, ${name}` : ''}`}
            aria-pressed={isSelected}
            data-testid={`unit-${column.id}-${spot.unit}`}
            onPointerEnter={() => viewStore.setState({ hovered: { layer: column.id, unit: spot.unit } })}
            onPointerLeave={() => viewStore.setState({ hovered: null })}
            onFocus={(event) => {
              if (event.currentTarget.matches(':focus-visible'))
                viewStore.setState({ hovered: { layer: column.id, unit: spot.unit } });
            }}
            onBlur={() => viewStore.setState({ hovered: null })}
            onClick={select}
            onDoubleClick={() => {
              if (layer.kind === 'dense' && layer.use_bias) onEdit(spot.unit, spot);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && isSelected && layer.kind === 'dense' && layer.use_bias) {
                event.preventDefault();
                onEdit(spot.unit, spot);
              }
            }}
          >
            <UnitMap layer={column.id} unit={spot.unit} />
            {name !== undefined && (
              <span className="absolute top-1/2 left-full ml-1.5 max-w-20 -translate-y-1/2 truncate text-left text-[12px] text-muted">
                {name}
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
          disabled={layer === null && column.hidden === 0}
          onClick={onUnfold}
        >
          {isUnfolded ? 'Fold' : `+ ${column.hidden} more`}
        </button>
      )}
    </>
  );
}

/** The weight under the pointer. */
function EdgeNote(props: {
  edge: EdgeRef & { x: number; y: number };
  room: number;
  names: readonly string[];
  spec: Spec;
}) {
  const { edge, room, names, spec } = props;
  const weight = weightOf(
    useNumbers((numbers) => numbers.drawable),
    edge,
  );
  const index = spec.network.layers.findIndex((layer) => layer.id === edge.layer);
  const before = spec.network.layers[index - 1]?.id;
  const from =
    before === undefined
      ? featureName(names[edge.from] ?? `input ${edge.from + 1}`)
      : `${before} ${edge.from + 1}`;
  return (
    <div
      role="status"
      className="pointer-events-none absolute z-20 rounded-md border border-line bg-panel px-2 py-1 text-[12px] whitespace-nowrap shadow-lg"
      style={{ left: Math.min(edge.x + 12, room - 190), top: edge.y + 14 }}
    >
      {from} → {edge.layer} {edge.unit + 1}: weight <strong className="tabular-nums">{digits(weight)}</strong>
    </div>
  );
}

/** A number typed where the weight or the unit is. */
function InPlace({ editing, room, onDone }: { editing: Editing; room: number; onDone: () => void }) {
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
        if (event.key === 'Enter') requestAnimationFrame(onDone);
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

/** What widths and colors mean, with the scale as it is now. */
export function NetworkLegend() {
  const style = usePlotStyle();
  const kernels = kernelsOf(useNumbers((numbers) => numbers.drawable));
  const scale = weightScale(kernels.values());
  const spec = useSpec();
  const hidden = lastHiddenLayer(spec);
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 pt-1 pb-3 text-[12px] text-muted">
      <div className="flex items-center gap-1" role="group" aria-label="Hidden layers">
        <button
          type="button"
          className="button-quiet size-6 px-0"
          aria-label="Remove the last hidden layer"
          disabled={hidden < 0}
          onClick={() => studio.change((current) => removeLayer(current, lastHiddenLayer(current)))}
        >
          <Icon name="minus" size={14} />
        </button>
        <span className="tabular-nums">{hiddenCount(spec)}</span>
        <button
          type="button"
          className="button-quiet size-6 px-0"
          aria-label="Add a hidden layer"
          onClick={() => studio.change(addHiddenLayer)}
        >
          <Icon name="plus" size={14} />
        </button>
      </div>
      {kernels.size > 0 && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1" data-testid="weight-scale">
          <span className="flex items-center gap-1.5">
            <svg aria-hidden="true" width="22" height="8">
              <path d="M0 4h22" strokeWidth={FULL_WIDTH} stroke={style.muted} />
            </svg>
            |weight| {digits(scale, 1)}
          </span>
          <span className="flex items-center gap-1.5">
            <Line negative /> negative
          </span>
          <span className="flex items-center gap-1.5">
            <Line negative={false} /> positive
          </span>
        </div>
      )}
    </div>
  );
}

function Line({ negative }: { negative: boolean }) {
  const { theme } = usePlotStyle();
  return (
    <svg aria-hidden="true" width="22" height="8">
      <path d="M0 4h22" strokeWidth={3} stroke={css(signColor(negative ? -0.9 : 0.9, theme))} />
    </svg>
  );
}

function hiddenCount(spec: Spec): string {
  const count = spec.network.layers.slice(0, -1).filter((layer) => layer.kind === 'dense').length;
  return count === 1 ? '1 hidden layer' : `${count} hidden layers`;
}
