/** One finding: where, since when, the numbers it rests on, why it matters, and what helps. */

import { useState } from 'react';

import { evidenceWords, findingKey, plain } from '../../core/diagnosis';
import { count } from '../../core/numbers';
import type { HealthFinding, Remedy, Severity } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { studio, useIsGuest, usePast } from '../studio';
import { doctor } from './feeds';
import { showOverTime } from './places';
import { applyRemedy } from './remedy';

const EDGE: Readonly<Record<Severity, string>> = {
  error: 'border-l-danger',
  warning: 'border-l-warn',
  advice: 'border-l-line-strong',
};
const INK: Readonly<Record<Severity, string>> = {
  error: 'text-danger',
  warning: 'text-warn',
  advice: 'text-muted',
};
const WORD: Readonly<Record<Severity, string>> = { error: 'Error', warning: 'Warning', advice: 'Advice' };

export function FindingCard({ finding, inLayer = false }: { finding: HealthFinding; inLayer?: boolean }) {
  const { title, severity, layer, since, evidence, explanation, remedies } = finding;
  const isGuest = useIsGuest();
  const [isOpen, setOpen] = useState(() => !inLayer || matchMedia('(min-width: 900px)').matches);
  return (
    <article
      className={`rounded-md border border-l-[3px] border-line bg-panel px-3 py-2 ${EDGE[severity]}`}
      aria-label={`${WORD[severity]}: ${title}${layer === null ? '' : ` in ${layer}`}`}
      data-testid={`finding-${findingKey(finding)}`}
    >
      <header className="flex items-start gap-2">
        <span className={`mt-[2px] ${INK[severity]}`}>
          <Icon name={severity === 'advice' ? 'hint' : 'warning'} size={14} />
        </span>
        <h4 className="min-w-0 flex-1">
          <span className="sr-only">{WORD[severity]}: </span>
          <span className="font-semibold">{title}</span>
          {layer !== null && !inLayer && (
            <>
              {' in '}
              <button
                type="button"
                className="link"
                title={`Look at ${layer} over time`}
                onClick={() => showOverTime(layer)}
              >
                {layer}
              </button>
            </>
          )}
          <span className="text-[12px] text-muted">
            {' · since '}
            <StepLink step={since} />
          </span>
        </h4>
        {inLayer && (
          <button
            type="button"
            className="button-quiet -mt-0.5 size-6 px-0 text-muted"
            aria-expanded={isOpen}
            aria-label={`What “${title}” means`}
            title={isOpen ? 'Less' : 'What it means, and what helps'}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? 'up' : 'down'} size={12} />
          </button>
        )}
        <button
          type="button"
          className="button-quiet -mt-0.5 -mr-1.5 size-6 px-0 text-muted"
          aria-label={`Do not show “${title}” any more for this run`}
          title="Do not show this any more for this run"
          onClick={() => doctor.dismiss(findingKey(finding), true)}
        >
          <Icon name="close" size={12} />
        </button>
      </header>
      {isOpen && (
        <>
          <p className="mt-1 text-[12.5px]">{plain(explanation)}</p>
          <ul className="mt-1.5 grid gap-0.5 text-[12px] text-muted tabular-nums" aria-label="Evidence">
            {evidence.map((one, at) => {
              const { what, value, limit } = evidenceWords(one);
              return (
                <li key={at}>
                  {what} <span className="font-medium text-ink">{value}</span>
                  {limit && ` (threshold ${limit})`} at <StepLink step={one.step} />
                </li>
              );
            })}
          </ul>
          {!isGuest && remedies.length > 0 && <Remedies remedies={remedies} />}
        </>
      )}
    </article>
  );
}

function Remedies({ remedies }: { remedies: readonly Remedy[] }) {
  const isPast = usePast(({ at }) => at !== null);
  return (
    <div className="mt-2 grid justify-items-start gap-1.5">
      <div className="flex flex-wrap gap-1.5">
        {remedies.map((remedy) => (
          <button
            key={remedy.label}
            type="button"
            className="button h-auto min-h-7 px-2.5 text-left text-[12px] whitespace-normal!"
            title={
              remedy.changes.length > 0
                ? 'Acts from the next step on, and leaves a flag on the timeline; it can be undone'
                : 'Needs new weights: a new run, with a way back to this one'
            }
            onClick={() => applyRemedy(remedy)}
          >
            {plain(remedy.label)}
            {remedy.changes.length === 0 && <span className="text-muted">(new run)</span>}
          </button>
        ))}
      </div>
      {isPast && (
        <p className="text-[11px] text-muted">
          In the past, a remedy waits: below you choose whether it acts now, or in a branch from this step.
        </p>
      )}
    </div>
  );
}

/** A step that a click goes to. */
export function StepLink({ step }: { step: number }) {
  return (
    <button
      type="button"
      className="link tabular-nums"
      title={`Go to step ${count(step)}`}
      onClick={() => studio.past.seek(step)}
    >
      step {count(step)}
    </button>
  );
}
