/** OUTPUT: what the network answers, how well, and how it got there. */

import { lazy, Suspense, useEffect, useState } from 'react';

import { replayed } from '../../core/guest';
import type { OutputView } from '../../core/landscape';
import { showAgain } from '../../core/looksDrawing';
import { defaultAxes, viewStore } from '../../core/view';
import type { DatasetPreview } from '../../protocol/messages';
import { Segments } from '../../ui/fields';
import { Seeing } from '../guide/Seeing';
import { useHasImages, useRun } from '../microscope/queries';
import { useDataset } from '../queries';
import { OpenPanels } from '../sevenPanels/OpenPanels';
import { useIsGuest, useMoment, useSpec, useView } from '../studio';
import { AxesChoice } from './AxesChoice';
import { BoundaryPlot } from './BoundaryPlot';
import { DrawPad } from './DrawPad';
import { Gallery } from './Gallery';
import { PlotLegend } from './PlotLegend';
import { Predictions } from './Predictions';
import { Progress } from './Progress';
import { TryIt } from './TryIt';

/** Fetched when the spaces of weights or inputs are first looked at. */
const Spaces = lazy(() => import('../landscape/Spaces'));

export function OutputPanel() {
  const { preview } = useDataset();
  const images = useHasImages();
  return (
    <section aria-labelledby="output-heading" className="flex flex-col gap-4 p-4" data-testid="output-panel">
      {images ? <ImageOutput preview={preview} /> : <PlaneOutput preview={preview} />}
      {!images && <OpenPanels />}
      <Progress preview={preview} />
      {!images && <TryIt preview={preview} />}
    </section>
  );
}

const LANDSCAPE = { value: 'landscape', title: 'Landscape' } as const;

/** What the network takes images for. */
function ImageOutput({ preview }: { preview: DatasetPreview | null }) {
  const [shown, setShown] = useState<'predictions' | 'draw' | 'hardest' | 'landscape'>('predictions');
  const isGuest = useIsGuest();
  const run = useRun();
  // Another run has not seen the drawing yet.
  const at = useMoment();
  useEffect(() => {
    if (at !== undefined) showAgain(run, at);
  }, [run, at]);
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <div className="flex items-center gap-1">
          <h2 id="output-heading" className="heading">
            Output
          </h2>
          <Seeing page={shown === 'landscape' ? 'landscape' : 'images'} />
        </div>
        <Segments
          label="What the network takes images for"
          value={shown}
          options={[
            { value: 'predictions', title: 'Predictions' },
            { value: 'draw', title: 'Draw' },
            { value: 'hardest', title: 'Most misclassified' },
            ...(isGuest ? [] : [LANDSCAPE]),
          ]}
          onChange={setShown}
        />
      </div>
      {shown === 'predictions' && <Predictions />}
      {shown === 'draw' && <DrawPad preview={preview} />}
      {shown === 'hardest' && <Hardest preview={preview} />}
      {shown === 'landscape' && (
        <Suspense>
          <Spaces shown="landscape" />
        </Suspense>
      )}
    </div>
  );
}

/** The whole validation part by loss: what the network gets most wrong. */
function Hardest({ preview }: { preview: DatasetPreview | null }) {
  const part = preview?.validation === 0 ? 'train' : 'validation';
  return <Gallery choice={{ part, truth: null, predicted: null }} names={preview?.class_names ?? []} />;
}

/** What the network answers over the plane of its inputs. */
function PlaneOutput({ preview }: { preview: DatasetPreview | null }) {
  const spec = useSpec();
  const chosen = useView((view) => view.axes);
  const axes = chosen ?? defaultAxes(spec);
  const discrete = useView((view) => view.discrete);
  const isLine = preview?.raw_names.length === 1;
  const [chosenView, setShown] = useState<OutputView>('answer');
  const isGuest = useIsGuest();
  const offered: readonly { value: OutputView; title: string }[] = [
    { value: 'answer', title: 'Answer' },
    // A page without a server holds no other pictures.
    ...(preview?.raw_names.length === 2 && replayed() === null
      ? [{ value: 'warped' as const, title: 'Warped' }]
      : []),
    ...(isGuest ? [] : [LANDSCAPE]),
  ];
  const shown = offered.some(({ value }) => value === chosenView) ? chosenView : 'answer';
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <div className="flex items-center gap-1">
          <h2 id="output-heading" className="heading">
            Output
          </h2>
          <Seeing page={shown === 'answer' ? 'output' : shown} />
        </div>
        {offered.length > 1 && (
          <Segments
            label="What of the network is shown"
            value={shown}
            options={offered}
            onChange={setShown}
          />
        )}
        {shown === 'answer' && !isLine && (
          <Segments
            label="Shades"
            value={discrete ? 'discrete' : 'smooth'}
            options={[
              { value: 'smooth', title: 'Smooth' },
              { value: 'discrete', title: 'Discrete' },
            ]}
            onChange={(value) => viewStore.setState({ discrete: value === 'discrete' })}
          />
        )}
      </div>
      {shown === 'answer' ? (
        <>
          <BoundaryPlot preview={preview} axes={axes} />
          {preview && <PlotLegend preview={preview} isLine={isLine} />}
          {preview && preview.raw_names.length > 2 && <AxesChoice preview={preview} axes={axes} />}
        </>
      ) : (
        <Suspense>
          <Spaces shown={shown} />
        </Suspense>
      )}
    </div>
  );
}
