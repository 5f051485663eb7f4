/** The curves as a table: the newest evaluations first. */

import { count, digits, percent } from '../../core/numbers';
import type { Task } from '../../protocol/messages';
import { RowsTable } from '../../ui/RowsTable';
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
    <RowsTable
      label="Loss and score along the steps"
      rows={rows}
      keyOf={(row) => row}
      columns={[
        { title: 'step', words: (row) => count(step[row] ?? 0) },
        { title: 'loss, train', words: (row) => digits(trainLoss[row]) },
        { title: 'loss, val.', words: (row) => digits(validationLoss[row]) },
        { title: `${name}, train`, words: (row) => score(trainScore[row]) },
        { title: `${name}, val.`, words: (row) => score(validationScore[row]) },
      ]}
      room="max-h-80"
      look="w-full [&_td]:px-1 [&_th]:px-1"
    >
      {rows.length === 0 && <p className="p-2 text-muted">Nothing has been evaluated yet: press Train.</p>}
    </RowsTable>
  );
}
