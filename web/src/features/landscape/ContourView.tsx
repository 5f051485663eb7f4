/** A landscape from above, with its read-out under the pointer or the arrow keys. */

import { useCallback, useMemo, useRef, useState } from 'react';

import { digits } from '../../core/numbers';
import { unscaled } from '../../draw/axes';
import { GridImage } from '../../draw/heatmap';
import { lossAt, type Surface } from '../../draw/landscape';
import { paintLandscape } from '../../draw/landscapePlot';
import { plotFrame } from '../../draw/plotFrame';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';

interface Cursor {
  readonly across: number;
  readonly up: number;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function ContourView({ surface, logarithmic }: { surface: Surface; logarithmic: boolean }) {
  const style = usePlotStyle();
  const image = useMemo(() => new GridImage(), []);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const paint: Paint = useCallback(
    (context, width, height) =>
      paintLandscape(context, width, height, image, surface, { logarithmic, cursor }, style),
    [surface, logarithmic, cursor, image, style],
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
    <>
      <div
        ref={frame}
        tabIndex={0}
        role="group"
        aria-label="Landscape from above: arrow keys move the read-out"
        className="relative touch-pan-y rounded"
        onPointerMove={(event) => move(event.clientX, event.clientY)}
        onPointerDown={(event) => move(event.clientX, event.clientY)}
        onPointerLeave={() => setCursor(null)}
        onBlur={() => setCursor(null)}
        onKeyDown={(event) => {
          const step = STEPS[event.key];
          if (!step) return;
          event.preventDefault();
          event.stopPropagation();
          const { across, up } = cursor ?? { across: 0.5, up: 0.5 };
          const clamp = (value: number) => Math.min(1, Math.max(0, value));
          setCursor({ across: clamp(across + step[0] / 40), up: clamp(up + step[1] / 40) });
        }}
      >
        <Canvas
          paint={paint}
          testId="landscape-canvas"
          className="block aspect-[1/0.98] w-full"
          label={`Lines of equal loss, from ${digits(surface.least)} to ${digits(surface.greatest)}`}
        />
      </div>
      <p
        className="min-h-5 pl-9 text-[12px] text-muted tabular-nums"
        data-testid="landscape-readout"
        aria-live={cursor === null ? 'off' : 'polite'}
      >
        {cursor === null ? 'Point at the plot to read a loss.' : readOut(surface, cursor)}
      </p>
    </>
  );
}

function readOut(surface: Surface, { across, up }: Cursor): string {
  const a = unscaled(across, surface.a, 0, 1);
  const b = unscaled(up, surface.b, 0, 1);
  const loss = lossAt(surface, a, b);
  return `a ${digits(a)} · b ${digits(b)} → loss ${Number.isNaN(loss) ? 'not finite' : digits(loss)}`;
}
