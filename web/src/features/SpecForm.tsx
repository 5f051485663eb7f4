/** A form on the spec: its fields come from the JSON Schema, and each shows what is wrong with it. */

import { type ReactNode, useMemo } from 'react';

import { problemSentence } from '../core/api';
import { type Path, readPath, setAt, writePath } from '../core/json';
import { complete } from '../core/schema';
import type { CheckResult, Spec } from '../protocol/messages';
import { type FormContext, FormProvider } from '../ui/SchemaForm';
import { studio, useIsGuest, useSpec, useStudio } from './studio';

export function SpecForm({
  children,
  onPreview,
}: {
  children: ReactNode;
  /** While a slider is dragged. */
  onPreview?: (path: Path, value: unknown) => void;
}) {
  const spec = useSpec();
  const root = useStudio((state) => state.schema);
  const check = useStudio((state) => state.check);
  const context: FormContext = useMemo(
    () => ({
      root,
      document: spec,
      problems: fieldProblems(check),
      onChange: setField,
      ...(onPreview ? { onPreview } : {}),
    }),
    [root, spec, check, onPreview],
  );
  const isGuest = useIsGuest();
  return (
    <FormProvider value={context}>
      {isGuest ? (
        <fieldset disabled className="contents">
          {children}
        </fieldset>
      ) : (
        children
      )}
    </FormProvider>
  );
}

/** An edit of one field; the fields that another kind brings are filled in. */
function setField(path: Path, value: unknown, mark?: string): void {
  const { schema } = studio.state;
  studio.change((spec) => complete(setAt(spec, path, value), schema, schema) as Spec, mark ? { mark } : {});
}

/** What is wrong, by field. Findings of layers are shown on their layers. */
function fieldProblems(check: CheckResult | null): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  if (check?.problem?.place) {
    problems.set(writePath(readPath(check.problem.place)), problemSentence(check.problem));
  }
  for (const finding of check?.examination?.findings ?? []) {
    if (finding.layer !== null || finding.severity === 'advice' || finding.path === '') continue;
    problems.set(finding.path.slice(1).replaceAll('/', '.'), finding.message);
  }
  return problems;
}
