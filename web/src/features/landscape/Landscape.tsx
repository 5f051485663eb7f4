/** The loss around the weights of the network: from above or as a surface, with the path of the training. */

import { useEffect, useState } from 'react';
import { useStore } from 'zustand';

import { choose, landscapeStore, SIZES, SPANS } from '../../core/landscape';
import { numberOf } from '../../core/looks';
import { count, digits, percent } from '../../core/numbers';
import { Icon } from '../../ui/Icon';
import { TableSwitch } from '../../ui/TableSwitch';
import { Segments, Select } from '../../ui/fields';
import { useDataset } from '../queries';
import { LandscapeTable } from './LandscapeTable';
import { ContourView } from './ContourView';
import { LossScale } from './LossScale';
import { SurfaceView } from './SurfaceView';
import { type Found, useChoice, useLandscape } from './useLandscape';

/** What takes longer says how far it is. */
const SLOW_MS = 250;

export function Landscape() {
  const { found, problem, busy, isOld, compute, cancel } = useLandscape();
  const drawnAs = useStore(landscapeStore, (state) => state.drawnAs);
  const logarithmic = useStore(landscapeStore, (state) => state.logarithmic);
  const [asTable, setAsTable] = useState(false);
  const isSlow = useSlow(busy);
  return (
    <div data-testid="landscape" className="flex flex-col gap-2">
      <Choices asTable={asTable} onTable={setAsTable} />
      <Progress
        busy={isSlow}
        isQuick={busy && !isSlow}
        isOld={isOld}
        found={found}
        onCancel={cancel}
        onCompute={compute}
      />
      {problem && (
        <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-[12px] text-warn">
          {problem}
        </p>
      )}
      {found && (
        <div>
          {asTable && <LandscapeTable surface={found.surface} />}
          {!asTable && (
            <div className={isOld || isSlow ? 'opacity-60' : ''}>
              {drawnAs === 'contour' ? (
                <ContourView surface={found.surface} logarithmic={logarithmic} />
              ) : (
                <SurfaceView surface={found.surface} logarithmic={logarithmic} />
              )}
            </div>
          )}
          <LossScale surface={found.surface} logarithmic={logarithmic} />
          <Words found={found} />
        </div>
      )}
    </div>
  );
}

/** Whether it takes so long that it is worth saying. */
function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(busy), busy ? SLOW_MS : 0);
    return () => clearTimeout(timer);
  }, [busy]);
  return busy && slow;
}

interface ChoicesProps {
  readonly asTable: boolean;
  readonly onTable: (asTable: boolean) => void;
}

function Choices({ asTable, onTable }: ChoicesProps) {
  const { plane, part, size, span, seed } = useChoice();
  const drawnAs = useStore(landscapeStore, (state) => state.drawnAs);
  const logarithmic = useStore(landscapeStore, (state) => state.logarithmic);
  const hasValidation = useDataset().preview?.validation !== 0;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Segments
          label="Which plane through the weights"
          value={plane}
          options={[
            { value: 'path', title: 'Path' },
            { value: 'random', title: 'Random' },
          ]}
          onChange={(plane) => choose({ plane })}
        />
        {hasValidation && (
          <Segments
            label="Which part of the data"
            value={part}
            options={[
              { value: 'train', title: 'train' },
              { value: 'validation', title: 'validation' },
            ]}
            onChange={(part) => choose({ part })}
          />
        )}
        <Segments
          label="How the landscape is drawn"
          value={drawnAs}
          options={[
            { value: 'contour', title: 'Flat' },
            { value: 'surface', title: '3-D' },
          ]}
          onChange={(drawnAs) => landscapeStore.setState({ drawnAs })}
        />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Select
          className="w-24"
          name="Span of the landscape"
          help="How far it reaches: in sizes of the path, or in norms of the weights."
          value={String(span)}
          options={SPANS.map((value) => ({ value: String(value), title: `span ${value}` }))}
          onChange={(value) => choose({ span: Number(value) })}
        />
        <Select
          className="w-26"
          name="Points of the landscape"
          value={String(size)}
          options={SIZES.map((value) => ({ value: String(value), title: `${value} × ${value}` }))}
          onChange={(value) => choose({ size: Number(value) })}
        />
        {plane === 'random' && (
          <button
            type="button"
            className="button-quiet h-7 w-7 px-0"
            aria-label="Other random directions"
            title="Other random directions"
            onClick={() => choose({ seed: seed + 1 })}
          >
            <Icon name="dice" size={14} />
          </button>
        )}
        <label className="ml-auto flex items-center gap-1 text-[12px] text-muted">
          <input
            type="checkbox"
            className="size-3.5 accent-accent"
            checked={logarithmic}
            onChange={(event) => landscapeStore.setState({ logarithmic: event.target.checked })}
          />
          log
        </label>
        <TableSwitch
          name="Show the landscape as a table"
          className="size-6"
          pressed={asTable}
          onPress={onTable}
        />
      </div>
    </>
  );
}

interface ProgressProps {
  readonly busy: boolean;
  /** It is being computed, and not worth a word. */
  readonly isQuick: boolean;
  readonly isOld: boolean;
  readonly found: Found | null;
  readonly onCancel: () => void;
  readonly onCompute: () => void;
}

/** How far it is, or that it is of another step. */
function Progress({ busy, isQuick, isOld, found, onCancel, onCompute }: ProgressProps) {
  const progress = useStore(landscapeStore, (state) => state.progress);
  if (busy) {
    const done = progress?.done ?? 0;
    const left = progress?.seconds_left ?? null;
    return (
      <div
        className="flex items-center gap-3 text-[12px] text-muted tabular-nums"
        data-testid="landscape-progress"
      >
        <div
          role="progressbar"
          aria-label="Landscape"
          aria-valuenow={Math.round(100 * done)}
          className="h-1.5 min-w-0 flex-1 overflow-hidden rounded-full bg-raised"
        >
          <div className="h-full bg-accent" style={{ width: `${100 * done}%` }} />
        </div>
        <span>
          {done > 0 ? percent(done) : 'Preparing…'}
          {left !== null && `, ${left < 1 ? 'less than 1' : count(Math.ceil(left))} s left`}
        </span>
        <button type="button" className="button h-7" onClick={onCancel}>
          Cancel
        </button>
      </div>
    );
  }
  if (isQuick || (found !== null && !isOld)) return null;
  return (
    <p
      className="flex items-center justify-between gap-3 text-[12px] text-muted"
      aria-live="polite"
      data-testid="landscape-old"
    >
      <span>{found === null ? 'Nothing has been computed.' : `Of step ${count(found.answer.step)}.`}</span>
      <button type="button" className="button h-7" onClick={onCompute}>
        {found === null ? 'Compute' : 'Compute again'}
      </button>
    </p>
  );
}

/** What the picture is of, in words: nobody shall read more into it than it shows. */
function Words({ found: { answer, choice, surface } }: { found: Found }) {
  const share = numberOf(answer, 'share');
  const notFinite = numberOf(answer, 'not_finite') ?? 0;
  const note = typeof answer.values['note'] === 'string' ? answer.values['note'] : '';
  return (
    <div
      className="mt-1 flex flex-col gap-1 text-[12px] text-muted tabular-nums"
      data-testid="landscape-words"
    >
      <p>
        {choice.part === 'train' ? 'Training' : 'Validation'} loss {digits(numberOf(answer, 'loss'))} at step{' '}
        {count(answer.step)}, the red dot; {digits(surface.least)} to {digits(surface.greatest)} on the plane.
      </p>
      {share !== null && (
        <p>
          <strong className="text-ink">This plane holds {percent(share)} of the path’s variance.</strong> The
          path has {count(surface.path.length)} states from step {count(surface.path[0]?.step ?? 0)} (ring) to{' '}
          {count(answer.step)}, seen at a right angle to it.
        </p>
      )}
      {share === null && <p>Two random directions, each filter as long as the weights’ own.</p>}
      {notFinite > 0 && (
        <p className="text-warn">
          {count(notFinite)} of {count(surface.size ** 2)} points have no finite loss: they are hatched.
        </p>
      )}
      <p>{note}</p>
    </div>
  );
}
