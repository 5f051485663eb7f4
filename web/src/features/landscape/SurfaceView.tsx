/** A landscape as a surface; dragging it or the arrow keys turn it. */

import { useCallback, useRef, useState } from 'react';

import { digits } from '../../core/numbers';
import type { Surface } from '../../draw/landscape';
import { paintSurface } from '../../draw/landscapeSurface';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';

const START = { turn: 0.6, tilt: 0.55 };
const STEP = 0.12;
const PER_PIXEL = 0.01;
const [FLATTEST, STEEPEST] = [0.08, 1.45];

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

export function SurfaceView({ surface, logarithmic }: { surface: Surface; logarithmic: boolean }) {
  const style = usePlotStyle();
  const [view, setView] = useState(START);
  const dragged = useRef<{ x: number; y: number } | null>(null);
  const paint: Paint = useCallback(
    (context, width, height) => paintSurface(context, width, height, surface, view, logarithmic, style),
    [surface, view, logarithmic, style],
  );
  const turn = (turned: number, tilted: number) =>
    setView(({ turn: t, tilt }) => ({
      turn: t + turned,
      tilt: Math.max(FLATTEST, Math.min(STEEPEST, tilt + tilted)),
    }));
  return (
    <>
      <div
        tabIndex={0}
        role="group"
        aria-label="Landscape as a surface: drag it or use the arrow keys to turn it"
        data-testid="landscape-surface"
        className="cursor-grab touch-none rounded active:cursor-grabbing"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          dragged.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={(event) => {
          const from = dragged.current;
          if (from === null) return;
          dragged.current = { x: event.clientX, y: event.clientY };
          turn((event.clientX - from.x) * PER_PIXEL, (event.clientY - from.y) * PER_PIXEL);
        }}
        onPointerUp={() => {
          dragged.current = null;
        }}
        onPointerCancel={() => {
          dragged.current = null;
        }}
        onKeyDown={(event) => {
          const step = STEPS[event.key];
          if (step === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          turn(step[0], step[1]);
        }}
      >
        <Canvas
          paint={paint}
          testId="landscape-canvas"
          className="block aspect-[1/0.9] w-full"
          label={`A surface whose height is the loss, from ${digits(surface.least)} to ${digits(surface.greatest)}`}
        />
      </div>
      <p className="min-h-5 pl-9 text-[12px] text-muted">Drag to turn, or use the arrow keys.</p>
    </>
  );
}
