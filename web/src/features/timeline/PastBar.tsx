/** In the past: which step is on screen, what is still on its way, and the ways out. */

import { useEffect, useRef, useState } from 'react';

import { changeWords } from '../../core/changes';
import { count } from '../../core/numbers';
import { Icon } from '../../ui/Icon';
import { studio, useIsGuest, usePast, useStudio } from '../studio';

export function PastBar() {
  const held = useStudio((state) => state.held);
  const recalls = usePast(({ recalling }) => recalling !== null);
  const isGuest = useIsGuest();
  const [branching, setBranching] = useState(false);
  const branch = () => {
    setBranching(true);
    void studio.branch().finally(() => setBranching(false));
  };
  return (
    <div
      className="flex min-w-0 items-center gap-2 rounded-md bg-accent-soft py-0.5 pr-1 pl-2.5 text-ink max-sm:w-full max-sm:gap-1 max-sm:pl-2"
      data-testid="past-bar"
    >
      <p className="sr-only" role="status">
        You look at the past. Escape returns to now.
      </p>
      {/* What is held needs the room of a phone; the step stands below, too. */}
      <span className={held.length > 0 ? 'max-sm:hidden' : ''}>
        <StepWords />
      </span>
      {recalls ? (
        <Recalling />
      ) : held.length > 0 ? (
        <span className="truncate" role="status" data-testid="held">
          {held.map(changeWords).join(', ')}?
        </span>
      ) : (
        <TrainsOn />
      )}
      <span className="flex shrink-0 items-center gap-1 max-sm:ml-auto">
        {recalls ? (
          <Action name="Cancel" act={() => studio.past.cancel()} />
        ) : held.length > 0 ? (
          <>
            <Action name="Change it now" act={() => void studio.applyHeld()} narrow="Now" />
            <Action name="Take it back" act={() => studio.discardHeld()} narrow="Undo" />
          </>
        ) : (
          <Action name="Return to now" keys="Esc" act={() => studio.past.now()} />
        )}
        {!isGuest && (
          <button
            type="button"
            className="button-primary h-6 px-2 text-[12px]"
            disabled={branching}
            onClick={branch}
            title={
              held.length > 0
                ? 'A run that goes on from this step with this change; the original stays as it is'
                : 'A run that goes on from this step; the original stays as it is'
            }
          >
            {held.length > 0 ? 'Branch with it' : 'Branch from here'}
          </button>
        )}
      </span>
    </div>
  );
}

function Action(props: { name: string; keys?: string; narrow?: string; act: () => void }) {
  return (
    <button
      type="button"
      className="button h-6 px-2 text-[12px]"
      aria-label={props.name}
      title={props.keys ? `${props.name} (${props.keys})` : props.name}
      onClick={props.act}
    >
      {props.narrow ? (
        <>
          <span className="max-sm:hidden">{props.name}</span>
          <span className="sm:hidden">{props.narrow}</span>
        </>
      ) : (
        props.name
      )}
    </button>
  );
}

/** The step that is drawn, and where it is only the nearest: of which. Written without React, with each picture. */
function StepWords() {
  const words = useRef<HTMLSpanElement>(null);
  const aside = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = () => {
      const { at, shown, recalling } = studio.past.state;
      const step = studio.pictures.latest?.picture.step ?? shown ?? 0;
      if (words.current) words.current.textContent = `step ${count(step)} of ${count(studio.newest)}`;
      const isOther = at !== null && at !== step && recalling === null;
      const text = shown === null ? 'going to' : 'nearest to';
      if (aside.current) aside.current.textContent = isOther ? `${text} ${count(at)}` : '';
    };
    write();
    const ends = [
      studio.pictures.subscribe(write),
      studio.past.store.subscribe(write),
      studio.stores.state.subscribe(write),
    ];
    return () => ends.forEach((end) => end());
  }, []);
  return (
    <span className="flex items-baseline gap-1.5 whitespace-nowrap tabular-nums">
      <span ref={words} className="font-medium" data-testid="past-step" />
      <span ref={aside} className="text-muted max-sm:hidden" data-testid="past-aside" />
    </span>
  );
}

function Recalling() {
  const at = usePast((past) => past.at);
  const left = usePast(({ recalling }) => recalling?.seconds_left ?? null);
  if (at === null) return null;
  const time = left === null ? '' : ` about ${Math.max(1, Math.ceil(left))} s`;
  return (
    <span className="truncate tabular-nums" role="status" data-testid="recalling">
      reaching step {count(at)} …{time}
    </span>
  );
}

/** What goes on at now meanwhile. */
function TrainsOn() {
  const trains = useStudio((state) => state.status?.state === 'training');
  const isGuest = useIsGuest();
  if (!trains || isGuest) return null;
  return (
    <span className="flex min-w-0 items-center gap-1 text-muted max-md:hidden">
      <span className="truncate">the training goes on</span>
      <button
        type="button"
        className="button-quiet size-6 px-0"
        aria-label="Pause the training"
        title="Pause the training"
        onClick={() => studio.pause()}
      >
        <Icon name="pause" size={12} />
      </button>
    </span>
  );
}
