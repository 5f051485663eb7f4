/** What colors, shapes and fillings of the big plot stand for, and which samples are shown. */

import { useCallback } from 'react';

import { digits } from '../../core/numbers';
import { viewStore } from '../../core/view';
import { MAP_ALPHA } from '../../draw/boundaryPlot';
import { classColor, css, signColor } from '../../draw/colors';
import { limitOf } from '../../draw/heatmap';
import { SHAPE_NAMES } from '../../draw/marks';
import { targetLimit } from '../../draw/samples';
import type { DatasetPreview } from '../../protocol/messages';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useNumbers, useView } from '../studio';
import { ShapeIcon } from './ShapeIcon';

export function PlotLegend({ preview, isLine }: { preview: DatasetPreview; isLine: boolean }) {
  const style = usePlotStyle();
  const showTrain = useView((view) => view.showTrain);
  const showValidation = useView((view) => view.showValidation);
  const hovered = useView((view) => view.hovered);
  const names = preview.class_names;
  return (
    <div className="mt-1 flex flex-col gap-2 pl-9 text-[12px] text-muted">
      {hovered !== null || (names.length === 0 && !isLine) ? (
        <ScaleBar target={targetLimit(preview)} />
      ) : (
        names.length > 0 && (
          <ul className="flex flex-wrap gap-x-3 gap-y-1" aria-label="Classes">
            {names.map((name, index) => (
              <li key={index} className="flex items-center gap-1.5">
                <ShapeIcon shape={index} color={css(classColor(index, names.length, style.theme))} />
                <span className="max-w-28 truncate">{name}</span>
                <span className="sr-only">, drawn as a {SHAPE_NAMES[index % SHAPE_NAMES.length]}</span>
              </li>
            ))}
          </ul>
        )
      )}
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        <label className="flex items-center gap-1.5">
          <input
            type="checkbox"
            className="size-3.5 accent-accent"
            checked={showTrain}
            onChange={(event) => viewStore.setState({ showTrain: event.target.checked })}
          />
          training samples (filled)
        </label>
        {preview.validation > 0 && (
          <label className="flex items-center gap-1.5">
            <input
              type="checkbox"
              className="size-3.5 accent-accent"
              checked={showValidation}
              onChange={(event) => viewStore.setState({ showValidation: event.target.checked })}
            />
            validation (hollow)
          </label>
        )}
      </div>
    </div>
  );
}

/** The sign scale with its ends printed: of the hovered unit's maps, or of the targets. */
function ScaleBar({ target }: { target: number }) {
  const style = usePlotStyle();
  const hovered = useView((view) => view.hovered);
  const maps = useNumbers(({ drawable }) => (hovered ? drawable?.arrays.get(`unit:${hovered.layer}`) : null));
  const limit = maps ? limitOf(maps) : hovered ? null : target;
  const paint: Paint = useCallback(
    (context, width, height) => {
      context.clearRect(0, 0, width, height);
      context.globalAlpha = MAP_ALPHA;
      for (let x = 0; x < width; x++) {
        context.fillStyle = css(signColor((2 * x) / width - 1, style.theme));
        context.fillRect(x, 0, 1, height);
      }
      context.globalAlpha = 1;
    },
    [style.theme],
  );
  return (
    <div className="flex items-center gap-2 tabular-nums">
      <span>{limit === null ? '–' : digits(-limit)}</span>
      <Canvas
        paint={paint}
        className="h-2 min-w-0 flex-1 rounded-sm"
        label="Color scale from negative (orange) to positive (blue)"
      />
      <span>{limit === null ? '–' : digits(limit)}</span>
    </div>
  );
}
