/** The fields of an export, and a drawing under way with its progress. */

import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

import { sentenceOf } from '../../core/api';
import { download, drawingAddress, type Drawing, drawRun } from '../../core/exports';
import { count } from '../../core/numbers';
import type { AnimationJob, AnimationRequest } from '../../protocol/messages';
import { FieldFrame } from '../../ui/fields';
import { Icon } from '../../ui/Icon';

/** What went wrong, and the button, or how far it is. */
export function Start(props: { drawing: Drawn; disabled?: boolean; children: ReactNode }) {
  const { job, problem, cancel } = props.drawing;
  return (
    <>
      {problem !== null && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 wrap-anywhere text-danger">
          {problem}
        </p>
      )}
      {job === null ? (
        <button
          type="submit"
          className="button-primary justify-self-end"
          data-testid="export-draw"
          disabled={props.disabled}
        >
          <Icon name="save" size={15} /> {props.children}
        </button>
      ) : (
        <Progress job={job} onCancel={cancel} />
      )}
    </>
  );
}

/** The button that was pressed is gone: keys go on from here. */
const takeFocus = (node: HTMLElement | null) => node?.focus({ preventScroll: true });

function Progress({ job, onCancel }: { job: AnimationJob | 'asked'; onCancel: () => void }) {
  const done = job === 'asked' ? 0 : job.frames_done;
  const total = job === 'asked' ? 0 : job.frames;
  const words = total > 0 && done > 0 ? `${count(done)} of ${count(total)} frames` : 'Preparing…';
  return (
    <div ref={takeFocus} tabIndex={-1} className="flex items-center gap-3 outline-none">
      <progress
        className="h-2 min-w-0 flex-1 accent-accent"
        aria-label="Drawing"
        {...(total > 0 ? { value: done, max: total } : {})}
      />
      <span className="shrink-0 text-muted tabular-nums" data-testid="export-progress">
        {words}
      </span>
      <button type="button" className="button shrink-0" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

export type Drawn = Omit<ReturnType<typeof useDrawing>, 'start'>;

/** A drawing of a run. */
export function useDrawing(run: string) {
  return useDrawn((wanted: AnimationRequest, told) => drawRun(run, wanted, told));
}

/** One drawing at a time; it is saved when it is done, and canceled with what shows it. */
export function useDrawn<Wanted>(draw: (wanted: Wanted, told: (job: AnimationJob) => void) => Drawing) {
  const [job, setJob] = useState<AnimationJob | 'asked' | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const drawing = useRef<Drawing | null>(null);
  useEffect(() => () => drawing.current?.cancel(), []);
  const start = (wanted: Wanted) => {
    setProblem(null);
    setJob('asked');
    const begun = draw(wanted, setJob);
    drawing.current = begun;
    begun.finished
      .then((finished) => {
        if (finished.state === 'done') download(drawingAddress(finished.id));
        if (finished.problem !== null && finished.state === 'failed')
          setProblem(sentenceOf(new Error(`${finished.problem.message} ${finished.problem.remedy}`.trim())));
      })
      .catch((error: unknown) => setProblem(sentenceOf(error)))
      .finally(() => {
        setJob(null);
        drawing.current = null;
      });
  };
  return { job, problem, start, cancel: () => drawing.current?.cancel() };
}

export function Choice<T extends string>(props: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <FieldFrame label={props.label} id={id}>
      <select
        id={id}
        className="field w-full"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value as T)}
      >
        {props.children}
      </select>
    </FieldFrame>
  );
}

export function Amount(props: {
  label: string;
  value: number;
  least: number;
  most: number;
  onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <FieldFrame label={props.label} id={id}>
      <input
        id={id}
        type="number"
        className="field w-full"
        required
        min={props.least}
        max={props.most}
        value={Number.isNaN(props.value) ? '' : props.value}
        onChange={(event) => props.onChange(event.target.valueAsNumber)}
      />
    </FieldFrame>
  );
}
