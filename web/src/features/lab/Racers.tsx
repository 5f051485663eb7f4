/** Who races: optimizers, each with its own numbers, color and place in the list. */

import { useMemo, useState } from 'react';

import { setAt } from '../../core/json';
import {
  defaultOptimizer,
  entryOf,
  isNoisy,
  MOST_RACERS,
  optimizerSchemas,
  optimizerTitle,
  raceOf,
  suggested,
  withRacer,
} from '../../core/labSetup';
import type { Optimizer } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Popover } from '../../ui/Popover';
import { type FormContext, FormProvider } from '../../ui/SchemaForm';
import { change, lab, useLab, useSetup } from './lab';
import { RacerCard } from './RacerCard';

/** An optimizer of a kind with the numbers that suit the surface, else with its defaults. */
function fresh(kind: string): Optimizer {
  const { entries, setup, schema } = lab.store.getState();
  const entry = setup === null ? null : entryOf(setup.surface, entries);
  const suits = suggested(entry, kind === 'adamw' ? 'adam' : kind);
  return { ...defaultOptimizer(kind, schema), ...(suits ?? {}), kind } as Optimizer;
}

export function Racers() {
  const setup = useSetup();
  const schema = useLab((state) => state.schema);
  const raceProblem = useLab((state) => state.raceProblem);
  const [open, setOpen] = useState(false);
  const members = useMemo(() => optimizerSchemas(schema), [schema]);
  const noisy = isNoisy(setup.noise);
  const isFull = setup.racers.length >= MOST_RACERS;
  const form: FormContext = useMemo(
    () => ({
      root: schema,
      document: setup,
      onChange: (path, value) => change((now) => setAt(now, path, value)),
      problems: new Map(raceProblem ? [[raceProblem.place.replace(/^race\./, ''), raceProblem.text]] : []),
    }),
    [schema, setup, raceProblem],
  );
  return (
    <section aria-labelledby="lab-racers" className="grid gap-2">
      <div className="flex items-center justify-between">
        <h2 id="lab-racers" className="heading">
          Racers
        </h2>
        <Popover
          label="Add a racer"
          testId="lab-add"
          open={open}
          onOpenChange={setOpen}
          align="right"
          buttonClass="button h-7 px-2"
          button={
            <>
              <Icon name="plus" size={14} /> Add
            </>
          }
          panelClass="w-44 p-1.5"
        >
          {isFull ? (
            <p className="p-2 text-muted">At most {MOST_RACERS} race: remove one first.</p>
          ) : (
            <ul>
              {members.map(({ kind }) => (
                <li key={kind}>
                  <button
                    type="button"
                    className="flex h-8 w-full items-center rounded-md px-2.5 text-left hover:bg-raised"
                    onClick={() => {
                      setOpen(false);
                      change((now) => withRacer(now, fresh(kind)));
                    }}
                  >
                    {optimizerTitle(kind, noisy)}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Popover>
      </div>
      <FormProvider value={form}>
        <ul className="grid gap-1">
          {setup.racers.map((racer, index) => (
            // The color is the racer's own as long as it is there.
            <RacerCard
              key={racer.color}
              racer={racer}
              index={index}
              options={members.map(({ kind }) => ({ value: kind, title: optimizerTitle(kind, noisy) }))}
              schema={members.find(({ kind }) => kind === racer.optimizer.kind)?.schema ?? null}
              onKind={(kind) => change((now) => setAt(now, ['racers', index, 'optimizer'], fresh(kind)))}
            />
          ))}
        </ul>
      </FormProvider>
      {raceOf(setup) === null && (
        <p className="text-muted">
          Nobody takes part: switch a racer on, or add one, and its path appears on the surface.
        </p>
      )}
    </section>
  );
}
