/** The curves as a table: the newest evaluations first. */

import { count, digits, percent } from '../../core/numbers';
import type { Task } from '../../protocol/messages';
import { useTimeline } from '../studio';

const ROWS = 60;

export function CurvesTable({ task }: { task: Task }) {
  const { step, trainLoss, validationLoss, trainScore, validationScore } = useTimeline(
    (data) => data.evaluations,
  );
  const rows = Array.from({ length: Math.min(ROWS, step.length) }, (_, index) => step.length - 1 - index);
  const score = task === 'regression' ? digits : percent;
  const name = task === 'regression' ? 'R²' : 'accuracy';
  return (
    <div
      className="max-h-80 overflow-auto"
      tabIndex={0}
      role="group"
      aria-label="Loss and score along the steps"
    >
      <table
        className="table w-full text-[12px] [&_td]:px-1 [&_th]:px-1"
        aria-label="Loss and score along the steps"
      >
        <thead>
          <tr>
            {['step', 'loss, train', 'loss, val.', `${name}, train`, `${name}, val.`].map((title) => (
              <th key={title} scope="col" className="text-right!">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <td className="text-right">{count(step[row] ?? 0)}</td>
              <td className="text-right">{digits(trainLoss[row])}</td>
              <td className="text-right">{digits(validationLoss[row])}</td>
              <td className="text-right">{score(trainScore[row])}</td>
              <td className="text-right">{score(validationScore[row])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="p-2 text-muted">Nothing has been evaluated yet: press Train.</p>}
    </div>
  );
}
