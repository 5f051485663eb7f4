/** What happened at a step, and which runs branched off there. */

import { count } from '../../core/numbers';
import type { FlagGroup } from '../../draw/timelineLayout';
import { studio } from '../studio';

const MOST_LINES = 8;

/** A flag for one intervention, or for several that are close; a click goes to its step. */
export function FlagMark({ group, width }: { group: FlagGroup; width: number }) {
  const { x, flags } = group;
  const labels = flags.map((flag) => `step ${count(flag.step)}: ${flag.label}`);
  const text = `${labels.length > 1 ? `${labels.length} flags: ` : ''}${labels.join('; ')}`;
  return (
    <div
      className="group absolute top-0 bottom-3.5 z-10"
      style={{ left: Math.min(x, width - 2) }}
      data-testid="flag"
    >
      <span aria-hidden="true" className="absolute top-1 bottom-0 w-px bg-accent" />
      <button
        type="button"
        aria-label={text}
        className="absolute -top-1 -left-[7px] flex size-[15px] items-center justify-center rounded-full border border-panel bg-accent text-[9px] font-bold text-accent-ink"
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => studio.past.seek(flags[0]?.step ?? 0)}
      >
        <span aria-hidden="true">{labels.length > 1 ? labels.length : ''}</span>
      </button>
      <div
        className={`pointer-events-none absolute bottom-full z-30 mb-1 hidden w-max max-w-72 rounded-md border border-line bg-panel px-2 py-1 text-[12px] shadow-lg group-focus-within:block group-hover:block ${x > width * 0.6 ? 'right-0' : 'left-0'}`}
      >
        {labels.slice(0, MOST_LINES).map((label, index) => (
          <p key={index}>{label}</p>
        ))}
        {labels.length > MOST_LINES && <p className="text-muted">and {labels.length - MOST_LINES} more</p>}
      </div>
    </div>
  );
}

/** Where a branch leaves this run; a click opens it. */
export function BranchMark(props: { x: number; step: number; name: string; run: string }) {
  const text = `Branch at step ${count(props.step)}: open ${props.name}`;
  return (
    <button
      type="button"
      aria-label={text}
      title={text}
      data-testid="branch-mark"
      className="absolute bottom-3 z-10 -ml-[7px] flex size-[15px] items-center justify-center"
      style={{ left: props.x }}
      onPointerDown={(event) => event.stopPropagation()}
      onClick={() => void studio.openRun(props.run)}
    >
      <span aria-hidden="true" className="size-[9px] rotate-45 border-[1.5px] border-ink bg-panel" />
    </button>
  );
}
