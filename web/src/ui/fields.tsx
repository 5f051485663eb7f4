/** Fields with a label, help and, where something is wrong, a sentence under them. */

import { type ReactNode, useId, useState } from 'react';

import { digits, parseNumber } from '../core/numbers';
import { numberProblem, type Schema } from '../core/schema';

interface Frame {
  readonly label: string;
  readonly help?: string | undefined;
  readonly problem?: string | null | undefined;
  readonly disabled?: boolean;
}

/** The first sentence of a field's help, without the marks of its source. */
function plain(help: string | undefined): string | undefined {
  return help?.split('\n\n')[0]?.replaceAll('`', '');
}

/** A label over a field, with help beside it and a problem under it. */
export function FieldFrame(
  props: Frame & { id: string; aside?: ReactNode; wide?: boolean; children: ReactNode },
) {
  const help = plain(props.help);
  return (
    <div className={`min-w-0 ${props.wide ? 'wide' : ''}`} title={help}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={props.id} className="truncate text-muted">
          {props.label}
        </label>
        {props.aside}
      </div>
      {props.children}
      {help && (
        <span id={`${props.id}-help`} className="sr-only">
          {help}
        </span>
      )}
      {props.problem && (
        <p id={`${props.id}-problem`} role="alert" className="mt-1 text-[12px] text-danger">
          {props.problem}
        </p>
      )}
    </div>
  );
}

function described(
  id: string,
  help: string | undefined,
  problem: string | null | undefined,
): string | undefined {
  return [help ? `${id}-help` : '', problem ? `${id}-problem` : ''].filter(Boolean).join(' ') || undefined;
}

/** How a number reads in a field: exact, but short. */
function shown(value: number): string {
  return Math.abs(value) !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e9)
    ? String(value)
    : String(Number(value.toPrecision(7)));
}

interface NumberProps extends Frame {
  readonly value: number;
  readonly schema: Schema;
  readonly onCommit: (value: number) => void;
  readonly testId?: string;
  /** Read out in place of the label where several fields share one. */
  readonly name?: string;
  /** A small action at the end of the label's line. */
  readonly aside?: ReactNode;
}

/** A number typed in; it acts on Enter or when the field is left, and says what is wrong with it. */
export function NumberField(props: NumberProps) {
  const id = useId();
  return (
    <FieldFrame {...props} id={id}>
      <NumberInput {...props} id={id} />
    </FieldFrame>
  );
}

export function NumberInput(props: NumberProps & { id?: string; className?: string }) {
  const { value, schema, onCommit } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const own = useId();
  const id = props.id ?? own;
  const commit = () => {
    if (draft === null) return;
    const typed = parseNumber(draft);
    const broken = typed === null ? 'Must be a number.' : numberProblem(typed, schema);
    setWrong(broken);
    if (typed === null || broken !== null) return;
    setDraft(null);
    if (typed !== value) onCommit(typed);
  };
  return (
    <>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        data-testid={props.testId}
        aria-label={props.name}
        aria-invalid={wrong !== null || Boolean(props.problem)}
        aria-describedby={described(id, props.help, wrong ?? props.problem)}
        disabled={props.disabled}
        value={draft ?? shown(value)}
        className={`field ${props.className ?? ''}`}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape' && draft !== null) {
            event.stopPropagation();
            setDraft(null);
            setWrong(null);
          }
          if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
            const next = stepped(value, schema, event.key === 'ArrowUp' ? 1 : -1);
            if (numberProblem(next, schema) === null) onCommit(next);
          }
        }}
      />
      {wrong && (
        <p role="alert" id={`${id}-problem`} className="mt-1 text-[12px] text-danger">
          {wrong}
        </p>
      )}
    </>
  );
}

function stepped(value: number, schema: Schema, direction: 1 | -1): number {
  if (schema.scale === 'log') return Number((value * (direction > 0 ? 1.25 : 0.8)).toPrecision(3));
  const step = schema.step ?? (schema.type === 'integer' ? 1 : 0.05);
  return Number((value + direction * step).toPrecision(12));
}

interface SliderProps extends NumberProps {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly step?: number;
  /** While it is dragged: nothing is committed yet. */
  readonly onPreview?: (value: number) => void;
}

const LOG_STOPS = 240;

/** A slider with its number beside it. Dragging previews, letting go acts. */
export function SliderField(props: SliderProps) {
  const { value, low, high, log = false, onCommit, onPreview } = props;
  const id = useId();
  const [drag, setDrag] = useState<number | null>(null);
  const current = drag ?? value;
  const place = log ? (LOG_STOPS * Math.log(Math.max(low, current) / low)) / Math.log(high / low) : current;
  const valueAt = (raw: number) =>
    log ? Number((low * (high / low) ** (raw / LOG_STOPS)).toPrecision(2)) : Number(raw.toPrecision(12));
  const finish = () => {
    if (drag !== null && drag !== value) onCommit(drag);
    setDrag(null);
  };
  return (
    <FieldFrame {...props} id={id} wide>
      <div className="grid grid-cols-[1fr_64px] items-center gap-2">
        <input
          id={id}
          type="range"
          className="slider"
          disabled={props.disabled}
          min={log ? 0 : low}
          max={log ? LOG_STOPS : high}
          step={log ? 1 : (props.step ?? (high - low) / 100)}
          value={place}
          aria-valuetext={digits(current)}
          aria-describedby={described(id, props.help, props.problem)}
          onChange={(event) => {
            const next = valueAt(Number(event.target.value));
            setDrag(next);
            onPreview?.(next);
          }}
          onPointerUp={finish}
          onKeyUp={finish}
          onBlur={finish}
        />
        <NumberInput
          {...props}
          value={current}
          name={`${props.label}, as a number`}
          className="text-right"
          problem={null}
        />
      </div>
    </FieldFrame>
  );
}

interface SelectProps<T extends string> extends Frame {
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly title: string }[];
  readonly onChange: (value: T) => void;
  readonly testId?: string;
}

export function SelectField<T extends string>(props: SelectProps<T>) {
  const id = useId();
  return (
    <FieldFrame {...props} id={id}>
      <Select {...props} id={id} />
    </FieldFrame>
  );
}

export function Select<T extends string>(
  props: Omit<SelectProps<T>, 'label'> & {
    id?: string;
    name?: string;
    className?: string;
    /** For narrow places: without the mark that it opens. */
    bare?: boolean;
  },
) {
  return (
    <span className={`relative block min-w-0 ${props.className ?? ''}`}>
      <select
        id={props.id}
        data-testid={props.testId}
        aria-label={props.name}
        aria-describedby={props.id ? described(props.id, props.help, props.problem) : undefined}
        disabled={props.disabled}
        value={props.value}
        className={`field appearance-none truncate ${props.bare ? 'px-0.5! text-center' : 'pr-6'}`}
        onChange={(event) => {
          const chosen = props.options.find(({ value }) => value === event.target.value);
          if (chosen) props.onChange(chosen.value);
        }}
      >
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
      {!props.bare && (
        <svg
          aria-hidden="true"
          viewBox="0 0 16 16"
          width="12"
          height="12"
          className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-muted"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
        >
          <path d="M4 6.2 8 10l4-3.8" />
        </svg>
      )}
    </span>
  );
}

interface SwitchProps extends Frame {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly testId?: string;
}

export function CheckField(props: SwitchProps) {
  const id = useId();
  const help = plain(props.help);
  return (
    <div className="wide min-w-0" title={help}>
      <label className="flex min-w-0 items-center gap-2 py-0.5 text-ink" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          data-testid={props.testId}
          className="size-4 shrink-0 accent-accent"
          checked={props.checked}
          disabled={props.disabled}
          aria-describedby={help ? `${id}-help` : undefined}
          onChange={(event) => props.onChange(event.target.checked)}
        />
        <span className="min-w-0 truncate">{props.label}</span>
      </label>
      {help && (
        <span id={`${id}-help`} className="sr-only">
          {help}
        </span>
      )}
    </div>
  );
}

/** One of a few: a row of buttons of which one is pressed. */
export function Segments<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly title: string }[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <div role="group" aria-label={props.label} className="inline-flex rounded-md border border-line p-0.5">
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === props.value}
          onClick={() => props.onChange(option.value)}
          className={`h-6 rounded px-2 text-[12px] font-medium ${option.value === props.value ? 'bg-raised text-ink' : 'text-muted hover:text-ink'}`}
        >
          {option.title}
        </button>
      ))}
    </div>
  );
}
