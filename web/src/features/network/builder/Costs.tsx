/** What each layer costs: numbers to learn, arithmetic and memory of one sample. */

import { shortCount } from '../../../core/layerWords';
import { bytes, count } from '../../../core/numbers';
import type { MemoryEstimate } from '../../../protocol/messages';
import { useStudio } from '../../studio';
import { show } from './actions';

export function Costs() {
  const examination = useStudio((state) => state.check?.examination ?? null);
  if (examination === null || examination.layers.length === 0) return null;
  const { layers } = examination;
  const total = (of: 'multiply_adds' | 'memory_bytes') => layers.reduce((sum, layer) => sum + layer[of], 0);
  return (
    <section aria-labelledby="costs-heading" data-testid="costs">
      <h3 id="costs-heading" className="font-medium">
        What it costs
      </h3>
      <p className="mb-1.5 text-[12px] text-muted">
        Parameters in all; multiply-adds and memory for one sample.
      </p>
      <table className="w-full table-fixed text-right text-[11px] tabular-nums">
        <thead className="text-muted">
          <tr>
            <th scope="col" className="w-[34%] py-0.5 text-left font-medium">
              Layer
            </th>
            <th scope="col" className="font-medium" title="Parameters">
              Par.
            </th>
            <th scope="col" className="font-medium" title="Multiply-adds of one sample">
              Mult.
            </th>
            <th scope="col" className="font-medium" title="Memory of one sample's output">
              Mem.
            </th>
          </tr>
        </thead>
        <tbody>
          {layers.map(({ layer, parameters, multiply_adds, memory_bytes, output_shape }) => (
            <tr key={layer} className="border-t border-line">
              <th scope="row" className="py-0.5 text-left font-normal">
                <button
                  type="button"
                  className="block w-full truncate text-left hover:underline"
                  title={`Select ${layer}`}
                  onClick={() => show(layer)}
                >
                  {layer}
                </button>
              </th>
              <Amount value={parameters} />
              <Amount value={multiply_adds} />
              <td title={bytes(memory_bytes)}>{output_shape ? shortBytes(memory_bytes) : '–'}</td>
            </tr>
          ))}
        </tbody>
        <tfoot className="font-medium">
          <tr className="border-t border-line-strong">
            <th scope="row" className="py-0.5 text-left font-medium">
              All
            </th>
            <Amount value={examination.parameters} />
            <Amount value={total('multiply_adds')} />
            <td title={bytes(total('memory_bytes'))}>{shortBytes(total('memory_bytes'))}</td>
          </tr>
        </tfoot>
      </table>
      {examination.trainable && examination.memory && <Memory memory={examination.memory} />}
    </section>
  );
}

const PARTS: readonly { readonly of: keyof MemoryEstimate; readonly title: string }[] = [
  { of: 'data', title: 'Training samples' },
  { of: 'activations', title: 'What layers give for a batch' },
  { of: 'parameters', title: 'Parameters' },
  { of: 'gradients', title: 'Their gradients' },
  { of: 'optimizer', title: "The optimizer's moments" },
  { of: 'copies', title: 'The state before a step' },
];

function Memory({ memory }: { memory: MemoryEstimate }) {
  return (
    <details className="mt-2 text-[12px]">
      <summary className="tabular-nums">Training takes about {bytes(memory.total)} of memory</summary>
      <dl className="mt-1 grid grid-cols-[1fr_auto] gap-x-3 tabular-nums">
        {PARTS.map(({ of, title }) => (
          <div key={of} className="contents">
            <dt className="text-muted">{title}</dt>
            <dd className="text-right">{bytes(Number(memory[of]))}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Amount({ value }: { value: number }) {
  return (
    <td title={count(value)} className={value === 0 ? 'text-muted' : ''}>
      {value === 0 ? '–' : shortCount(value)}
    </td>
  );
}

/** A size in the room of a column: 480 B, 4.7 KB, 50 KB, 1.2 MB. */
function shortBytes(value: number): string {
  const [number = '', unit = ''] = bytes(value).split(' ');
  return unit === 'bytes' ? `${number} B` : `${Number(Number(number).toPrecision(2))} ${unit}`;
}
