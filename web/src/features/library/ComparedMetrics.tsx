/** What each run reached; the best value of a row is marked. */

import { bytes, count, digits, epochs, percent } from '../../core/numbers';
import type { Comparison, MetricRow } from '../../protocol/messages';
import { RunTitle } from './RunTitle';

const SHARES = ['accuracy', 'precision', 'recall'];

export function ComparedMetrics({
  comparison,
  titles,
}: {
  comparison: Comparison;
  titles: readonly string[];
}) {
  const { runs, metrics } = comparison;
  const facts: readonly { title: string; values: readonly string[] }[] = [
    { title: 'Steps', values: runs.map((run) => count(run.step)) },
    { title: 'Epochs', values: runs.map((run) => epochs(run.epochs)) },
    { title: 'Seconds of training', values: runs.map((run) => digits(run.seconds)) },
    { title: 'Size of the record', values: runs.map((run) => bytes(run.bytes)) },
  ];
  return (
    <section aria-label="Metrics" className="min-w-0" data-testid="compared-metrics">
      <h3 className="heading mb-2">What they reached</h3>
      <div className="overflow-x-auto" tabIndex={0} role="group" aria-label="Table of metrics">
        <table className="table w-full" aria-label="Metrics of the compared runs">
          <thead>
            <tr>
              <th scope="col">
                <span className="sr-only">Metric</span>
              </th>
              {titles.map((title, index) => (
                <th key={index} scope="col" className="max-w-40 text-right!">
                  <span className="flex justify-end">
                    <RunTitle index={index} title={title} />
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((row) => (
              <tr key={`${row.part} ${row.metric}`}>
                <th scope="row" className="border-t border-line">
                  {row.part} {row.title}
                </th>
                {row.values.map((value, index) => {
                  const isBest = row.best.includes(index);
                  return (
                    <td key={index} className="text-right whitespace-nowrap" data-best={isBest}>
                      {isBest ? (
                        <strong className="text-accent">
                          <span aria-hidden="true">★ </span>
                          {shown(row, value)}
                          <span className="sr-only">, the best</span>
                        </strong>
                      ) : (
                        shown(row, value)
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
            {facts.map(({ title, values }) => (
              <tr key={title}>
                <th scope="row" className="border-t border-line">
                  {title}
                </th>
                {values.map((value, index) => (
                  <td key={index} className="text-right whitespace-nowrap">
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {metrics.length === 0 && (
        <p className="mt-1 text-[12px] text-muted">None of them has been measured yet.</p>
      )}
    </section>
  );
}

function shown({ metric }: MetricRow, value: number | null): string {
  return SHARES.includes(metric) ? percent(value) : digits(value);
}
