/** How the quantities of a layer are distributed: histograms, or the same as tables. */

import { useCallback } from 'react';

import { count, digits } from '../../core/numbers';
import { binEdges, paintHistogram } from '../../draw/histogram';
import type { Layer, Summary } from '../../protocol/messages';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { useNumbers } from '../studio';

/** How many training samples the probe looks at (`netlapse.engine.probes.layers`). */
const PROBED = 1024;

export function Distributions({ layer, asTable }: { layer: Layer; asTable: boolean }) {
  const layers = useNumbers((numbers) => numbers.layers);
  const part = layers.find((candidate) => candidate.layer === layer.id);
  if (!part) return <p className="text-muted">Reading the distributions of this layer…</p>;
  return (
    <div className="min-w-0">
      <p className="mb-2 text-[12px] text-muted">
        The whole layer {layer.id}, on up to {count(PROBED)} training samples.
      </p>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(156px,1fr))] content-start gap-4">
        {part.summaries.map((summary) => (
          <Distribution key={summary.quantity} summary={summary} asTable={asTable} />
        ))}
      </div>
    </div>
  );
}

export function Distribution({ summary, asTable }: { summary: Summary; asTable: boolean }) {
  const style = usePlotStyle();
  const paint: Paint = useCallback(
    (context, width, height) => paintHistogram(context, width, height, summary, style.theme, style.line),
    [summary, style],
  );
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-baseline justify-between gap-2">
        <span className="font-medium">
          {summary.quantity.charAt(0).toUpperCase() + summary.quantity.slice(1)}
        </span>
        <span className="text-[12px] text-muted tabular-nums">{count(summary.count)} values</span>
      </figcaption>
      {asTable ? (
        <BinsTable summary={summary} />
      ) : (
        <>
          <Canvas
            paint={paint}
            className="block h-14 w-full"
            label={`Histogram of the ${summary.quantity}, from ${digits(summary.minimum)} to ${digits(summary.maximum)}`}
          />
          <div className="flex justify-between text-[11px] text-muted tabular-nums">
            <span>{digits(summary.minimum)}</span>
            <span>{digits(summary.maximum)}</span>
          </div>
        </>
      )}
      <p className="text-[12px] text-muted tabular-nums">
        mean {digits(summary.mean)}, deviation {digits(summary.standard_deviation)}, norm{' '}
        {digits(summary.norm)}
      </p>
      {summary.not_finite > 0 && (
        <p className="text-danger">{count(summary.not_finite)} values are not finite.</p>
      )}
    </figure>
  );
}

/** The bars of a histogram as rows. */
function BinsTable({ summary }: { summary: Summary }) {
  return (
    <div
      className="max-h-40 overflow-y-auto"
      tabIndex={0}
      role="group"
      aria-label={`Table of the ${summary.quantity}`}
    >
      <table className="table w-full text-[12px] [&_td]:px-1 [&_td]:py-0.5 [&_th]:px-1">
        <thead>
          <tr>
            {['from', 'to', 'values'].map((title) => (
              <th key={title} scope="col" className="text-right!">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {binEdges(summary).map(([low, high], index) => (
            <tr key={index}>
              <td className="text-right">{digits(low)}</td>
              <td className="text-right">{digits(high)}</td>
              <td className="text-right">{count(summary.counts[index] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
