/** The small map of a unit, or of an input feature. */

import { useCallback, useMemo } from 'react';

import { css, signColor } from '../../draw/colors';
import { fillFeature } from '../../draw/features';
import { fillSigned, GridImage, limitOf } from '../../draw/heatmap';
import { valueAt } from '../../protocol/frames';
import type { Feature } from '../../protocol/messages';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { histogram } from '../../draw/histogram';
import { useDataset } from '../queries';
import { studio } from '../studio';

export function UnitMap({ layer, unit }: { layer: string; unit: number }) {
  const style = usePlotStyle();
  const image = useMemo(() => new GridImage(), []);
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.fillStyle = style.paper;
      context.fillRect(0, 0, width, height);
      const array = studio.pictures.shown?.arrays.get(`unit:${layer}`);
      if (array === undefined || unit >= (array.shape[0] ?? 0)) return;
      if (array.shape.length === 3) {
        const [, rows = 1, columns = 1] = array.shape;
        const canvas = image.paint(columns, rows, (pixels) =>
          fillSigned(pixels, array, unit, limitOf(array), style.theme),
        );
        context.drawImage(canvas, 0, 0, width, height);
        return;
      }
      const columns = array.shape[1] ?? 0;
      const limit = limitOf(array) * 1.1;
      context.strokeStyle = style.line;
      context.beginPath();
      context.moveTo(0, height / 2);
      context.lineTo(width, height / 2);
      context.stroke();
      context.strokeStyle = css(signColor(0.9, style.theme));
      context.lineWidth = 1.5;
      context.beginPath();
      for (let column = 0; column < columns; column++) {
        const y = height / 2 - (valueAt(array, unit * columns + column) / limit) * (height / 2);
        context.lineTo((column / (columns - 1)) * width, y);
      }
      context.stroke();
    },
    [layer, unit, style, image],
  );
  return <Canvas live paint={paint} className="block size-full rounded-[5px]" />;
}

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
