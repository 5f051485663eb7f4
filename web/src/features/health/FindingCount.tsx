/** On the tab of health: how much the doctor has found. New findings are read out. */

import { plural } from '../../core/numbers';
import { useDoctor, useFindings } from './feeds';

const TONE = {
  error: 'bg-danger text-panel',
  warning: 'bg-warn text-panel',
  advice: 'bg-raised text-ink ring-1 ring-line-strong',
} as const;

/** Nothing where there is none. */
export function FindingCount() {
  const findings = useFindings();
  const worst = findings.find(({ severity }) => severity === 'error') ?? findings[0];
  if (worst === undefined) return null;
  return (
    <span
      data-testid="finding-count"
      className={`min-w-[18px] rounded-full px-1 text-center text-[11px] leading-[18px] font-semibold tabular-nums ${TONE[worst.severity]}`}
      title={`The training doctor has ${plural(findings.length, 'finding')}`}
    >
      {findings.length}
      <span className="sr-only"> {findings.length === 1 ? 'finding' : 'findings'}</span>
    </span>
  );
}

/** New findings, for those who do not see them come. */
export function DoctorNews() {
  const news = useDoctor((state) => state.news);
  return (
    <p className="sr-only" role="status" aria-live="polite" data-testid="doctor-news">
      {news}
    </p>
  );
}
