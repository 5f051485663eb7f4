/** The image that is walked with, as the first layer reads it. */

import { useCallback, useMemo } from 'react';

import { numbersOf, spread } from '../../core/walk';
import type { WalkData } from '../../core/walkState';
import { pixel } from '../../draw/colors';
import { GridImage } from '../../draw/heatmap';
import { Canvas, type Paint } from '../Canvas';

export function WalkImage({ walk }: { walk: WalkData }) {
  const image = numbersOf(walk, 'a', 'input');
  const sheet = useMemo(() => new GridImage(), []);
  const paint: Paint = useCallback(
    (context, width, height) => {
      const [rows = 1, columns = 1, channels = 1] = image?.shape ?? [];
      if (image === undefined) return;
      const { least, greatest } = spread(image);
      const shade = (at: number) =>
        Math.round((255 * ((image.data[at] ?? 0) - least)) / (greatest - least || 1));
      const picture = sheet.paint(columns, rows, (pixels) => {
        for (let at = 0; at < pixels.length; at++) {
          const channel = (which: number) => shade(at * channels + Math.min(which, channels - 1));
          pixels[at] = pixel([channel(0), channel(1), channel(2)]);
        }
      });
      context.imageSmoothingEnabled = false;
      context.drawImage(picture, 0, 0, width, height);
    },
    [image, sheet],
  );
  if (image?.shape.length !== 3) return null;
  return (
    <Canvas
      paint={paint}
      className="size-12 shrink-0 rounded-sm border border-line"
      label={
        walk.values.samples > 1 && walk.values.row === null
          ? 'The mean image of the batch'
          : 'The image that is walked with'
      }
      testId="walk-image"
    />
  );
}
