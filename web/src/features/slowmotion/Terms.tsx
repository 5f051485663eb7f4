/** The terms of a sum, each with its factors, linked to the numbers in the network. Long sums fold. */

import { useState } from 'react';
import { useStore } from 'zustand';

import { digits, plural } from '../../core/numbers';
import { keyOf } from '../../core/walk';
import { light, openArithmetic, type Ref, type Target, walkStore } from '../../core/walkState';
import type { ArithmeticAnswer, Factor, Term } from '../../protocol/messages';
import { Tex } from './Tex';

const FIRST = 8;
const MORE = 100;

/** Quantities of a factor that have arithmetic of their own. */
const OPENED: Readonly<Record<string, Target['phase']>> = {
  z: 'z',
  a: 'a',
  dz: 'dz',
  da: 'da',
  w: 'update',
  gradient: 'gradient',
  used: 'update',
  update: 'update',
};

/** The number of the network that a factor is; null for a constant. */
export function refOf({ layer, parameter, index }: Factor): Ref | null {
  return layer === '' ? null : { layer, parameter, index };
}

const refsOf = (factors: readonly Factor[]): Ref[] => factors.flatMap((factor) => refOf(factor) ?? []);

export function Terms({ answer }: { answer: ArithmeticAnswer }) {
  const { terms, count: total, rest, winner, operation } = answer;
  const [most, setMost] = useState(FIRST);
  const lit = useStore(walkStore, (state) => state.lit);
  const keys = new Set(lit.map(keyOf));
  const shown = terms.slice(0, most);
  const left = terms.length - shown.length;
  const leftSum = terms.slice(most).reduce((sum, { value }) => sum + (value ?? 0), 0) + (rest ?? 0);
  return (
    <div className="grid gap-1" data-testid="walk-terms">
      <ol className="grid gap-0.5" aria-label={operation === 'maximum' ? 'Candidates' : 'Terms'}>
        {shown.map((term, at) => (
          <Row
            key={at}
            term={term}
            isLit={refsOf(term.factors).some((ref) => keys.has(keyOf(ref)))}
            isWinner={winner === at}
          />
        ))}
      </ol>
      {total > shown.length && (
        <p className="flex flex-wrap justify-between gap-2 px-1.5 text-[12px] tabular-nums">
          {left > 0 ? (
            <button type="button" className="link" onClick={() => setMost(most + MORE)}>
              …and {plural(total - shown.length, 'more term')}
            </button>
          ) : (
            <span className="text-muted">
              …and {plural(total - shown.length, 'more term')} that are not listed
            </span>
          )}
          {operation === 'sum' && (
            <span title="The sum of those that are not shown">{digits(leftSum, 4)}</span>
          )}
        </p>
      )}
      {most > FIRST && (
        <button
          type="button"
          className="link justify-self-start px-1.5 text-[12px]"
          onClick={() => setMost(FIRST)}
        >
          Fold
        </button>
      )}
    </div>
  );
}

function Row({ term, isLit, isWinner }: { term: Term; isLit: boolean; isWinner: boolean }) {
  const { label, factors, value } = term;
  return (
    <li
      className={`grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 rounded px-1.5 py-0.5 ${isLit ? 'bg-raised' : ''} ${isWinner ? 'outline-1 outline-line-strong' : ''}`}
      data-lit={isLit ? '' : undefined}
      onPointerEnter={() => light(refsOf(factors))}
      onPointerLeave={() => light([])}
    >
      <span className="truncate text-[11px] text-muted" title={label}>
        {label}
        {isWinner && ' · the largest'}
      </span>
      <strong className="row-span-2 text-right text-[12px] tabular-nums">{digits(value, 4)}</strong>
      <span className="flex flex-wrap items-center gap-x-1 text-[12px] tabular-nums">
        {factors.map((factor, at) => (
          <span key={at} className="flex items-center gap-1">
            {at > 0 && <span aria-hidden="true">×</span>}
            <FactorButton factor={factor} />
          </span>
        ))}
      </span>
    </li>
  );
}

/** One number; it opens how it came about, where that is known. */
export function FactorButton({ factor }: { factor: Factor }) {
  const { symbol, value, quantity, row } = factor;
  const ref = refOf(factor);
  const phase = OPENED[quantity];
  const words = (
    <>
      <span className="text-muted">
        <Tex tex={symbol} />
      </span>{' '}
      {digits(value, 4)}
    </>
  );
  if (ref === null || phase === undefined || (ref.layer === 'input' && phase === 'a'))
    return <span className="px-0.5">{words}</span>;
  return (
    <button
      type="button"
      className="rounded px-0.5 hover:bg-raised"
      onPointerEnter={() => light([ref])}
      onFocus={() => light([ref])}
      onBlur={() => light([])}
      onClick={() => openArithmetic({ ...ref, phase, row })}
    >
      {words}
    </button>
  );
}
