/** The samples of a dataset on a plot. */

import type { DatasetPreview } from '../protocol/messages';
import { scaled } from './axes';
import { classColor, rgb, signColor } from './colors';
import { drawMarks, type Mark } from './marks';
import { placesOf, type Plane } from './plane';
import type { PlotFrame, PlotStyle } from './plotFrame';

/** Which samples are shown. */
export interface Shown {
  readonly showTrain: boolean;
  readonly showValidation: boolean;
}

export function paintSamples(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  plane: Plane,
  preview: DatasetPreview,
  shown: Shown,
  style: PlotStyle,
): void {
  const { target, validation } = preview.points;
  const { xs, ys } = placesOf(preview, plane);
  const classes = preview.class_names.length;
  const limit = targetLimit(preview);
  const marks: Mark[] = [];
  for (const [index, value] of target.entries()) {
    const hollow = validation[index] === true;
    if (hollow ? !shown.showValidation : !shown.showTrain) continue;
    const across = xs[index];
    const up = ys[index];
    if (across == null || up == null || value === null) continue;
    marks.push({
      x: scaled(across, plane.x, frame.left, frame.left + frame.size),
      y: scaled(up, plane.y, frame.top + frame.size, frame.top),
      label: classes > 0 ? value : 0,
      color:
        classes > 0
          ? classColor(value, classes, style.theme)
          : plane.isLine
            ? rgb(style.muted)
            : signColor(value / limit, style.theme),
      hollow,
    });
  }
  const size = marks.length > 1200 ? 2 : marks.length > 500 ? 2.6 : 3.4;
  drawMarks(context, marks, size, style.paper);
}

/** The greatest absolute target: the end of the color scale of samples. */
export function targetLimit(preview: DatasetPreview): number {
  let most = 0;
  for (const value of preview.points.target) if (value !== null) most = Math.max(most, Math.abs(value));
  return most || 1;
}
