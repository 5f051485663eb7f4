/** Any dataset in two or three dimensions, its columns, classes and first rows. */

import { type PointerEvent, useCallback, useMemo, useRef, useState } from 'react';

import { count, digits } from '../../core/numbers';
import { type Range, rangeOf, scaled, ticks } from '../../draw/axes';
import { targetLimit } from '../../draw/samples';
import { classColor, css, type Rgb, signColor } from '../../draw/colors';
import { drawMarks } from '../../draw/marks';
import { paintScatter3d, place, type Sample3d } from '../../draw/scatter3d';
import type { DatasetPreview } from '../../protocol/messages';
import { Dialog } from '../../ui/Dialog';
import { Segments, SelectField } from '../../ui/fields';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';

type Tab = '2d' | '3d' | 'columns' | 'rows';

export function LookDialog({ preview, onClose }: { preview: DatasetPreview; onClose: () => void }) {
  const [tab, setTab] = useState<Tab>('2d');
  const options = [
    { value: '2d', title: '2-D' },
    { value: '3d', title: '3-D' },
    { value: 'columns', title: 'Columns' },
    { value: 'rows', title: 'Rows' },
  ] as const;
  return (
    <Dialog wide title="The data" onClose={onClose}>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <Segments label="View of the data" value={tab} options={options} onChange={setTab} />
        <p className="text-muted tabular-nums">
          {count(preview.train)} training, {count(preview.validation)} validation samples
        </p>
      </div>
      {(tab === '2d' || tab === '3d') && <Scatter key={tab} preview={preview} deep={tab === '3d'} />}
      {tab === 'columns' && <ColumnsTable preview={preview} />}
      {tab === 'rows' && <RowsTable preview={preview} />}
    </Dialog>
  );
}

/** The values of an axis: a raw input, or the target after them. */
function axisValues(preview: DatasetPreview, axis: number): readonly (number | null)[] {
  return preview.points.inputs[axis] ?? preview.points.target;
}

function Scatter({ preview, deep }: { preview: DatasetPreview; deep: boolean }) {
  const style = usePlotStyle();
  const names = [...preview.raw_names, preview.target_name];
  const last = names.length - 1;
  const [axes, setAxes] = useState<readonly [number, number, number]>([
    0,
    Math.min(1, last),
    Math.min(2, last),
  ]);
  const [view, setView] = useState({ turn: 0.6, tilt: 0.35 });
  const dragged = useRef<{ x: number; y: number } | null>(null);
  const ranges = useMemo(
    () => axes.map((axis) => rangeOf(axisValues(preview, axis))) as unknown as readonly [Range, Range, Range],
    [axes, preview],
  );
  const paint: Paint = useCallback(
    (context, width, height) => {
      const classes = preview.class_names.length;
      const limit = targetLimit(preview);
      const color = (value: number): Rgb =>
        classes > 0 ? classColor(value, classes, style.theme) : signColor(value / limit, style.theme);
      const columns = axes.map((axis) => axisValues(preview, axis));
      if (deep) {
        const samples: Sample3d[] = [];
        for (const [index, target] of preview.points.target.entries()) {
          const [x, y, z] = [columns[0]?.[index], columns[1]?.[index], columns[2]?.[index]];
          if (x == null || y == null || z == null || target === null) continue;
          samples.push({ at: place([x, y, z], ranges), color: color(target) });
        }
        const titles = [names[axes[0]] ?? '', names[axes[1]] ?? '', names[axes[2]] ?? ''] as const;
        paintScatter3d(context, width, height, samples, titles, view, style.line, style.muted);
        return;
      }
      context.clearRect(0, 0, width, height);
      const [left, right, top, bottom] = [44, width - 10, 10, height - 28];
      context.strokeStyle = style.line;
      context.strokeRect(left, top, right - left, bottom - top);
      context.fillStyle = style.muted;
      context.font = "11px 'Inter Variable', system-ui, sans-serif";
      context.textAlign = 'center';
      for (const tick of ticks(ranges[0], 6))
        context.fillText(digits(tick), scaled(tick, ranges[0], left, right), bottom + 16);
      context.textAlign = 'right';
      for (const tick of ticks(ranges[1], 5))
        context.fillText(digits(tick), left - 6, scaled(tick, ranges[1], bottom, top) + 4);
      const marks = preview.points.target.flatMap((target, index) => {
        const [x, y] = [columns[0]?.[index], columns[1]?.[index]];
        if (x == null || y == null || target === null) return [];
        return [
          {
            x: scaled(x, ranges[0], left, right),
            y: scaled(y, ranges[1], bottom, top),
            label: classes > 0 ? target : 0,
            color: color(target),
            hollow: preview.points.validation[index] === true,
          },
        ];
      });
      drawMarks(context, marks, marks.length > 1000 ? 2.5 : 4, style.paper);
    },
    // `names` follows from the preview.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [preview, axes, ranges, deep, view, style],
  );
  const turn = (event: PointerEvent) => {
    if (!deep || dragged.current === null) return;
    const [dx, dy] = [event.clientX - dragged.current.x, event.clientY - dragged.current.y];
    dragged.current = { x: event.clientX, y: event.clientY };
    setView(({ turn: before, tilt }) => ({
      turn: before + dx / 120,
      tilt: Math.max(-1.5, Math.min(1.5, tilt + dy / 120)),
    }));
  };
  const options = names.map((name, index) => ({ value: String(index), title: name }));
  const labels = deep ? ['x axis', 'y axis', 'z axis'] : ['across', 'up'];
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {labels.map((label, index) => (
          <SelectField
            key={label}
            label={label}
            value={String(axes[index] ?? 0)}
            options={options}
            onChange={(value) => {
              const next = [...axes] as [number, number, number];
              next[index] = Number(value);
              setAxes(next);
            }}
          />
        ))}
      </div>
      <div
        tabIndex={deep ? 0 : -1}
        role="group"
        aria-label={deep ? 'Arrow keys or a drag turn the plot' : 'Plot of the samples'}
        className={`h-[min(52vh,440px)] rounded-md border border-line ${deep ? 'cursor-grab touch-none active:cursor-grabbing' : ''}`}
        onPointerDown={(event) => {
          dragged.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={turn}
        onPointerUp={() => {
          dragged.current = null;
        }}
        onKeyDown={(event) => {
          const by = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[
            event.key
          ];
          if (!deep || !by) return;
          event.preventDefault();
          event.stopPropagation();
          setView((before) => ({
            turn: before.turn + (by[0] ?? 0),
            tilt: Math.max(-1.5, Math.min(1.5, before.tilt + (by[1] ?? 0))),
          }));
        }}
      >
        <Canvas
          paint={paint}
          className="block size-full"
          label={`Samples by ${labels.map((_, index) => names[axes[index] ?? 0]).join(', ')}`}
        />
      </div>
      {preview.class_names.length > 0 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
          {preview.balance.map((entry, index) => (
            <li key={entry.name} className="flex items-center gap-1.5 tabular-nums">
              <span
                className="size-2.5 rounded-full"
                style={{ background: css(classColor(index, preview.class_names.length, style.theme)) }}
              />
              {entry.name}: {count(entry.train)} training, {count(entry.validation)} validation
            </li>
          ))}
        </ul>
      )}
      <p className="text-[12px] text-muted">
        Filled: training. Hollow: validation.{deep ? ' Drag to turn.' : ''}
      </p>
    </div>
  );
}

function ColumnsTable({ preview }: { preview: DatasetPreview }) {
  return (
    <div className="max-h-[60vh] overflow-auto" tabIndex={0} role="group" aria-label="Columns">
      <table className="table w-full">
        <thead>
          <tr>
            {['column', 'read as', 'empty', 'least', 'greatest', 'mean', 'deviation', 'categories'].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {preview.columns.map((column, index) => (
            <tr key={index}>
              <th scope="row" className="border-t border-line text-ink!">
                {column.name}
                {index === preview.columns.length - 1 && <span className="text-muted"> (target)</span>}
              </th>
              <td>{column.read_as === 'numeric' ? 'number' : 'category'}</td>
              <td>{count(column.missing)}</td>
              <td>{digits(column.minimum)}</td>
              <td>{digits(column.maximum)}</td>
              <td>{digits(column.mean)}</td>
              <td>{digits(column.standard_deviation)}</td>
              <td className="max-w-72 truncate">
                {column.categories
                  .map((category) => `${category.name} (${count(category.count)})`)
                  .join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RowsTable({ preview }: { preview: DatasetPreview }) {
  const names = [...preview.raw_names, preview.target_name];
  return (
    <div className="max-h-[60vh] overflow-auto" tabIndex={0} role="group" aria-label="First samples">
      <table className="table w-full" aria-label="First samples">
        <thead>
          <tr>
            {names.map((name, index) => (
              <th key={index} scope="col" className="whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) => (
                <td key={index} className="max-w-48 truncate">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
