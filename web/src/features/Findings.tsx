/** Findings: a sentence and, where there is one, the button that applies the remedy. */

import type { Finding, Severity } from '../protocol/messages';
import { Icon } from '../ui/Icon';
import { studio } from './studio';

const LOOK: Readonly<Record<Severity, string>> = {
  error: 'bg-danger-soft text-danger',
  warning: 'bg-warn-soft text-warn',
  advice: 'bg-raised text-muted',
};
const WORD: Readonly<Record<Severity, string>> = { error: 'Error', warning: 'Warning', advice: 'Advice' };

export function FindingRow({ finding }: { finding: Finding }) {
  const { fix } = finding;
  return (
    <div
      className={`flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md px-2.5 py-1.5 text-[12px] ${LOOK[finding.severity]}`}
      role={finding.severity === 'error' ? 'alert' : undefined}
      data-testid="finding"
    >
      {finding.severity !== 'advice' && <Icon name="warning" size={13} />}
      <p className="min-w-40 flex-1">
        <span className="font-semibold">{WORD[finding.severity]}: </span>
        {finding.message.replaceAll('`', '')}
      </p>
      {fix && (
        <button
          type="button"
          className="button h-6 px-2 text-[12px]"
          onClick={() => studio.applyFix(fix.patch)}
        >
          {fix.title}
        </button>
      )}
    </div>
  );
}
