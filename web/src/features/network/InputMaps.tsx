/** The small pictures of inputs: a feature as a map, a column of the data as a histogram. */

import { useCallback, useMemo } from 'react';

import { fillFeature } from '../../draw/features';
import { GridImage } from '../../draw/heatmap';
import { histogram } from '../../draw/histogram';
import type { Feature } from '../../protocol/messages';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useDataset } from '../queries';

export function FeatureMap({ feature }: { feature: Feature }) {
  const { theme } = usePlotStyle();
  const image = useMemo(() => new GridImage(), []);
  const paint: Paint = useCallback(
    (context, width, height) => {
      const canvas = image.paint(30, 30, (pixels) => fillFeature(pixels, 30, feature, theme));
      context.drawImage(canvas, 0, 0, width, height);
    },
    [feature, theme, image],
  );
  return <Canvas paint={paint} className="block size-full rounded-[5px]" />;
}

const BINS = 9;

/** How an input is distributed over the samples, where it is a column of the data as it is. */
export function InputHistogram({ unit }: { unit: number }) {
  const style = usePlotStyle();
  const { preview } = useDataset();
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      const isColumn = preview !== null && preview.feature_names.length === preview.raw_names.length;
      const values = isColumn ? preview.points.inputs[unit] : undefined;
      if (values === undefined) return;
      const counts = histogram(values, BINS);
      const most = Math.max(1, ...counts);
      context.fillStyle = style.muted;
      const step = (width - 8) / BINS;
      for (const [index, count] of counts.entries()) {
        const tall = (count / most) * (height - 10);
        context.fillRect(4 + index * step, height - 5 - tall, Math.max(1, step - 1), tall);
      }
    },
    [preview, unit, style],
  );
  return <Canvas paint={paint} className="block size-full rounded-[5px]" />;
}
