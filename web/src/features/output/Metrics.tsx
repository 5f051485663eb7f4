/** Metrics of both splits at the step shown, the confusion matrix, and the same per class. */

import { count, digits, percent } from '../../core/numbers';
import { classColor, css, inkOn, mix, rgb } from '../../draw/colors';
import type { Evaluation, SplitMetrics, Task } from '../../protocol/messages';
import { usePlotStyle } from '../Canvas';

interface Row {
  readonly name: string;
  readonly id: string;
  readonly read: (split: SplitMetrics) => string;
}

const loss: Row = {
  name: 'Loss',
  id: 'loss',
  read: (split) => (split.loss === null ? 'not finite' : digits(split.loss)),
};
const CLASS_ROWS: readonly Row[] = [
  loss,
  { name: 'Accuracy', id: 'accuracy', read: (split) => percent(split.accuracy) },
  { name: 'Precision', id: 'precision', read: (split) => percent(split.precision) },
  { name: 'Recall', id: 'recall', read: (split) => percent(split.recall) },
  { name: 'F1', id: 'f1', read: (split) => digits(split.f1) },
];
const FIRST_ROWS = ['loss', 'accuracy', 'r2'];
const NUMBER_ROWS: readonly Row[] = [
  loss,
  { name: 'MAE', id: 'mae', read: (split) => digits(split.mae) },
  { name: 'RMSE', id: 'rmse', read: (split) => digits(split.rmse) },
  { name: 'R²', id: 'r2', read: (split) => digits(split.r2) },
];

/** A cell of the confusion matrix. */
export interface Cell {
  readonly truth: number;
  readonly predicted: number;
}

interface TableProps {
  readonly evaluation: Evaluation | null;
  readonly task: Task;
  /** The loss and the score alone, or what is beside them. */
  readonly part: 'first' | 'rest';
}

export function MetricsTable({ evaluation, task, part }: TableProps) {
  const all = task === 'regression' ? NUMBER_ROWS : CLASS_ROWS;
  const rows = all.filter((row) => FIRST_ROWS.includes(row.id) === (part === 'first'));
  const averaged =
    task === 'multiclass' && part === 'rest' ? 'precision, recall and F1: mean over classes' : '';
  const note = part === 'first' && evaluation ? `measured at step ${count(evaluation.step)}` : averaged;
  return (
    <table className="table w-full" aria-label={part === 'first' ? 'Loss and score' : 'More metrics'}>
      <thead>
        <tr>
          <th scope="col">
            <span className="sr-only">Metric</span>
          </th>
          <th scope="col" className="text-right!">
            train
          </th>
          <th scope="col" className="text-right!">
            validation
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row" className="border-t border-line">
              {row.name}
            </th>
            <td className="text-right" data-testid={`train-${row.id}`}>
              {evaluation ? row.read(evaluation.train) : '–'}
            </td>
            <td className="text-right" data-testid={`validation-${row.id}`}>
              {evaluation?.validation ? row.read(evaluation.validation) : '–'}
            </td>
          </tr>
        ))}
      </tbody>
      {note && (
        <caption className="caption-bottom px-2 pt-1 text-left text-[12px] text-muted">{note}</caption>
      )}
    </table>
  );
}

/** Precision, recall and F1 of each class. */
export function ClassTable({ split, names }: { split: SplitMetrics; names: readonly string[] }) {
  return (
    <table className="table w-full" aria-label="Metrics of each class">
      <thead>
        <tr>
          {['class', 'precision', 'recall', 'F1'].map((title, index) => (
            <th key={title} scope="col" className={index > 0 ? 'text-right!' : ''}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {names.map((name, index) => (
          <tr key={index}>
            <th scope="row" className="max-w-32 truncate border-t border-line">
              {name}
            </th>
            <td className="text-right">{percent(split.class_precision?.[index])}</td>
            <td className="text-right">{percent(split.class_recall?.[index])}</td>
            <td className="text-right">{digits(split.class_f1?.[index])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ConfusionProps {
  readonly split: SplitMetrics;
  readonly names: readonly string[];
  /** The cell whose samples are shown. */
  readonly chosen?: Cell | null;
  /** Where samples can be shown: a click on a cell. */
  readonly onChoose?: (cell: Cell) => void;
}

/** Counts of true against predicted classes. It is a table, shaded by the share of the row. */
export function ConfusionMatrix({ split, names, chosen, onChoose }: ConfusionProps) {
  const style = usePlotStyle();
  const shade = (label: number, share: number) =>
    mix(rgb(style.paper), classColor(label, names.length, style.theme), 0.75 * share);
  const rows = split.confusion ?? [];
  const isLarge = names.length > 5;
  return (
    <table
      className="w-full border-separate border-spacing-px text-center tabular-nums"
      aria-label="Confusion matrix"
      data-testid="confusion"
    >
      <thead>
        <tr>
          <th className="w-28 p-1 text-left text-[11px] font-normal text-muted">true ↓ predicted →</th>
          {names.map((name, index) => (
            <th
              key={index}
              scope="col"
              title={name}
              className="max-w-16 truncate p-1 text-[11px] font-medium text-muted"
            >
              {isLarge ? name.slice(0, 4) : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, actual) => {
          const total = row.reduce((sum, value) => sum + value, 0) || 1;
          return (
            <tr key={actual}>
              <th
                scope="row"
                title={names[actual]}
                className="max-w-24 truncate p-1 text-left text-[11px] font-medium text-muted"
              >
                {names[actual]}
              </th>
              {row.map((value, predicted) => {
                const color = shade(actual, value / total);
                const isChosen = chosen?.truth === actual && chosen.predicted === predicted;
                return (
                  <td
                    key={predicted}
                    className={`rounded-sm ${isLarge ? 'p-0.5 text-[11px]' : 'p-1.5'} ${actual === predicted ? 'font-semibold' : ''}`}
                    style={{ background: css(color), color: inkOn(color) }}
                  >
                    {onChoose && value > 0 ? (
                      <button
                        type="button"
                        className={`w-full rounded-sm ${isChosen ? 'outline-2 outline-ink' : 'hover:underline'}`}
                        aria-pressed={isChosen}
                        aria-label={`${count(value)} of class ${names[actual]} taken for ${names[predicted]}`}
                        onClick={() => onChoose({ truth: actual, predicted })}
                      >
                        {count(value)}
                      </button>
                    ) : (
                      count(value)
                    )}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
