/** What the architecture is worth, where it lost points, and what brings them back. */

import { useState } from 'react';

import { same } from '../../../core/json';
import { plural } from '../../../core/numbers';
import type { Lost, PartName, ScorePart } from '../../../protocol/messages';
import { Popover } from '../../../ui/Popover';
import { studio } from '../../studio';
import { show } from './actions';
import { useAdvice } from './useAdvice';

/** What each part asks. */
const PARTS: Readonly<Record<PartName, { readonly title: string; readonly asks: string }>> = {
  validity: { title: 'Validity', asks: 'Can it be trained at all?' },
  order: { title: 'Order', asks: 'Do its layers stand where they help?' },
  capacity: { title: 'Capacity', asks: 'Can it learn the data, and no more?' },
  regularization: { title: 'Regularization', asks: 'Is it kept from learning samples by heart?' },
  cost: { title: 'Cost', asks: 'Is its arithmetic well spent?' },
};

export function Score() {
  const { advice } = useAdvice();
  const [open, setOpen] = useState(false);
  if (advice === null) return null;
  const { total, parts } = advice.score;
  const losses = parts.flatMap(({ lost }) => lost);
  const repeated = new Set(
    losses.filter(({ fix }, index) => losses.slice(0, index).some((other) => same(other.fix, fix))),
  );
  return (
    <Popover
      label={`Architecture score: ${total} of 100`}
      testId="score"
      open={open}
      onOpenChange={setOpen}
      buttonClass="button-quiet h-6 px-1.5 text-[12px] tabular-nums"
      panelClass="w-[min(340px,calc(100vw-24px))] max-h-[min(440px,60dvh)] overflow-y-auto p-3"
      button={
        <>
          <span className="text-muted">Score</span> {total}
        </>
      }
    >
      <section aria-label="Architecture score" className="grid gap-3">
        <p>
          <strong className="text-[17px] font-semibold tabular-nums">{total}</strong>{' '}
          <span className="text-muted">of 100 points, for the design alone: no training was done.</span>
        </p>
        {parts.map((part) => (
          <Part key={part.part} part={part} repeated={repeated} />
        ))}
      </section>
    </Popover>
  );
}

interface PartProps {
  readonly part: ScorePart;
  /** Losses whose remedy has its button already. */
  readonly repeated: ReadonlySet<Lost>;
}

function Part({ part: { part, points, of, lost }, repeated }: PartProps) {
  const { title, asks } = PARTS[part];
  return (
    <section aria-label={title}>
      <div className="flex items-baseline justify-between gap-3">
        <h4 className="font-medium">{title}</h4>
        <span className="text-[12px] text-muted tabular-nums">
          {points} of {of}
        </span>
      </div>
      <div className="my-1 h-1 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <div className="h-full bg-accent" style={{ width: `${(100 * points) / of}%` }} />
      </div>
      {lost.length === 0 && <p className="text-[12px] text-muted">{asks} Yes.</p>}
      <ul className="grid gap-1.5">
        {lost.map((loss) => (
          <LostPoints key={loss.sentence} lost={loss} isRepeated={repeated.has(loss)} />
        ))}
      </ul>
    </section>
  );
}

function LostPoints({ lost, isRepeated }: { lost: Lost; isRepeated: boolean }) {
  const { points, sentence, remedy, layer, fix } = lost;
  return (
    <li className="rounded-md bg-warn-soft px-2.5 py-1.5 text-[12px]">
      <p>
        <span className="font-semibold text-warn">−{plural(points, 'point')}: </span>
        {sentence.replaceAll('`', '')} <span className="text-muted">{remedy.replaceAll('`', '')}</span>
      </p>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {fix && !isRepeated && (
          <button
            type="button"
            className="button mt-1 h-6 px-2 text-[12px]"
            onClick={() => studio.applyFix(fix.patch)}
          >
            {fix.title}
          </button>
        )}
        {layer !== null && !isRepeated && (
          <button type="button" className="link mt-1 text-[12px]" onClick={() => show(layer)}>
            Show {layer}
          </button>
        )}
      </div>
    </li>
  );
}
