/** On the timeline: where a finding begins. A click goes there. */

import { findingKey, findingWords } from '../../core/diagnosis';
import { stepToX } from '../../draw/timelineLayout';
import type { Range } from '../../draw/timelineZoom';
import type { HealthFinding } from '../../protocol/messages';
import { studio } from '../studio';
import { useFindings } from './feeds';

const APART_PX = 14;

export function FindingMarks({ range, width }: { range: Range; width: number }) {
  const findings = useFindings();
  return (
    <>
      {groups(findings, range, width).map(({ x, all }) => (
        <FindingMark
          key={all.map(findingKey).join()}
          x={Math.min(width - 6, Math.max(6, x))}
          findings={all}
        />
      ))}
    </>
  );
}

/** Those in sight from left to right; those that would overlap, as one. */
function groups(findings: readonly HealthFinding[], range: Range, width: number) {
  const found: { x: number; all: HealthFinding[] }[] = [];
  for (const finding of [...findings].sort((a, b) => a.since - b.since)) {
    if (finding.since < range.from || finding.since > range.to) continue;
    const x = stepToX(finding.since, range, width);
    const last = found.at(-1);
    if (last && x - last.x < APART_PX) last.all.push(finding);
    else found.push({ x, all: [finding] });
  }
  return found;
}

function FindingMark({ x, findings }: { x: number; findings: readonly HealthFinding[] }) {
  const text = `Found by the training doctor: ${findings.map(findingWords).join('; ')}`;
  const isError = findings.some(({ severity }) => severity === 'error');
  return (
    <button
      type="button"
      aria-label={text}
      title={text}
      data-testid="finding-mark"
      className={`absolute bottom-3 z-10 -ml-[8px] flex size-4 items-center justify-center ${isError ? 'text-danger' : 'text-warn'}`}
      style={{ left: x }}
      onPointerDown={(event) => event.stopPropagation()}
      onClick={() => studio.past.seek(findings[0]?.since ?? 0)}
    >
      <svg aria-hidden="true" viewBox="0 0 16 16" width="15" height="15">
        <path d="M8 1.5 15 14H1z" className="fill-current stroke-panel" strokeWidth="1.2" />
        <path d="M8 6.2v3.6M8 11.6h.01" className="stroke-panel" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
    </button>
  );
}
