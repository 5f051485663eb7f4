/** Forms made of the JSON Schema of the documents: one field for each property. */

import { createContext, type ReactNode, use, useId } from 'react';

import { getAt, isObject, type Path, writePath } from '../core/json';
import { field, fieldTitle, initial, kinds, kindTitle, optional, type Schema } from '../core/schema';
import { CheckField, NumberField, Select, SelectField, SliderField } from './fields';

export interface FormContext {
  readonly root: Schema;
  /** The document that all paths lead into. */
  readonly document: unknown;
  readonly onChange: (path: Path, value: unknown, mark?: string) => void;
  /** What is wrong with the field at a path, written `training.optimizer.learning_rate`. */
  readonly problems: ReadonlyMap<string, string>;
  /** While a slider is dragged. */
  readonly onPreview?: (path: Path, value: unknown) => void;
}

export const FormProvider = createContext<FormContext | null>(null);

function useForm(): FormContext {
  const form = use(FormProvider);
  if (form === null) throw new Error('A form field stands outside of a form.');
  return form;
}

/** Sliders where a range is given and small enough to be worth dragging. */
function sliderRange(
  schema: Schema,
  value: number,
): { low: number; high: number; log: boolean; step?: number } | null {
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const high = schema.maximum ?? schema.exclusiveMaximum;
  if (schema.scale === 'log') {
    if (high !== undefined && high > 1)
      return { low: Math.min(1e-5, value || 1e-5), high: Math.max(10, value), log: true };
    return null;
  }
  if (low === undefined || high === undefined) return null;
  if (schema.step !== undefined) return { low, high, log: false, step: schema.step };
  if (schema.type === 'number' && low === 0 && high <= 1) {
    const end = schema.exclusiveMaximum === undefined ? high : 0.99;
    return { low, high: end, log: false, step: 0.01 };
  }
  if (schema.type === 'integer' && high - low <= 20) return { low, high, log: false, step: 1 };
  return null;
}

/** What every source of data has comes after what is its own. */
const LAST = ['validation_fraction', 'seed'];

/** All fields of an object but those left out. */
export function ObjectFields({
  schema,
  path,
  without = [],
}: {
  schema: Schema;
  path: Path;
  without?: readonly string[];
}) {
  const { root } = useForm();
  const names = Object.keys(schema.properties ?? {}).filter(
    (name) => name !== 'kind' && !without.includes(name),
  );
  const last = names.filter((name) => LAST.includes(name));
  return [...names.filter((name) => !LAST.includes(name)), ...last].map((name) => (
    <SchemaField key={name} schema={field(schema, name, root)} path={[...path, name]} />
  ));
}

/** One field, by what its schema says. */
export function SchemaField({ schema, path, label }: { schema: Schema; path: Path; label?: string }) {
  if (schema.oneOf) return <UnionField schema={schema} path={path} {...(label ? { label } : {})} />;
  if (schema.anyOf) return <OptionalField schema={schema} path={path} {...(label ? { label } : {})} />;
  if (schema.properties) return <ObjectFields schema={schema} path={path} />;
  return <PlainField schema={schema} path={path} {...(label ? { label } : {})} />;
}

function PlainField(props: { schema: Schema; path: Path; label?: string; aside?: ReactNode }) {
  const { schema, path, label, aside } = props;
  const { document, onChange, onPreview, problems } = useForm();
  const name = String(path.at(-1));
  const value = getAt(document, path);
  const unit = schema.unit && schema.unit !== name ? ` (${schema.unit})` : '';
  const written = writePath(path);
  const common = {
    label: label ?? fieldTitle(name) + unit,
    help: schema.description,
    problem: problems.get(written),
  };
  if (schema.enum) {
    const options = schema.enum.map((option) => ({ value: option, title: kindTitle(option) }));
    return (
      <SelectField
        {...common}
        value={String(value)}
        options={options}
        onChange={(next) => onChange(path, next)}
      />
    );
  }
  if (schema.type === 'boolean') {
    return <CheckField {...common} checked={value === true} onChange={(next) => onChange(path, next)} />;
  }
  if (typeof value === 'number') {
    const range = sliderRange(schema, value);
    const commit = (next: number) => onChange(path, next, written);
    if (range) {
      return (
        <SliderField
          {...common}
          {...range}
          schema={schema}
          value={value}
          onCommit={commit}
          {...(onPreview ? { onPreview: (next: number) => onPreview(path, next) } : {})}
        />
      );
    }
    return <NumberField {...common} schema={schema} value={value} onCommit={commit} aside={aside} />;
  }
  if (schema.type === 'string' && schema.control === undefined) {
    return <TextField {...common} value={String(value)} onChange={(next) => onChange(path, next)} />;
  }
  return null;
}

function TextField(props: {
  label: string;
  help: string | undefined;
  problem: string | undefined;
  value: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="min-w-0" title={props.help}>
      <label htmlFor={id} className="truncate text-muted">
        {props.label}
      </label>
      <input
        id={id}
        key={props.value}
        className="field"
        spellCheck={false}
        aria-invalid={Boolean(props.problem)}
        defaultValue={props.value}
        onBlur={(event) => {
          if (event.target.value !== props.value) props.onChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      {props.problem && (
        <p role="alert" className="mt-1 text-[12px] text-danger">
          {props.problem}
        </p>
      )}
    </div>
  );
}

/** A choice among kinds, and the fields of the chosen one. */
export function UnionField(props: {
  schema: Schema;
  path: Path;
  label?: string;
  /** Fields of the chosen kind that are shown; all unless given. */
  only?: readonly string[];
}) {
  const { schema, path, label, only } = props;
  const { root, document, onChange, problems } = useForm();
  const members = kinds(schema, root);
  const value = getAt(document, path);
  const kind = isObject(value) ? kindOf(value['kind']) : '';
  const member = members.find((candidate) => candidate.kind === kind);
  const isOptimizer = writePath(path) === 'training.optimizer';
  const choose = (next: string) => {
    const chosen = members.find((candidate) => candidate.kind === next);
    if (!chosen) return;
    const fresh: Record<string, unknown> = { ...asObject(initial({ ...chosen.schema }, root)), kind: next };
    // Another optimizer keeps the learning rate, as everywhere in netlapse.
    if (isOptimizer && isObject(value)) fresh['learning_rate'] = value['learning_rate'];
    onChange(path, fresh);
  };
  return (
    <>
      <SelectField
        label={label ?? fieldTitle(String(path.at(-1)))}
        help={[schema.description, member?.schema.description].filter(Boolean).join(' ')}
        problem={problems.get(writePath(path))}
        value={kind}
        options={members.map((option) => ({
          value: option.kind,
          title: kindTitle(option.kind, option.schema),
        }))}
        onChange={choose}
      />
      {member && (
        <ObjectFields
          schema={member.schema}
          path={path}
          {...(only
            ? { without: Object.keys(member.schema.properties ?? {}).filter((name) => !only.includes(name)) }
            : {})}
        />
      )}
    </>
  );
}

function kindOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? { ...value } : {};
}

/** The default of the whole may be "none"; a value that is given starts from its own schema. */
function withoutDefault(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'default'));
}

const NUMBER = 'number';
/** What words beside a number mean. */
const WORDS: Readonly<Record<string, string>> = {
  full: 'Full (all samples)',
  auto: 'Automatic (fits the memory)',
};

/** A value that may be absent, or a word instead of a number. */
function OptionalField({ schema, path, label }: { schema: Schema; path: Path; label?: string }) {
  const { root, document, onChange } = useForm();
  const { value: part, isOptional, words } = optional(schema, root);
  const value = getAt(document, path);
  const name = label ?? fieldTitle(String(path.at(-1)));
  const absent = isOptional ? value === null : words.some((word) => word === value);
  if (part.type === 'array') return null;
  const plainPart = withoutDefault(part);
  if (words.length > 0) {
    return (
      <div className="min-w-0">
        {absent ? (
          <div title={schema.description}>
            <span className="text-muted">{name}</span>
            <Select
              name={name}
              value={String(value)}
              options={[
                ...words.map((word) => ({ value: word, title: WORDS[word] ?? fieldTitle(word) })),
                { value: NUMBER, title: 'A number…' },
              ]}
              onChange={(chosen) => onChange(path, chosen === NUMBER ? (part.start ?? 10) : chosen)}
            />
          </div>
        ) : (
          <PlainField
            schema={plainPart}
            path={path}
            label={name}
            aside={
              <span className="flex gap-2">
                {words.map((word) => (
                  <button
                    key={word}
                    type="button"
                    className="link text-[12px]"
                    aria-label={`use ${word}`}
                    onClick={() => onChange(path, word)}
                  >
                    {word}
                  </button>
                ))}
              </span>
            }
          />
        )}
      </div>
    );
  }
  return (
    <div className="min-w-0">
      <CheckField
        label={name}
        help={schema.description}
        checked={!absent}
        onChange={(on) => onChange(path, on ? initial(plainPart, root) : null)}
      />
      {!absent && (
        <div className="mt-1 grid gap-2 pl-6">
          <SchemaField schema={plainPart} path={path} label={part.properties ? name : 'Limit'} />
        </div>
      )}
    </div>
  );
}
