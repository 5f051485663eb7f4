/** The gallery of surfaces, each with its picture, formula and what it teaches; and a function of one's own. */

import { useCallback } from 'react';

import { onSurface } from '../../core/labSetup';
import { writtenFormula } from '../../core/labWords';
import { GridImage } from '../../draw/heatmap';
import { fillShades } from '../../draw/labMap';
import type { SurfaceEntry } from '../../protocol/messages';
import { usePlotStyle } from '../Canvas';
import { lab, scaleOfGrid, useLab, useSetup } from './lab';
import { LabCanvas, type LabPaint } from './LabCanvas';
import { OwnFunction } from './OwnFunction';

export function Surfaces() {
  const entries = useLab((state) => state.entries);
  const { surface } = useSetup();
  const chosen = entries.find((entry) => entry.surface.kind === surface.kind);
  return (
    <section aria-labelledby="lab-surfaces" className="grid gap-2">
      <h2 id="lab-surfaces" className="heading">
        Surface
      </h2>
      <ul className="grid grid-cols-4 gap-1.5 max-xl:grid-cols-3">
        {entries.map((entry) => (
          <li key={entry.surface.kind}>
            <Tile entry={entry} isChosen={entry === chosen} />
          </li>
        ))}
      </ul>
      {chosen && chosen.surface.kind !== 'expression' && (
        <p className="font-medium" data-testid="lab-formula">
          f = {writtenFormula(chosen.formula)}
        </p>
      )}
      {chosen && <p className="text-muted">{chosen.lesson}</p>}
      {surface.kind === 'expression' && <OwnFunction key={surface.text} surface={surface} />}
    </section>
  );
}

function Tile({ entry, isChosen }: { entry: SurfaceEntry; isChosen: boolean }) {
  const style = usePlotStyle();
  const grid = useLab((state) => state.thumbnails[entry.surface.kind]);
  const paint: LabPaint = useCallback(
    (context, { width, height }) => {
      context.clearRect(0, 0, width, height);
      if (grid === undefined) return;
      const scale = scaleOfGrid(grid);
      const { rows, columns } = grid.part;
      const image = new GridImage().paint(columns, rows, (pixels) => fillShades(pixels, grid, scale, style));
      context.imageSmoothingEnabled = true;
      context.drawImage(image, 0, 0, width, height);
    },
    [grid, style],
  );
  const isOwn = entry.surface.kind === 'expression';
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      title={`f = ${writtenFormula(entry.formula)}: ${entry.lesson}`}
      data-testid={`lab-surface-${entry.surface.kind}`}
      className={`grid h-full w-full content-start gap-1 rounded-md border p-1 text-left ${isChosen ? 'border-accent bg-accent-soft' : 'border-line hover:border-line-strong'}`}
      onClick={() => choose(entry)}
    >
      <span className="relative block h-11 overflow-hidden rounded-sm bg-raised">
        {isOwn ? (
          <span
            aria-hidden="true"
            className="grid size-full place-items-center text-[15px] text-muted italic"
          >
            f(x, y)
          </span>
        ) : (
          <LabCanvas still paint={paint} className="block size-full" />
        )}
      </span>
      <span className="line-clamp-2 text-[11px] leading-tight">{entry.title}</span>
    </button>
  );
}

function choose(entry: SurfaceEntry): void {
  const { setup } = lab.store.getState();
  if (setup !== null) lab.replace(onSurface(setup, entry));
}
