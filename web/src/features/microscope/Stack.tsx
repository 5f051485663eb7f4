/** The maps of a layer as a stack; dragging it or the arrow keys turn it. */

import { type PointerEvent, useCallback, useMemo, useRef, useState } from 'react';

import { viewStore } from '../../core/view';
import { layStack, type Pane, paintStack, paneAt } from '../../draw/stack3d';
import { TileSheet } from '../../draw/tiles';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { studio, useView } from '../studio';

const START = { turn: 0.75, tilt: 0.3 };
const STEP = 0.12;
const PER_PIXEL = 0.01;
const STEEPEST = 1.4;

export function Stack({ id, units }: { id: string; units: number }) {
  const style = usePlotStyle();
  const sheet = useMemo(() => new TileSheet(), []);
  const [view, setView] = useState(START);
  const [hovered, setHovered] = useState<number | null>(null);
  const panes = useRef<readonly Pane[]>([]);
  const dragged = useRef<{ x: number; y: number; far: number } | null>(null);
  const selected = useView(({ selection }) =>
    selection?.kind === 'unit' && selection.layer === id ? selection.unit : null,
  );
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      const drawable = studio.pictures.shown;
      const array = drawable?.arrays.get(`activation-maps:${id}`);
      const [count = 0, tall = 1, wide = 1] = array?.shape ?? [];
      if (array?.shape.length !== 3) return;
      panes.current = layStack(count, [tall, wide], { width, height }, view);
      const marked = hovered ?? (selected === null ? null : selected - firstOf(id));
      paintStack(context, panes.current, sheet.paint(array, style.theme), style, marked);
    },
    [id, view, hovered, selected, sheet, style],
  );
  const turn = (turned: number, tilted: number) =>
    setView(({ turn: t, tilt }) => ({
      turn: t + turned,
      tilt: Math.max(-STEEPEST, Math.min(STEEPEST, tilt + tilted)),
    }));
  const under = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return paneAt(panes.current, event.clientX - box.left, event.clientY - box.top);
  };
  return (
    <div
      tabIndex={0}
      role="group"
      aria-label={`The maps of ${id} as a stack: drag it or use the arrow keys to turn it`}
      data-testid="stack"
      title={hovered === null ? 'Drag to turn' : `Unit ${firstOf(id) + hovered + 1} of ${units}`}
      className="min-h-24 w-full flex-1 cursor-grab touch-none active:cursor-grabbing"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = { x: event.clientX, y: event.clientY, far: 0 };
      }}
      onPointerMove={(event) => {
        const from = dragged.current;
        if (from === null) {
          setHovered(under(event));
          return;
        }
        const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
        dragged.current = { x: event.clientX, y: event.clientY, far: from.far + Math.abs(dx) + Math.abs(dy) };
        turn(dx * PER_PIXEL, dy * PER_PIXEL);
      }}
      onPointerUp={(event) => {
        const isClick = dragged.current !== null && dragged.current.far < 4;
        dragged.current = null;
        const pane = isClick ? under(event) : null;
        if (pane !== null)
          viewStore.setState({ selection: { kind: 'unit', layer: id, unit: firstOf(id) + pane } });
      }}
      onPointerLeave={() => setHovered(null)}
      onKeyDown={(event) => {
        const step = {
          ArrowLeft: [-STEP, 0],
          ArrowRight: [STEP, 0],
          ArrowUp: [0, -STEP],
          ArrowDown: [0, STEP],
        }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        turn(step[0] ?? 0, step[1] ?? 0);
      }}
    >
      <Canvas live paint={paint} className="block size-full" testId="stack-canvas" />
    </div>
  );
}

/** The first unit of the page that is shown. */
function firstOf(id: string): number {
  const looked = studio.pictures.shown?.picture.microscope;
  return looked?.layers.find(({ layer }) => layer === id)?.start ?? 0;
}
