/** The JSON Schema of the spec, as forms read it. */

import { isList, isObject, same } from './json';

/** The part of JSON Schema that pydantic writes, with the hints of netlapse's documents. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly discriminator?: {
    readonly propertyName: string;
    readonly mapping: Readonly<Record<string, string>>;
  };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** Hints: a logarithmic slider, the step of a slider, the unit, a control of its own. */
  readonly scale?: 'log';
  readonly step?: number;
  readonly unit?: string;
  /** The number to begin with in place of a word. */
  readonly start?: number;
  readonly control?: string;
}

/** A schema with its reference followed; what stands beside the reference wins. */
export function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const { $ref, ...beside } = schema;
  const target = root.$defs?.[$ref.replace('#/$defs/', '')];
  if (target === undefined) throw new Error(`The schema has no ${$ref}.`);
  return { ...resolve(target, root), ...beside };
}

/** The schema of a field of an object. */
export function field(schema: Schema, name: string, root: Schema): Schema {
  const found = resolve(schema, root).properties?.[name];
  if (found === undefined) throw new Error(`The schema has no field ${name}.`);
  return resolve(found, root);
}

/** The kinds of a union, each with its schema, in the order of the declaration. */
export function kinds(schema: Schema, root: Schema): { kind: string; schema: Schema }[] {
  return (schema.oneOf ?? []).map((member) => {
    const found = resolve(member, root);
    return { kind: String(found.properties?.['kind']?.const), schema: found };
  });
}

/** What stands for "none", or the words beside a number: the parts of `anyOf`. */
export function optional(
  schema: Schema,
  root: Schema,
): { value: Schema; isOptional: boolean; words: readonly string[] } {
  const parts = schema.anyOf;
  if (parts === undefined) return { value: schema, isOptional: false, words: [] };
  const wordsOf = (part: Schema): readonly unknown[] =>
    part.const !== undefined ? [part.const] : (part.enum ?? []);
  const value = parts.find((part) => part.type !== 'null' && wordsOf(part).length === 0) ?? {};
  const beside = { ...schema, anyOf: undefined };
  return {
    value: defined({ ...resolve(value, root), ...beside }),
    isOptional: parts.some((part) => part.type === 'null'),
    words: parts.flatMap(wordsOf).filter((word) => typeof word === 'string'),
  };
}

/** A schema without the entries that are undefined. */
function defined(schema: { readonly [key in keyof Schema]: Schema[key] | undefined }): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([, entry]) => entry !== undefined));
}

/** A value of the schema: its default, filled in down to the leaves. */
export function initial(schema: Schema, root: Schema): unknown {
  const found = resolve(schema, root);
  if (found.const !== undefined) return found.const;
  if (found.default !== undefined)
    return found.default === null ? null : complete(found.default, found, root);
  if (found.oneOf?.[0]) return initial(found.oneOf[0], root);
  if (found.properties) return complete({}, found, root);
  if (found.enum) return found.enum[0];
  switch (found.type) {
    case 'number':
    case 'integer':
      return Math.max(1, found.minimum ?? 1) <= (found.maximum ?? Infinity)
        ? Math.max(1, found.minimum ?? 1)
        : found.maximum;
    case 'boolean':
      return false;
    case 'array':
      return [];
    default:
      return '';
  }
}

/** A document with the defaults of the fields it lacks. */
export function complete(value: unknown, schema: Schema, root: Schema): unknown {
  const found = resolve(schema, root);
  if (isList(value) && found.items) {
    const items = found.items;
    return value.map((entry) => complete(entry, items, root));
  }
  if (!isObject(value)) return value;
  const member = kinds(found, root).find(({ kind }) => kind === value['kind'])?.schema ?? found;
  const properties = member.properties;
  if (!properties) return value;
  const whole: Record<string, unknown> = { ...value };
  for (const [name, part] of Object.entries(properties)) {
    const given = whole[name];
    if (given !== undefined) whole[name] = complete(given, part, root);
    else if (member.required?.includes(name) !== true || part.const !== undefined)
      whole[name] = initial(part, root);
  }
  return whole;
}

/** What people call a field: `learning_rate` → Learning rate. */
export function fieldTitle(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What people call a kind: its class name where that is the same word (RMSprop), else its words. */
export function kindTitle(kind: string, schema?: Schema): string {
  const title = schema?.title;
  if (title?.toLowerCase() === kind.replaceAll('-', '')) return spaced(title, kind);
  return fieldTitle(kind.replaceAll('-', '_'));
}

function spaced(title: string, kind: string): string {
  return kind.includes('-') ? fieldTitle(kind.replaceAll('-', '_')) : title;
}

/** The rule that a number breaks, as a sentence; null where it breaks none. */
export function numberProblem(value: number, schema: Schema): string | null {
  const { minimum: low, maximum: high, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (schema.type === 'integer' && !Number.isInteger(value)) return 'Must be a whole number.';
  const tooLow = (low !== undefined && value < low) || (above !== undefined && value <= above);
  const tooHigh = (high !== undefined && value > high) || (below !== undefined && value >= below);
  if (!tooLow && !tooHigh) return null;
  const from = low !== undefined ? `at least ${low}` : above !== undefined ? `above ${above}` : '';
  const to =
    high !== undefined
      ? `at most ${high.toLocaleString('en-US')}`
      : below !== undefined
        ? `below ${below}`
        : '';
  return `Must be ${[from, to].filter(Boolean).join(' and ')}.`;
}

/** Whether a value is the schema's default. */
export function isDefault(value: unknown, schema: Schema, root: Schema): boolean {
  return same(value, initial(schema, root));
}
