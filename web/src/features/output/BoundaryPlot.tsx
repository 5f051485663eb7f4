/** The big plot, with its read-out under the pointer or the arrow keys. */

import { useCallback, useMemo, useRef, useState } from 'react';

import { digits, percent } from '../../core/numbers';
import type { Drawable } from '../../core/pictures';
import type { Axes, UnitRef } from '../../core/view';
import { walkStore, walkWith } from '../../core/walkState';
import { unscaled } from '../../draw/axes';
import { mapOf, newPlotLayers, paintPlot, type PlotOptions } from '../../draw/boundaryPlot';
import { outputsAt } from '../../draw/heatmap';
import { plotFrame } from '../../draw/plotFrame';
import type { DatasetPreview } from '../../protocol/messages';
import { valueAt } from '../../protocol/frames';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { studio, useNumbers, useView } from '../studio';

interface Cursor {
  readonly across: number;
  readonly up: number;
}

export function BoundaryPlot({ preview, axes }: { preview: DatasetPreview | null; axes: Axes }) {
  const style = usePlotStyle();
  const discrete = useView((view) => view.discrete);
  const showTrain = useView((view) => view.showTrain);
  const showValidation = useView((view) => view.showValidation);
  const hovered = useView((view) => view.hovered);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const layers = useMemo(() => newPlotLayers(), []);
  const paint: Paint = useCallback(
    (context, width, height) => {
      const options: PlotOptions = { discrete, showTrain, showValidation, unit: hovered, cursor, axes };
      paintPlot(context, width, height, layers, studio.pictures.shown, preview, options, style);
    },
    [discrete, showTrain, showValidation, hovered, cursor, axes, layers, preview, style],
  );
  const frame = useRef<HTMLDivElement>(null);
  const move = (x: number, y: number) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    const plot = plotFrame(box.width, box.height);
    const across = (x - box.left - plot.left) / plot.size;
    const up = 1 - (y - box.top - plot.top) / plot.size;
    setCursor(across >= 0 && across <= 1 && up >= 0 && up <= 1 ? { across, up } : null);
  };
  return (
    <div>
      <div
        ref={frame}
        tabIndex={0}
        role="group"
        aria-label="Decision boundary: arrow keys move the read-out"
        data-testid="boundary"
        className="relative touch-pan-y rounded"
        onPointerMove={(event) => move(event.clientX, event.clientY)}
        onPointerDown={(event) => move(event.clientX, event.clientY)}
        onPointerLeave={() => setCursor(null)}
        onClick={() => cursor && walkFrom(cursor, axes, preview)}
        onBlur={() => setCursor(null)}
        onKeyDown={(event) => {
          const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
            event.key
          ];
          if (event.key === 'Enter' && cursor) walkFrom(cursor, axes, preview);
          if (!step) return;
          event.preventDefault();
          event.stopPropagation();
          const { across, up } = cursor ?? { across: 0.5, up: 0.5 };
          const clamp = (value: number) => Math.min(1, Math.max(0, value));
          setCursor({ across: clamp(across + (step[0] ?? 0) / 40), up: clamp(up + (step[1] ?? 0) / 40) });
        }}
      >
        <Canvas
          live
          paint={paint}
          label={label(preview, hovered)}
          testId="boundary-canvas"
          className="block aspect-[1/0.98] w-full"
        />
      </div>
      <ReadOut cursor={cursor} preview={preview} unit={hovered} />
    </div>
  );
}

/** In slow motion a place of the plane is a sample to walk with, where the plane is all that the network reads. */
function walkFrom(cursor: Cursor, axes: Axes, preview: DatasetPreview | null): void {
  const part = studio.pictures.shown?.picture.boundary;
  if (!walkStore.getState().isOpen || !part?.y || axes === 'pca' || preview?.raw_names.length !== 2) return;
  const values = [0, 0];
  values[axes[0]] = Number(unscaled(cursor.across, part.x, 0, 1).toPrecision(4));
  values[axes[1]] = Number(unscaled(cursor.up, part.y, 0, 1).toPrecision(4));
  const target = preview.task === 'regression' ? (walkStore.getState().target ?? 0) : null;
  walkWith({ subject: { kind: 'typed', values }, row: null, target });
}

function label(preview: DatasetPreview | null, unit: UnitRef | null): string {
  if (unit) return `What unit ${unit.unit + 1} of ${unit.layer} answers over the plane of the inputs`;
  return preview?.task === 'regression'
    ? 'The fit of the network and the samples'
    : 'The decision boundary and the samples';
}

/** What the network answers where the pointer is. */
function ReadOut(props: { cursor: Cursor | null; preview: DatasetPreview | null; unit: UnitRef | null }) {
  const { cursor, preview, unit } = props;
  const drawable = useNumbers((numbers) => numbers.drawable);
  const text = cursor === null ? '' : readOut(cursor, drawable, preview, unit);
  return (
    <p
      className="min-h-5 pl-9 text-[12px] text-muted tabular-nums"
      data-testid="readout"
      aria-live={cursor === null ? 'off' : 'polite'}
    >
      {text || (unit ? `Unit ${unit.unit + 1} of ${unit.layer}` : 'Point at the plot to read a prediction.')}
    </p>
  );
}

function readOut(
  cursor: Cursor,
  drawable: Drawable | null,
  preview: DatasetPreview | null,
  unit: UnitRef | null,
): string {
  const part = drawable?.picture.boundary;
  if (!drawable || !part) return '';
  const x = `${part.x.name} ${digits(unscaled(cursor.across, part.x, 0, 1))}`;
  const y = part.y ? ` · ${part.y.name} ${digits(unscaled(cursor.up, part.y, 0, 1))}` : '';
  const array = mapOf(drawable, unit);
  if (array === null) return x + y;
  if (unit) {
    const up = array.shape.length === 3 ? cursor.up : 0;
    const columns = array.shape.at(-1) ?? 1;
    const rows = array.shape.length === 3 ? (array.shape[1] ?? 1) : 1;
    const at = Math.round(up * (rows - 1)) * columns + Math.round(cursor.across * (columns - 1));
    return `${x}${y} → activation ${digits(valueAt(array, unit.unit * rows * columns + at))}`;
  }
  return `${x}${y} → ${prediction(outputsAt(array, cursor.across, cursor.up), preview)}`;
}

/** An answer in words: the class and how sure, or the number. */
export function prediction(outputs: readonly number[], preview: DatasetPreview | null): string {
  const names = preview?.class_names ?? [];
  if (names.length === 0 || preview?.task === 'regression') {
    return `${preview?.target_name ?? 'prediction'} ${digits(outputs[0] ?? null)}`;
  }
  if (outputs.length === 1) {
    const p = outputs[0] ?? 0;
    return p >= 0.5
      ? `${names[1] ?? 'second class'}, ${percent(p)}`
      : `${names[0] ?? 'first class'}, ${percent(1 - p)}`;
  }
  const best = outputs.indexOf(Math.max(...outputs));
  return `${names[best] ?? ''}, ${percent(outputs[best] ?? 0)}`;
}
