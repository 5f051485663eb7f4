/** The timeline as tables: the loss along the steps, and what was changed when. */

import { count, digits } from '../../core/numbers';
import { tableRows } from '../../draw/timelineLayout';
import { Dialog } from '../../ui/Dialog';
import { useTimeline } from '../studio';

const ROWS = 100;

export function TimelineTable({ onClose }: { onClose: () => void }) {
  const data = useTimeline((all) => all);
  const rows = tableRows(data, ROWS);
  return (
    <Dialog title="Timeline" onClose={onClose}>
      {data.flags.length > 0 && (
        <table className="table mb-4 w-full" aria-label="Interventions">
          <thead>
            <tr>
              <th scope="col" className="text-right!">
                step
              </th>
              <th scope="col">what happened</th>
            </tr>
          </thead>
          <tbody>
            {data.flags.map((flag, index) => (
              <tr key={index}>
                <td className="text-right">{count(flag.step)}</td>
                <td>{flag.label}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <table className="table w-full" aria-label="Training loss along the steps">
        <thead>
          <tr>
            {['steps', 'least training loss', 'greatest'].map((title) => (
              <th key={title} scope="col" className="text-right!">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.first}>
              <td className="text-right">
                {row.first === row.last ? count(row.first) : `${count(row.first)} to ${count(row.last)}`}
              </td>
              <td className="text-right">{digits(row.low)}</td>
              <td className="text-right">{digits(row.high)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
