/** What the training doctor says: which findings are shown, which are new, and what a remedy does to the spec. */

import type { Diagnosis, Evidence, HealthFinding, SetValue, Spec } from '../protocol/messages';
import { getAt, isObject, readPath, setAt } from './json';
import { count, digits, percent } from './numbers';
import { complete, type Schema } from './schema';

/** What a finding is known by: the same rule at the same layer is the same finding, whenever it began. */
export function findingKey({ rule, layer }: Pick<HealthFinding, 'rule' | 'layer'>): string {
  return layer === null ? rule : `${rule}:${layer}`;
}

/** The findings that are not dismissed, in the doctor's order. */
export function shownFindings(
  diagnosis: Diagnosis | null,
  dismissed: ReadonlySet<string>,
): readonly HealthFinding[] {
  return (diagnosis?.findings ?? []).filter((finding) => !dismissed.has(findingKey(finding)));
}

/** Those that were not known before. */
export function newFindings(
  findings: readonly HealthFinding[],
  known: ReadonlySet<string>,
): readonly HealthFinding[] {
  return findings.filter((finding) => !known.has(findingKey(finding)));
}

/** `Dead units in hidden-1, since step 400`. */
export function findingWords({ title, layer, since }: HealthFinding): string {
  return `${title}${layer === null ? '' : ` in ${layer}`}, since step ${count(since)}`;
}

const AS_PERCENT = /^(share|accuracy|part)\b|\b(share|accuracy)\b/i;

/** A number of the evidence as people read it, with the threshold that it is beyond. */
export function evidenceWords({ what, value, limit }: Evidence): {
  what: string;
  value: string;
  limit: string;
} {
  const isShare = AS_PERCENT.test(what) && value !== null && value >= 0 && value <= 1;
  const words = (number: number | null) =>
    number === null ? 'not finite' : isShare ? percent(number) : digits(number);
  return { what: plain(what), value: words(value), limit: limit === null ? '' : rounded(words(limit)) };
}

/** Without the marks of its source. */
export function plain(text: string): string {
  return text.replaceAll('`', '');
}

/** A threshold is a round number: 0.02, not 0.0200. */
function rounded(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');
}

/** The spec after the changes of a remedy. Where a value has kinds, the name of a kind means its defaults. */
export function withChanges(spec: Spec, changes: readonly SetValue[], schema: Schema): Spec {
  const changed = changes.reduce((document, { path, value }) => {
    const at = readPath(path);
    const isKind = typeof value === 'string' && isObject(getAt(document, at));
    return setAt(document, at, isKind ? { kind: value } : value);
  }, spec);
  return complete(changed, schema, schema) as Spec;
}
