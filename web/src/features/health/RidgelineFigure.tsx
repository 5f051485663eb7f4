/** The distribution of one quantity of a layer over the steps, as ridges. A click goes to the step. */

import { useCallback, useMemo, useRef } from 'react';

import { count, digits } from '../../core/numbers';
import { summaryOf } from '../../core/vitals';
import { unscaled } from '../../draw/axes';
import { paintRidgeline, ridgelineFrame } from '../../draw/ridgeline';
import type { Moment, Ridgeline } from '../../draw/ridgelineLayout';
import { valueScale } from '../../draw/ridgelineScale';
import type { Summary, Vitals } from '../../protocol/messages';
import { Canvas, type Paint } from '../Canvas';
import { studio } from '../studio';
import { useChartStyle } from './style';

interface Props {
  readonly layer: string;
  readonly quantity: Summary['quantity'];
  readonly moments: readonly Vitals[];
  readonly shown: Vitals | null;
}

const HEIGHT = 188;

export function momentsOf(
  moments: readonly Vitals[],
  layer: string,
  quantity: Summary['quantity'],
): Moment[] {
  return moments.flatMap((moment) => {
    const summary = summaryOf(moment, layer, quantity);
    return summary === null ? [] : [{ step: moment.step, summary }];
  });
}

export function RidgelineFigure({ layer, quantity, moments, shown }: Props) {
  const style = useChartStyle();
  const ridges = useMemo(() => momentsOf(moments, layer, quantity), [moments, layer, quantity]);
  const onScreen = shown?.step ?? null;
  const drawn = useRef<Ridgeline | null>(null);
  const paint: Paint = useCallback(
    (context, width, height) => {
      drawn.current = paintRidgeline(context, width, height, ridges, onScreen, style);
    },
    [ridges, onScreen, style],
  );
  const summary = summaryOf(shown, layer, quantity);
  const [first, last] = [ridges[0]?.step ?? 0, ridges.at(-1)?.step ?? 0];
  const { range, bend } = useMemo(() => valueScale(ridges), [ridges]);
  const title = quantity.charAt(0).toUpperCase() + quantity.slice(1);
  return (
    <figure className="min-w-0" data-testid={`ridgeline-${quantity.replaceAll(' ', '-')}`}>
      <figcaption className="flex items-baseline justify-between gap-2">
        <span className="font-medium">{title}</span>
        <span className="text-[11px] text-muted tabular-nums">{count(summary?.count ?? 0)} values</span>
      </figcaption>
      <div
        className="cursor-pointer"
        onClick={(event) => {
          const layout = drawn.current;
          if (layout === null) return;
          const box = event.currentTarget.getBoundingClientRect();
          const frame = ridgelineFrame(box.width, box.height);
          const step = unscaled(event.clientY - box.top, layout.steps, frame.top, frame.bottom);
          studio.past.seek(Math.round(Math.min(layout.steps.high, Math.max(layout.steps.low, step))));
        }}
      >
        <Canvas
          paint={paint}
          className="block w-full"
          style={{ height: HEIGHT }}
          label={`${title} of ${layer} from step ${count(first)} to ${count(last)}, between ${digits(range.low)} and ${digits(range.high)}`}
        />
      </div>
      {summary && onScreen !== null && (
        <p className="text-[11px] text-muted tabular-nums">
          mean {digits(summary.mean)}, σ {digits(summary.standard_deviation)}, {digits(summary.minimum)} to{' '}
          {digits(summary.maximum)}
          {bend !== null && ' · logarithmic both ways'}
        </p>
      )}
      {summary !== null && summary.not_finite > 0 && (
        <p className="text-[11px] text-danger">{count(summary.not_finite)} values are not finite.</p>
      )}
    </figure>
  );
}
