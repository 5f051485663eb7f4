/** The surface from above with the paths, and the start as a handle. */

import { useCallback, useMemo, useRef, useState } from 'react';

import { digits } from '../../core/numbers';
import { type LabFrame, labFrame, screenX, screenY } from '../../draw/labFrame';
import { MapLayer, paintMinima } from '../../draw/labMap';
import { paintPaths } from '../../draw/labPaths';
import { usePlotStyle } from '../Canvas';
import { lab, scaleOfGrid, useLab, useShown } from './lab';
import { LabCanvas, type LabPaint } from './LabCanvas';
import { StartHandle } from './StartHandle';

export function ContourPlot() {
  const style = usePlotStyle();
  const grid = useLab((state) => state.grid);
  const shown = useShown();
  const drags = useLab((state) => state.drags);
  const layer = useMemo(() => new MapLayer(), []);
  const frame = useRef<LabFrame | null>(null);
  const [isEqual, setEqual] = useState(true);
  const handle = useRef<HTMLButtonElement>(null);
  const paint: LabPaint = useCallback(
    (context, size) => {
      context.clearRect(0, 0, size.width, size.height);
      if (grid === null) return;
      const now = labFrame(size.width, size.height, grid.part.domain);
      frame.current = now;
      setEqual(now.isEqual);
      layer.draw(context, size, now, grid, scaleOfGrid(grid), style);
      paintMinima(context, now, grid.part.minima, style);
      const place = handle.current;
      const { setup: newest } = lab.store.getState();
      if (place !== null && newest !== null) {
        const [x, y] = newest.start;
        place.style.left = `${clamped(screenX(now, x), now.left, now.width)}px`;
        place.style.top = `${clamped(screenY(now, y), now.top, now.height)}px`;
      }
      if (shown === null) return;
      const position = drags ? Infinity : lab.player.position;
      paintPaths(context, now, shown.run, shown.looks, position, style);
    },
    [grid, shown, drags, style, layer],
  );
  const { x, y } = grid?.part.domain ?? { x: [0, 0], y: [0, 0] };
  return (
    <div className="grid h-full min-h-0 grid-rows-[minmax(0,1fr)_auto]">
      <div className="relative min-h-0">
        <LabCanvas
          paint={paint}
          className="absolute inset-0 block size-full"
          testId="lab-contour"
          label={`Contour map of f for x from ${digits(x[0])} to ${digits(x[1])} and y from ${digits(y[0])} to ${digits(y[1])}, with the paths of the racers. The table below says where each ended.`}
        />
        {grid !== null && <StartHandle ref={handle} frame={frame} />}
      </div>
      {!isEqual && (
        <p className="text-[12px] text-muted">
          x and y have different units here: a gradient is not at right angles to the levels.
        </p>
      )}
    </div>
  );
}

function clamped(pixel: number, from: number, length: number): number {
  return Math.max(from, Math.min(from + length, pixel));
}
