/** How one number comes about: the formula, the same with the numbers, its terms, and the engine's own number. */

import { useState } from 'react';

import { count, digits } from '../../core/numbers';
import { arithmeticOf, layerOf, plainly, quantityName, unitQuantity, wordsOf } from '../../core/walk';
import { BATCH, openArithmetic, type Target, type WalkData, walkWith } from '../../core/walkState';
import type { ArithmeticAnswer, CalculationLine } from '../../protocol/messages';
import { NumberInput } from '../../ui/fields';
import { Icon } from '../../ui/Icon';
import { FactorButton, Terms } from './Terms';
import { Tex } from './Tex';
import { useArithmetic } from './useArithmetic';

export function ArithmeticPanel({ walk, open }: { walk: WalkData; open: Target }) {
  const { told, busy } = useArithmetic(walk, open);
  const phases = arithmeticOf(walk, open);
  return (
    <section
      aria-label="Arithmetic"
      className="grid grid-cols-[minmax(0,1fr)] content-start gap-2.5"
      data-testid="walk-arithmetic"
    >
      <header className="flex items-start justify-between gap-2">
        <h3 className="min-w-0 font-semibold wrap-break-word">{wordsOf(open)}</h3>
        <button
          type="button"
          className="button-quiet -mt-1 size-7 shrink-0 px-0"
          aria-label="Close the arithmetic"
          title="Close (Esc)"
          onClick={() => openArithmetic(null)}
        >
          <Icon name="close" size={14} />
        </button>
      </header>
      <div role="group" aria-label="Which number" className="flex flex-wrap gap-1">
        {phases.map((phase) => (
          <button
            key={phase}
            type="button"
            aria-pressed={phase === open.phase}
            className={`h-6 rounded border px-2 text-[12px] font-medium ${phase === open.phase ? 'border-accent text-ink' : 'border-line text-muted hover:text-ink'}`}
            onClick={() => openArithmetic({ ...open, phase })}
          >
            {open.parameter === '' ? unitQuantity(phase, open.layer) : quantityName(phase, open.parameter)}
          </button>
        ))}
        <Bias walk={walk} open={open} />
      </div>
      <Place walk={walk} open={open} />
      {told?.problem ? (
        <p role="alert" className="text-danger">
          {told.problem}
        </p>
      ) : told?.answer ? (
        <div
          className={`grid grid-cols-[minmax(0,1fr)] gap-2.5 ${busy ? 'opacity-60' : ''}`}
          aria-busy={busy}
        >
          {walk.values.update_of === 'batch' && walk.values.row === null && told.answer.row !== null && (
            <p className="rounded-md bg-warn-soft px-2 py-1 text-[12px]">
              The drawing shows means over the batch; this is its sample {count(told.answer.row)}.{' '}
              <button
                type="button"
                className="link"
                onClick={() => walkWith({ ...BATCH, row: told.answer?.row ?? 0 })}
              >
                Show that sample everywhere
              </button>
            </p>
          )}
          <Calculation key={JSON.stringify(told.target)} answer={told.answer} />
          <p className="text-[11px] text-muted tabular-nums">
            At step {count(told.step)}
            {told.answer.row !== null && `, of sample ${count(told.answer.row)} of the batch`}. Units,
            channels, rows and columns count from 1; samples from 0, as in the data.
          </p>
        </div>
      ) : (
        <p className="text-[12px] text-muted" role="status">
          Working it out…
        </p>
      )}
    </section>
  );
}

/** From a unit to its bias. */
function Bias({ walk, open }: { walk: WalkData; open: Target }) {
  const own = layerOf(walk.values, open.layer)?.parameters.find(({ name }) => name === 'bias');
  const unit = open.index.at(-1);
  if (open.parameter !== '' || own === undefined || !own.trainable || unit === undefined) return null;
  return (
    <button
      type="button"
      className="h-6 rounded border border-line px-2 text-[12px] font-medium text-muted hover:text-ink"
      onClick={() =>
        openArithmetic({ ...open, parameter: 'bias', index: [unit], phase: 'gradient', row: null })
      }
    >
      its bias
    </button>
  );
}

const AXES: Readonly<Record<string, readonly string[]>> = {
  'unit 3': ['row', 'column', 'channel'],
  'unit 1': ['unit'],
  'entry 1': ['unit'],
  'entry 2': ['from', 'to'],
  'entry 4': ['row', 'column', 'in', 'out'],
};

/** Which unit or entry it is, typed; counted from 1. */
function Place({ walk, open }: { walk: WalkData; open: Target }) {
  const layer = layerOf(walk.values, open.layer);
  const shape =
    open.parameter === ''
      ? (layer?.shape ?? walk.arrays.get('a:input')?.shape ?? [])
      : (layer?.parameters.find(({ name }) => name === open.parameter)?.shape ?? []);
  const names = AXES[`${open.parameter === '' ? 'unit' : 'entry'} ${open.index.length}`] ?? [];
  return (
    <div className="flex flex-wrap gap-2">
      {open.index.map((entry, axis) => {
        const name = names[axis] ?? `axis ${axis + 1}`;
        return (
          <label key={axis} className="flex items-center gap-1 text-[12px] text-muted">
            {name}
            <NumberInput
              label={name}
              name={name}
              className="w-14!"
              value={entry + 1}
              schema={{ type: 'integer', minimum: 1, maximum: Math.max(1, shape[axis] ?? 1) }}
              onCommit={(next) =>
                openArithmetic({ ...open, index: open.index.map((old, i) => (i === axis ? next - 1 : old)) })
              }
            />
          </label>
        );
      })}
    </div>
  );
}

function Calculation({ answer }: { answer: ArithmeticAnswer }) {
  const { sentence, formula, numbers, terms, bias, scale, lines, symbol } = answer;
  return (
    <>
      <p data-testid="arithmetic-sentence">{plainly(sentence)}</p>
      <Tex block tex={formula} testId="arithmetic-formula" />
      {numbers && <Tex wraps tex={numbers} testId="arithmetic-numbers" />}
      {terms.length > 0 && <Terms answer={answer} />}
      {scale !== null && scale !== 1 && (
        <p className="flex justify-between gap-2 px-1.5 text-[12px] tabular-nums">
          <span className="text-muted">the sum, times</span>
          <strong>{digits(scale, 4)}</strong>
        </p>
      )}
      {bias !== null && (
        <div
          className="flex items-center justify-between gap-2 px-1.5 text-[12px] tabular-nums"
          data-testid="walk-bias"
        >
          <span className="flex items-center gap-1.5 text-muted">
            and the bias <FactorButton factor={bias} />
          </span>
          <strong>{digits(bias.value, 4)}</strong>
        </div>
      )}
      {lines.length > 0 && <Lines lines={lines} />}
      <Result answer={answer} symbol={symbol} />
    </>
  );
}

function Lines({ lines }: { lines: readonly CalculationLine[] }) {
  return (
    <ol
      className="grid grid-cols-[minmax(0,1fr)] gap-2"
      aria-label="Lines of the calculation"
      data-testid="walk-lines"
    >
      {lines.map((line, at) => (
        <li key={at} className="rounded border border-line px-2 py-1">
          <p className="flex justify-between gap-2 text-[12px]">
            <span className="text-muted">{line.label}</span>
            <strong className="tabular-nums">{digits(line.value, 4)}</strong>
          </p>
          <Tex wraps tex={`${line.symbol} = ${line.formula}${line.numbers ? ` = ${line.numbers}` : ''}`} />
        </li>
      ))}
    </ol>
  );
}

/** Both are written out: that they are equal is what the page promises. */
function Result({ answer, symbol }: { answer: ArithmeticAnswer; symbol: string }) {
  const { result, expected } = answer;
  const [isExact, setExact] = useState(false);
  const show = (value: number | null) => digits(value, isExact ? 9 : 5);
  return (
    <div
      className="grid gap-0.5 border-t border-line pt-2 text-[12px] tabular-nums"
      data-testid="walk-result"
    >
      <p className="flex items-center justify-between gap-2">
        <Tex tex={`${symbol} =`} />
        <strong className="text-[14px]" data-testid="walk-result-value">
          {show(result)}
        </strong>
      </p>
      <p className="flex items-center justify-between gap-2 text-muted">
        <span>the engine&rsquo;s own number</span>
        <span data-testid="walk-expected">{show(expected)}</span>
      </p>
      <button type="button" className="link justify-self-end text-[11px]" onClick={() => setExact(!isExact)}>
        {isExact ? 'Fewer digits' : 'All digits'}
      </button>
    </div>
  );
}
