/** The surface as a landscape: dragging it or the arrow keys turn it. */

import { type PointerEvent, useCallback, useMemo, useRef } from 'react';

import { paintSurface3d } from '../../draw/labPaint3d';
import { landscapeOf, piecesOf } from '../../draw/labSurface3d';
import type { View3d } from '../../draw/scatter3d';
import { usePlotStyle } from '../Canvas';
import { lab, scaleOfGrid, useLab, useShown } from './lab';
import { LabCanvas, type LabPaint } from './LabCanvas';

const START: View3d = { turn: 0.55, tilt: 0.62 };
const KEY = 0.12;
const PER_PIXEL = 0.01;
const STEEPEST = 1.5;

export function SurfacePlot() {
  const style = usePlotStyle();
  const grid = useLab((state) => state.grid);
  const shown = useShown();
  const drags = useLab((state) => state.drags);
  const view = useRef(START);
  const dragged = useRef<{ x: number; y: number } | null>(null);
  const landscape = useMemo(() => (grid === null ? null : landscapeOf(grid, scaleOfGrid(grid))), [grid]);
  const pieces = useMemo(
    () => (landscape === null || shown === null ? null : piecesOf(landscape, shown.run)),
    [landscape, shown],
  );
  const paint: LabPaint = useCallback(
    (context, { width, height }) => {
      if (landscape === null) return;
      const position = drags ? Infinity : lab.player.position;
      const race = shown === null || pieces === null ? null : { ...shown, pieces, position };
      paintSurface3d(context, width, height, landscape, race, view.current, style);
    },
    [landscape, pieces, shown, drags, style],
  );
  const turn = (turned: number, tilted: number) => {
    const { turn: t, tilt } = view.current;
    view.current = { turn: t + turned, tilt: Math.max(0, Math.min(STEEPEST, tilt + tilted)) };
    lab.player.draw();
  };
  const onPointerMove = (event: PointerEvent) => {
    const from = dragged.current;
    if (from === null) return;
    dragged.current = { x: event.clientX, y: event.clientY };
    turn((event.clientX - from.x) * PER_PIXEL, (event.clientY - from.y) * PER_PIXEL);
  };
  const isLog = grid !== null && scaleOfGrid(grid).isHeightLog;
  return (
    <div
      tabIndex={0}
      role="group"
      aria-label="The surface in three dimensions: drag it or use the arrow keys to turn it"
      className="relative h-full min-h-0 cursor-grab touch-none rounded-md active:cursor-grabbing"
      title="Drag to turn"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        dragged.current = null;
      }}
      onPointerCancel={() => {
        dragged.current = null;
      }}
      onKeyDown={(event) => {
        const way = {
          ArrowLeft: [-KEY, 0],
          ArrowRight: [KEY, 0],
          ArrowUp: [0, -KEY],
          ArrowDown: [0, KEY],
        }[event.key];
        if (way === undefined) return;
        event.preventDefault();
        turn(way[0] ?? 0, way[1] ?? 0);
      }}
    >
      <LabCanvas paint={paint} className="absolute inset-0 block size-full" testId="lab-surface" />
      <p className="pointer-events-none absolute right-1 bottom-0 text-[11px] text-muted">
        height: f{isLog && ', logarithmic'} · drag to turn
      </p>
    </div>
  );
}
