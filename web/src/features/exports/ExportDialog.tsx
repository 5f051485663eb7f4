/** Export: the run as one file, its tables, a figure or an animation of any view. */

import { useState } from 'react';
import { useStore } from 'zustand';

import { count, plural } from '../../core/numbers';
import { hasSevenPanels, pictureCount, sevenPanelsStore, usualEvery } from '../../core/sevenPanels';
import type { AnimationRequest } from '../../protocol/messages';
import { Dialog } from '../../ui/Dialog';
import { Segments } from '../../ui/fields';
import { useHasImages } from '../microscope/queries';
import { useClassNames } from '../queries';
import { useNewest } from '../sevenPanels/useNewest';
import { usePast, useSpec, useStudio, useView } from '../studio';
import { Amount, Choice, Start, useDrawing } from './drawing';
import { Files } from './Files';

type What = 'file' | 'figure' | 'animation' | 'page';
type ViewName = AnimationRequest['view'];
type Format = NonNullable<AnimationRequest['format']>;

const VIEWS: readonly { readonly view: ViewName; readonly title: string }[] = [
  { view: 'boundary', title: 'Decision boundary' },
  { view: 'feature-maps', title: 'Feature maps' },
  { view: 'loss', title: 'Loss' },
  { view: 'network', title: 'Network' },
  { view: 'weights', title: 'Weights' },
  { view: 'confusion', title: 'Confusion matrix' },
  { view: 'seven-panels', title: 'Seven panels' },
];
/** What suits a view, as in the package: seven panels have more to read. */
const USUAL = { size: 640, fps: 10 } as const;
const USUAL_OF_PANELS = { size: 1280, fps: 4 } as const;

interface Props {
  readonly onClose: () => void;
  /** The view whose animation is offered first. */
  readonly animates?: ViewName;
}

export function ExportDialog({ onClose, animates }: Props) {
  const run = useStudio((state) => state.run);
  const [what, setWhat] = useState<What>(animates === undefined ? 'file' : 'animation');
  return (
    <Dialog title="Export this run" onClose={onClose}>
      {run === null ? (
        <p>There is no run yet. Train one first.</p>
      ) : (
        <div className="grid gap-4">
          <Segments
            label="What to export"
            value={what}
            options={[
              { value: 'file', title: 'File' },
              { value: 'figure', title: 'Figure' },
              { value: 'animation', title: 'Animation' },
              { value: 'page', title: 'Page' },
            ]}
            onChange={setWhat}
          />
          {what === 'file' ? (
            <Files run={run} />
          ) : what === 'page' ? (
            <ReplayPage run={run} />
          ) : (
            <Draw key={what} run={run} isMoving={what === 'animation'} first={animates ?? null} />
          )}
        </div>
      )}
    </Dialog>
  );
}

function Draw({ run, isMoving, first }: { run: string; isMoving: boolean; first: ViewName | null }) {
  const theme = useView((view) => view.theme);
  const newest = useNewest();
  const step = usePast(({ at }) => at) ?? newest;
  const hasImages = useHasImages();
  const hasClasses = useClassNames().length > 0;
  const spec = useSpec();
  const hasPanels = useStudio(({ check }) => hasSevenPanels(spec, check));
  const views = VIEWS.filter(
    ({ view }) =>
      view !== (hasImages ? 'boundary' : 'feature-maps') &&
      (view !== 'confusion' || hasClasses) &&
      (view !== 'seven-panels' || hasPanels),
  );
  const [view, setView] = useState<ViewName>(first ?? views[0]?.view ?? 'loss');
  const isPanels = view === 'seven-panels';
  const usual = isPanels ? USUAL_OF_PANELS : USUAL;
  const chosenEvery = useStore(sevenPanelsStore, (state) => state.every);
  const every = chosenEvery ?? usualEvery(newest);
  const linear = useStore(sevenPanelsStore, (state) => state.linear);
  const [format, setFormat] = useState<Format>(isMoving ? 'gif' : 'png');
  const [chosenSize, setSize] = useState<number | null>(null);
  const [frames, setFrames] = useState(60);
  const [chosenFps, setFps] = useState<number | null>(null);
  const size = chosenSize ?? usual.size;
  const fps = chosenFps ?? usual.fps;
  const drawing = useDrawing(run);
  const wanted: AnimationRequest = {
    view,
    format,
    first: 0,
    last: isMoving ? newest : step,
    frames,
    every: isPanels && isMoving ? every : null,
    fps,
    size,
    theme,
    part: 'validation',
    sample: 0,
    linear,
  };
  const formats = isMoving ? (['gif', 'mp4'] as const) : (['png', 'svg'] as const);
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        drawing.start(wanted);
      }}
    >
      <div className="grid grid-cols-2 gap-3">
        <Choice label="View" value={view} onChange={setView}>
          {views.map(({ view: name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </Choice>
        <Choice label="Format" value={format} onChange={setFormat}>
          {formats.map((name) => (
            <option key={name} value={name}>
              {name.toUpperCase()}
            </option>
          ))}
        </Choice>
        <Amount label="Width in pixels" value={size} least={160} most={2048} onChange={setSize} />
        {isMoving && !isPanels && (
          <Amount label="Frames" value={frames} least={2} most={1000} onChange={setFrames} />
        )}
        {isMoving && isPanels && (
          <Amount
            label="States from one picture to the next"
            value={every}
            least={1}
            most={1_000_000}
            onChange={(value) => {
              if (Number.isInteger(value) && value >= 1) sevenPanelsStore.setState({ every: value });
            }}
          />
        )}
        {isMoving && <Amount label="Frames a second" value={fps} least={1} most={50} onChange={setFps} />}
      </div>
      <p className="text-muted">
        {isMoving
          ? isPanels
            ? `${plural(pictureCount(newest, every), 'picture')}: states 0 to ${count((pictureCount(newest, every) - 1) * every)}, on common scales.`
            : `Steps 0 to ${count(newest)}, evenly. Each frame shows its step as it was.`
          : `Step ${count(step)}, the one on screen.`}
      </p>
      <Start drawing={drawing} disabled={isMoving && newest === 0}>
        Draw and save
      </Start>
    </form>
  );
}

/** Moments that a page holds. */
const MOMENTS = 160;

function ReplayPage({ run }: { run: string }) {
  const newest = useNewest();
  const [frames, setFrames] = useState(MOMENTS);
  const drawing = useDrawing(run);
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        drawing.start({ view: 'boundary', format: 'html', frames });
      }}
    >
      <p>
        One HTML file with the network, the output, the curves, the inspector and the timeline of this run. It
        opens from disk in any browser, needs no network, and fits into a frame of another page.
      </p>
      <div className="grid grid-cols-2 gap-3">
        <Amount label="Moments" value={frames} least={2} most={1000} onChange={setFrames} />
      </div>
      <p className="text-muted">
        Steps 0 to {count(newest)}, closer at the beginning, with every change on the way. Fewer where the
        file would become large.
      </p>
      <Start drawing={drawing} disabled={newest === 0}>
        Make and save
      </Start>
    </form>
  );
}
