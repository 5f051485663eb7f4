/** Vitals in numbers: a row for each recorded step, the newest first. */

import { thinned } from '../../core/vitals';
import type { Vitals } from '../../protocol/messages';
import { type RowsColumn, RowsTable } from '../../ui/RowsTable';
import { StepLink } from './FindingCard';

const MOST_ROWS = 60;
const STEP: MomentsColumn = { title: 'step', words: ({ step }) => <StepLink step={step} /> };

export type MomentsColumn = RowsColumn<Vitals>;

export function MomentsTable(props: {
  readonly label: string;
  readonly moments: readonly Vitals[];
  readonly columns: readonly MomentsColumn[];
  readonly room: string;
  readonly look: string;
  readonly testId?: string;
}) {
  return (
    <RowsTable
      {...props}
      rows={thinned(props.moments, MOST_ROWS).toReversed()}
      keyOf={({ step }) => step}
      columns={[STEP, ...props.columns]}
    />
  );
}
