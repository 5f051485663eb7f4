/** Numbers in columns, in a box of their own to scroll in, by the keyboard as well. */

import type { ReactNode } from 'react';

export interface RowsColumn<Row> {
  readonly title: string;
  readonly words: (row: Row) => ReactNode;
}

interface Props<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => number;
  readonly columns: readonly RowsColumn<Row>[];
  /** How high the box may be. */
  readonly room: string;
  /** How wide the table is, and its cells. */
  readonly look: string;
  readonly testId?: string;
  /** Under the table. */
  readonly children?: ReactNode;
}

export function RowsTable<Row>({ label, rows, keyOf, columns, room, look, testId, children }: Props<Row>) {
  return (
    <div className={`${room} overflow-auto`} tabIndex={0} role="group" aria-label={label}>
      <table className={`table text-[12px] ${look}`} aria-label={label} data-testid={testId}>
        <thead>
          <tr>
            {columns.map(({ title }) => (
              <th key={title} scope="col" className="text-right! align-bottom">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, words }) => (
                <td key={title} className="text-right whitespace-nowrap">
                  {words(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {children}
    </div>
  );
}
