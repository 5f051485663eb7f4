/** OUTPUT: what the network answers, how well, and how it got there. */

import { useEffect, useState } from 'react';

import { showAgain } from '../../core/looksDrawing';
import { defaultAxes, viewStore } from '../../core/view';
import type { DatasetPreview } from '../../protocol/messages';
import { Segments } from '../../ui/fields';
import { useHasImages, useRun } from '../microscope/queries';
import { useDataset } from '../queries';
import { useSpec, useView } from '../studio';
import { AxesChoice } from './AxesChoice';
import { BoundaryPlot } from './BoundaryPlot';
import { DrawPad } from './DrawPad';
import { Gallery } from './Gallery';
import { PlotLegend } from './PlotLegend';
import { Predictions } from './Predictions';
import { Progress } from './Progress';
import { TryIt } from './TryIt';

export function OutputPanel() {
  const { preview } = useDataset();
  const images = useHasImages();
  return (
    <section aria-labelledby="output-heading" className="flex flex-col gap-4 p-4" data-testid="output-panel">
      {images ? <ImageOutput preview={preview} /> : <PlaneOutput preview={preview} />}
      <Progress preview={preview} />
      {!images && <TryIt preview={preview} />}
    </section>
  );
}

/** What the network takes images for. */
function ImageOutput({ preview }: { preview: DatasetPreview | null }) {
  const [shown, setShown] = useState<'predictions' | 'draw' | 'hardest'>('predictions');
  const run = useRun();
  // Another run has not seen the drawing yet.
  useEffect(() => showAgain(run), [run]);
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 id="output-heading" className="heading">
          Output
        </h2>
        <Segments
          label="What the network takes images for"
          value={shown}
          options={[
            { value: 'predictions', title: 'Predictions' },
            { value: 'draw', title: 'Draw' },
            { value: 'hardest', title: 'Most misclassified' },
          ]}
          onChange={setShown}
        />
      </div>
      {shown === 'predictions' && <Predictions />}
      {shown === 'draw' && <DrawPad preview={preview} />}
      {shown === 'hardest' && <Hardest preview={preview} />}
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
  return (
    <div>
      <div className="mb-2 flex items-center justify-between gap-2">
        <h2 id="output-heading" className="heading">
          Output
        </h2>
        {!isLine && (
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
      <BoundaryPlot preview={preview} axes={axes} />
      {preview && <PlotLegend preview={preview} isLine={isLine} />}
      {preview && preview.raw_names.length > 2 && <AxesChoice preview={preview} axes={axes} />}
    </div>
  );
}
