/** All numbers of the panels as a table, for those who read or cannot see colors. */

import { useState } from 'react';

import { count, digits } from '../../core/numbers';
import { panelsOf, type Panels } from '../../draw/sevenPanels';
import { useNumbers } from '../studio';

const SIGNIFICANT = 4;
const MOST_ROWS = 600;

interface Row {
  readonly name: string;
  readonly value: number;
  readonly gradient: number;
}

export function NumbersTable({ ids }: { ids: readonly string[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="panels-numbers">
      <summary className="text-muted">All weights, biases and gradients as a table</summary>
      {isOpen && <Table ids={ids} />}
    </details>
  );
}

function Table({ ids }: { ids: readonly string[] }) {
  const drawable = useNumbers((numbers) => numbers.drawable);
  const panels = panelsOf(drawable, ids);
  if (panels === null) return null;
  const all = rowsOf(panels);
  return (
    <div
      className="mt-2 max-h-96 max-w-2xl overflow-auto rounded-md border border-line"
      tabIndex={0}
      role="region"
      aria-label="Numbers of the panels"
    >
      <table className="w-full text-right tabular-nums">
        <caption className="px-3 py-1 text-left text-muted">
          State {count(panels.step)}, loss {digits(panels.loss, SIGNIFICANT)}
        </caption>
        <thead>
          <tr className="border-b border-line">
            <th scope="col" className="px-3 py-1 text-left font-medium">
              Parameter
            </th>
            <th scope="col" className="px-3 py-1 font-medium">
              Value
            </th>
            <th scope="col" className="px-3 py-1 font-medium">
              Gradient
            </th>
          </tr>
        </thead>
        <tbody>
          {all.slice(0, MOST_ROWS).map(({ name, value, gradient }) => (
            <tr key={name}>
              <th scope="row" className="px-3 py-0.5 text-left font-normal">
                {name}
              </th>
              <td className="px-3">{digits(value, SIGNIFICANT)}</td>
              <td className="px-3">{digits(gradient, SIGNIFICANT)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > MOST_ROWS && (
        <p className="px-3 py-1 text-muted">
          The first {count(MOST_ROWS)} of {count(all.length)}.
        </p>
      )}
    </div>
  );
}

function rowsOf({ layers }: Panels): Row[] {
  return layers.flatMap((layer) => {
    const { id, to } = layer;
    const weights = Array.from(layer.kernel, (value, at) => ({
      name: `${id}: weight ${Math.floor(at / to) + 1} → ${(at % to) + 1}`,
      value,
      gradient: layer.kernelGradient[at] ?? NaN,
    }));
    const biases = Array.from(layer.bias ?? [], (value, at) => ({
      name: `${id}: bias ${at + 1}`,
      value,
      gradient: layer.biasGradient?.[at] ?? NaN,
    }));
    return [...weights, ...biases];
  });
}
