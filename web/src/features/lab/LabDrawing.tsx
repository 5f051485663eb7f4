/** The race as a film or a figure, drawn by the server, with progress. */

import { useState } from 'react';

import { drawRace } from '../../core/exports';
import { count } from '../../core/numbers';
import type { Race, RaceDrawing } from '../../protocol/messages';
import { Amount, Choice, Start, useDrawn } from '../exports/drawing';
import { useView } from '../studio';
import { lab, usePlayer } from './lab';

type Format = NonNullable<RaceDrawing['format']>;
const FORMATS: readonly { readonly format: Format; readonly title: string }[] = [
  { format: 'gif', title: 'Film, GIF' },
  { format: 'mp4', title: 'Film, MP4' },
  { format: 'svg', title: 'Figure, SVG' },
  { format: 'png', title: 'Figure, PNG' },
];

export type Drawing = ReturnType<typeof useRaceDrawing>;

export const useRaceDrawing = () => useDrawn(drawRace);

export function LabDrawing({ race, drawing }: { race: Race; drawing: Drawing }) {
  const theme = useView((view) => view.theme);
  const steps = usePlayer((state) => state.steps);
  const [format, setFormat] = useState<Format>('gif');
  const [size, setSize] = useState(640);
  const [frames, setFrames] = useState(60);
  const [fps, setFps] = useState(12);
  const isFilm = format === 'gif' || format === 'mp4';
  return (
    <form
      className="grid gap-2 border-t border-line pt-3"
      aria-label="Film or figure"
      data-testid="lab-drawing"
      onSubmit={(event) => {
        event.preventDefault();
        const step = isFilm ? null : Math.floor(lab.player.position);
        drawing.start({ race, format, step, frames, fps, size, theme });
      }}
    >
      <h3 className="font-medium">Film or figure</h3>
      <p className="text-muted">
        {isFilm
          ? `Steps 0 to ${count(steps)}, evenly: contours, paths and values, as netlapse lab --out draws them.`
          : 'The step on screen: contours, paths and values, for a paper or a slide.'}
      </p>
      <div className="grid grid-cols-2 gap-3">
        <Choice label="Format" value={format} onChange={setFormat}>
          {FORMATS.map((each) => (
            <option key={each.format} value={each.format}>
              {each.title}
            </option>
          ))}
        </Choice>
        <Amount label="Width in pixels" value={size} least={160} most={2048} onChange={setSize} />
        {isFilm && <Amount label="Frames" value={frames} least={2} most={1000} onChange={setFrames} />}
        {isFilm && <Amount label="Frames a second" value={fps} least={1} most={50} onChange={setFps} />}
      </div>
      <Start drawing={drawing}>Draw and save</Start>
    </form>
  );
}
