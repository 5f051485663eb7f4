/** DOCTOR: what has been found up to the step on screen, what was tried, and what is not shown. */

import { useStore } from 'zustand';

import { findingKey } from '../../core/diagnosis';
import { count, plural } from '../../core/numbers';
import { isTrained } from '../../core/stores';
import { Icon } from '../../ui/Icon';
import { Seeing } from '../guide/Seeing';
import { useIsGuest, usePast, useSpec, useStudio } from '../studio';
import { doctor, useDoctor, useFindings } from './feeds';
import { FindingCard } from './FindingCard';
import { appliedStore, isInForce, takeBack } from './remedy';

export function Doctor() {
  const findings = useFindings();
  const shown = useDoctor((state) => state.shown);
  return (
    <section aria-labelledby="doctor-heading" className="grid gap-2" data-testid="doctor">
      <header className="flex flex-wrap items-center justify-between gap-x-3">
        <div className="flex items-center gap-1">
          <h3 id="doctor-heading" className="text-[14px] font-semibold">
            Doctor
          </h3>
          <Seeing page="doctor" />
        </div>
        {shown !== null && (
          <span className="text-[12px] text-muted tabular-nums" data-testid="diagnosed-step">
            diagnosis of step {count(shown.step)}
          </span>
        )}
      </header>
      {findings.length === 0 ? (
        <Nothing />
      ) : (
        findings.map((finding) => <FindingCard key={findingKey(finding)} finding={finding} />)
      )}
      <Tried />
      <Dismissed />
    </section>
  );
}

/** A healthy run: calm, and honest about what was looked at. */
function Nothing() {
  const trained = useStudio((state) => isTrained(state.status));
  const shown = useDoctor((state) => state.shown);
  const isPast = usePast(({ at }) => at !== null);
  if (shown === null && !trained) {
    return (
      <p className="text-muted" data-testid="doctor-nothing">
        While it trains, the doctor watches for exploding and vanishing gradients, dead and saturated units, a
        learning rate that does not suit, over-fitting and more. Press Train.
      </p>
    );
  }
  return (
    <p className="flex items-center gap-2 text-muted" data-testid="doctor-nothing">
      <Icon name="check" size={14} />
      {shown === null
        ? 'Nothing to say yet.'
        : isPast
          ? 'Nothing found up to here.'
          : 'Nothing found so far.'}
    </p>
  );
}

/** Remedies in force, with the way back; they stay after the finding has gone. */
function Tried() {
  const run = useStudio((state) => state.run);
  const spec = useSpec();
  const isGuest = useIsGuest();
  const all = useStore(appliedStore, (state) => state.all);
  const own = all.filter((one) => one.run === run && isInForce(spec, one.remedy.changes));
  if (own.length === 0 || isGuest) return null;
  return (
    <ul className="grid gap-1" aria-label="Remedies in force">
      {own.map((one) => (
        <li
          key={one.remedy.label}
          className="flex items-center gap-2 rounded-md bg-accent-soft py-1 pr-1 pl-2.5 text-[12px]"
          data-testid="remedy-in-force"
        >
          <Icon name="check" size={13} />
          <span className="min-w-0 flex-1">
            {one.remedy.label} <span className="text-muted">· in force, flagged on the timeline</span>
          </span>
          <button
            type="button"
            className="button h-6 px-2 text-[12px]"
            aria-label={`Undo: ${one.remedy.label}`}
            onClick={() => takeBack(one)}
          >
            Undo
          </button>
        </li>
      ))}
    </ul>
  );
}

function Dismissed() {
  const dismissed = useDoctor((state) => state.dismissed);
  const findings = useDoctor((state) => state.shown?.findings ?? NONE);
  const hidden = findings.map(findingKey).filter((key) => dismissed.has(key));
  if (hidden.length === 0) return null;
  return (
    <p className="text-[12px] text-muted">
      {plural(hidden.length, 'finding')} dismissed for this run.{' '}
      <button
        type="button"
        className="link"
        onClick={() => hidden.forEach((key) => doctor.dismiss(key, false))}
      >
        Show again
      </button>
    </p>
  );
}

const NONE: readonly never[] = [];
