/** Points with class brushes: add, move, delete, undo; by pointer or by keyboard. */

import { type KeyboardEvent, type PointerEvent, useCallback, useRef, useState } from 'react';

import {
  addPoint,
  deletePoint,
  DOMAIN,
  canHoldOut,
  drawingProblem,
  movePoint,
  nearestPoint,
} from '../../core/drawing';
import { begin, edited, redone, undone } from '../../core/history';
import { plural } from '../../core/numbers';
import { field, initial, kinds } from '../../core/schema';
import { classColor, css } from '../../draw/colors';
import { drawMarks } from '../../draw/marks';
import type { Points } from '../../protocol/messages';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useChooseData } from '../data/useChooseData';
import { ShapeIcon } from '../output/ShapeIcon';
import { studio, useSpec } from '../studio';

const BRUSHES = 6;
const REACH = 0.35;

export function DrawDialog({ onClose }: { onClose: () => void }) {
  const { data } = useSpec();
  const style = usePlotStyle();
  const [history, setHistory] = useState(() => begin(data.kind === 'points' ? data.points : []));
  const [brush, setBrush] = useState(0);
  const [mode, setMode] = useState<'add' | 'move' | 'delete'>('add');
  const [cursor, setCursor] = useState<{ x: number; y: number } | null>(null);
  const held = useRef<number | null>(null);
  const { choose, problem, busy } = useChooseData();
  const points = history.present;
  const classes = Math.max(2, brush + 1, ...points.map((point) => point.label + 1));
  const missing = drawingProblem(points);
  const set = (next: typeof points, mark: string | null = null) => setHistory(edited(history, next, mark));
  const paint: Paint = useCallback(
    (context, width, height) => {
      const size = Math.min(width, height);
      const at = (value: number) => ((value + DOMAIN) / (2 * DOMAIN)) * size;
      context.fillStyle = style.paper;
      context.fillRect(0, 0, width, height);
      context.strokeStyle = style.line;
      context.lineWidth = 1;
      context.beginPath();
      for (let tick = -4; tick <= 4; tick += 2) {
        context.moveTo(at(tick), 0);
        context.lineTo(at(tick), size);
        context.moveTo(0, at(tick));
        context.lineTo(size, at(tick));
      }
      context.globalAlpha = 0.5;
      context.stroke();
      context.globalAlpha = 1;
      const marks = points.map((point) => ({
        x: at(point.x),
        y: size - at(point.y),
        label: point.label,
        color: classColor(point.label, classes, style.theme),
        hollow: false,
      }));
      drawMarks(context, marks, 5, style.paper);
      if (cursor) {
        context.strokeStyle = style.ink;
        context.beginPath();
        context.arc(at(cursor.x), size - at(cursor.y), 9, 0, 2 * Math.PI);
        context.stroke();
      }
    },
    [points, classes, cursor, style],
  );
  const place = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * 2 * DOMAIN - DOMAIN,
      y: DOMAIN - ((event.clientY - box.top) / box.height) * 2 * DOMAIN,
    };
  };
  const act = (x: number, y: number) => {
    const near = nearestPoint(points, x, y, REACH);
    if (mode === 'delete') {
      if (near !== null) set(deletePoint(points, near));
    } else if (mode === 'add') {
      set(addPoint(points, x, y, brush));
    }
  };
  const undo = () => setHistory(undone(history));
  const redo = () => setHistory(redone(history));
  const onKey = (event: KeyboardEvent) => {
    const at = cursor ?? { x: 0, y: 0 };
    const step = event.shiftKey ? 1 : 0.25;
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    const by = moves[event.key];
    if (by) {
      const next = { x: clampTo(at.x + by[0]), y: clampTo(at.y + by[1]) };
      if (held.current !== null) set(movePoint(points, held.current, next.x, next.y), `hold ${held.current}`);
      setCursor(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (mode === 'move')
        held.current = held.current === null ? nearestPoint(points, at.x, at.y, REACH) : null;
      else act(at.x, at.y);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      const near = nearestPoint(points, at.x, at.y, REACH);
      if (near !== null) set(deletePoint(points, near));
    } else if (/^[1-6]$/.test(event.key)) {
      setBrush(Number(event.key) - 1);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const use = async () => {
    const { schema } = studio.state;
    const points_ = kinds(field(schema, 'data', schema), schema).find(({ kind }) => kind === 'points');
    const fresh = points_
      ? (initial({ ...points_.schema, default: { kind: 'points' } }, schema) as Points)
      : null;
    const base = data.kind === 'points' ? data : fresh;
    if (!base) return;
    // Of points that are all needed to learn from, none is held out.
    const validation_fraction = canHoldOut(points) ? base.validation_fraction : 0;
    if (await choose({ ...base, points, validation_fraction })) onClose();
  };
  return (
    <Dialog
      title="Draw points"
      onClose={onClose}
      actions={
        <>
          {(missing ?? problem) && (
            <p
              className={`mr-auto self-center ${problem ? 'text-danger' : 'text-muted'}`}
              role={problem ? 'alert' : undefined}
            >
              {problem ?? missing}
            </p>
          )}
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className="button-primary"
            disabled={missing !== null || busy}
            onClick={() => void use()}
          >
            Use these points
          </button>
        </>
      }
    >
      <div
        onKeyDown={(event) => {
          if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
          event.preventDefault();
          event.stopPropagation();
          if (event.shiftKey) redo();
          else undo();
        }}
      >
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <div role="group" aria-label="Class of the brush" className="flex gap-1">
            {Array.from({ length: BRUSHES }, (_, label) => (
              <button
                key={label}
                type="button"
                aria-pressed={brush === label && mode === 'add'}
                aria-label={`Class ${label}`}
                title={`Class ${label} (key ${label + 1})`}
                className={`flex size-8 items-center justify-center rounded-md border ${brush === label && mode === 'add' ? 'border-accent ring-1 ring-accent' : 'border-line hover:border-line-strong'}`}
                onClick={() => {
                  setBrush(label);
                  setMode('add');
                }}
              >
                <ShapeIcon
                  shape={label}
                  size={14}
                  color={css(classColor(label, Math.max(classes, label + 1), style.theme))}
                />
              </button>
            ))}
          </div>
          <div role="group" aria-label="What a click does" className="flex gap-1">
            {(['move', 'delete'] as const).map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={mode === name}
                className={`button ${mode === name ? 'border-accent!' : ''}`}
                onClick={() => setMode(mode === name ? 'add' : name)}
              >
                {name === 'move' ? 'Move' : 'Delete'}
              </button>
            ))}
          </div>
          <span className="ml-auto flex gap-1">
            <button
              type="button"
              className="button-quiet"
              aria-label="Undo"
              disabled={history.past.length === 0}
              onClick={undo}
            >
              <Icon name="undo" />
            </button>
            <button
              type="button"
              className="button-quiet"
              aria-label="Redo"
              disabled={history.future.length === 0}
              onClick={redo}
            >
              <Icon name="redo" />
            </button>
            <button
              type="button"
              className="button-quiet"
              disabled={points.length === 0}
              onClick={() => set([])}
            >
              Clear
            </button>
          </span>
        </div>
        <div
          role="application"
          tabIndex={0}
          aria-label={`Drawing area with ${points.length} points. Arrow keys move the cursor, Enter acts, Delete removes, 1 to 6 choose the class.`}
          data-testid="drawing"
          className="mx-auto aspect-square w-full max-w-[max(240px,calc(92dvh-252px))] cursor-crosshair touch-none overflow-hidden rounded-md border border-line"
          onPointerDown={(event) => {
            const { x, y } = place(event);
            event.currentTarget.setPointerCapture(event.pointerId);
            setCursor(null);
            if (mode === 'move') held.current = nearestPoint(points, x, y, REACH);
            else act(x, y);
          }}
          onPointerMove={(event) => {
            if (held.current === null || event.buttons === 0) return;
            const { x, y } = place(event);
            set(movePoint(points, held.current, x, y), `drag ${event.pointerId}`);
          }}
          onPointerUp={() => {
            held.current = null;
            setHistory((before) => ({ ...before, mark: null }));
          }}
          onKeyDown={onKey}
        >
          <Canvas paint={paint} className="block size-full" />
        </div>
        <p className="mt-2 text-[12px] text-muted tabular-nums">
          {plural(points.length, 'point')}. Keyboard: arrows move, Enter adds, Delete removes, 1–6 choose the
          class.
        </p>
      </div>
    </Dialog>
  );
}

function clampTo(value: number): number {
  return Math.min(DOMAIN, Math.max(-DOMAIN, value));
}
