/** The part of the plane that is shown. */

import { useState } from 'react';

import { domainOf, entryOf, type LabSetup } from '../../core/labSetup';
import type { Domain } from '../../protocol/messages';
import { NumberInput } from '../../ui/fields';
import { change, lab, useDomain, useLab, useSetup } from './lab';

const COORDINATE = { type: 'number', minimum: -1e6, maximum: 1e6, step: 1 } as const;

export function PlaneForm() {
  const setup = useSetup();
  const domain = useDomain();
  const entries = useLab((state) => state.entries);
  const [problem, setProblem] = useState('');
  const own = entryOf(setup.surface, entries)?.domain;
  const isOwn = own === undefined || JSON.stringify(own) === JSON.stringify(domainOf(setup, entries));
  const attempt = async (next: Domain) => {
    const surface = setup.surface.kind === 'expression' ? { ...setup.surface, domain: next } : setup.surface;
    const wrong = await lab.tryGrid(surface, next);
    setProblem(wrong);
    if (wrong === '') change((now) => withDomain(now, next));
  };
  const side = (axis: 'x' | 'y', end: 0 | 1) => (
    <NumberInput
      name={`${end === 0 ? 'Least' : 'Greatest'} ${axis} shown`}
      label=""
      schema={COORDINATE}
      value={domain[axis][end]}
      problem={problem || null}
      onCommit={(value) => {
        const pair: [number, number] = [domain[axis][0], domain[axis][1]];
        pair[end] = value;
        void attempt({ ...domain, [axis]: pair });
      }}
    />
  );
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 flex w-full justify-between text-muted">
        Part of the plane
        {!isOwn && (
          <button type="button" className="link text-[12px]" onClick={() => void attempt(own)}>
            as it was
          </button>
        )}
      </legend>
      {(['x', 'y'] as const).map((axis) => (
        <div key={axis} className="grid grid-cols-[12px_1fr_auto_1fr] items-center gap-2">
          <i>{axis}</i>
          {side(axis, 0)}
          <span className="text-muted">to</span>
          {side(axis, 1)}
        </div>
      ))}
      {problem && (
        <p role="alert" className="text-[12px] text-danger">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

function withDomain(setup: LabSetup, domain: Domain): LabSetup {
  return setup.surface.kind === 'expression'
    ? { ...setup, surface: { ...setup.surface, domain } }
    : { ...setup, domain };
}
