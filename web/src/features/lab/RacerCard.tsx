/** One racer: whether it takes part, its optimizer, its learning rate, and the rest on demand. */

import { useState } from 'react';

import { setAt } from '../../core/json';
import { type LabRacer, MOST_RACERS, racerName, withoutRacer, withRacer } from '../../core/labSetup';
import { field, type Schema } from '../../core/schema';
import { css, inkOn } from '../../draw/colors';
import { racerColor } from '../../draw/labColors';
import { Icon } from '../../ui/Icon';
import { ObjectFields } from '../../ui/SchemaForm';
import { NumberInput, Select } from '../../ui/fields';
import { useView } from '../studio';
import { change, useLab, useSetup } from './lab';

interface Props {
  readonly racer: LabRacer;
  readonly index: number;
  readonly options: readonly { readonly value: string; readonly title: string }[];
  readonly schema: Schema | null;
  readonly onKind: (kind: string) => void;
}

export function RacerCard({ racer, index, options, schema, onKind }: Props) {
  const [open, setOpen] = useState(false);
  const { noise, racers } = useSetup();
  const root = useLab((state) => state.schema);
  const { optimizer, on } = racer;
  const name = `${index + 1}, ${racerName(racer, noise)}`;
  const set = (key: keyof LabRacer, value: unknown) =>
    change((setup) => setAt(setup, ['racers', index, key], value));
  return (
    <li className="rounded-md border border-line" data-testid="lab-racer">
      <div className="grid grid-cols-[auto_minmax(0,1fr)_64px_auto] items-center gap-1.5 px-1.5 py-1">
        <Toggle racer={racer} index={index} name={name} onToggle={() => set('on', !on)} />
        <Select
          name={`Optimizer of racer ${index + 1}`}
          value={optimizer.kind}
          options={options}
          onChange={onKind}
        />
        {schema && (
          <NumberInput
            label=""
            name={`Learning rate of racer ${name}`}
            schema={{ ...field(schema, 'learning_rate', root), scale: 'log' }}
            value={optimizer.learning_rate}
            className="text-right"
            onCommit={(value) => set('optimizer', { ...optimizer, learning_rate: value })}
          />
        )}
        <button
          type="button"
          className="button-quiet size-7 px-0"
          aria-label={`More of racer ${name}`}
          aria-expanded={open}
          title="All numbers, name, duplicate, remove"
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'up' : 'down'} size={14} />
        </button>
      </div>
      {open && (
        <div className="grid gap-2 border-t border-line p-2">
          <div className="grid grid-cols-2 gap-x-3 gap-y-2 [&>.wide]:col-span-2">
            {schema && (
              <ObjectFields
                schema={schema}
                path={['racers', index, 'optimizer']}
                without={['learning_rate']}
              />
            )}
          </div>
          <label className="grid gap-0.5">
            <span className="text-muted">Name</span>
            <input
              className="field"
              maxLength={40}
              placeholder={racerName({ ...racer, name: '' }, noise)}
              defaultValue={racer.name}
              onBlur={(event) => set('name', event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') event.currentTarget.blur();
              }}
            />
          </label>
          <div className="flex gap-2">
            <button
              type="button"
              className="button h-7"
              disabled={racers.length >= MOST_RACERS}
              onClick={() => change((setup) => withRacer(setup, optimizer, racer.name, index))}
            >
              <Icon name="copy" size={14} /> Duplicate
            </button>
            <button
              type="button"
              className="button h-7"
              onClick={() => change((setup) => withoutRacer(setup, index))}
            >
              <Icon name="trash" size={14} /> Remove
            </button>
          </div>
        </div>
      )}
    </li>
  );
}

function Toggle(props: { racer: LabRacer; index: number; name: string; onToggle: () => void }) {
  const { racer, index, name, onToggle } = props;
  const theme = useView((view) => view.theme);
  const color = racerColor(racer.color, theme);
  return (
    <button
      type="button"
      role="switch"
      aria-checked={racer.on}
      aria-label={`Racer ${name} takes part`}
      title={racer.on ? 'Takes part: click to leave it out' : 'Is left out: click to let it race'}
      className="grid size-7 place-items-center"
      onClick={onToggle}
    >
      <span
        className="grid size-5 place-items-center rounded-full border-2 text-[10px] font-semibold"
        style={{
          borderColor: css(color),
          background: racer.on ? css(color) : 'transparent',
          color: racer.on ? inkOn(color) : undefined,
        }}
      >
        {index + 1}
      </span>
    </button>
  );
}
