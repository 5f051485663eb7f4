/** The lesson under way: what to do, what it is about on the page, and whether it is done. */

import { useEffect, useRef, useState } from 'react';

import { goTo, leaveLesson, type Place } from '../../core/guide';
import { viewStore } from '../../core/view';
import { walkStore } from '../../core/walkState';
import { Icon } from '../../ui/Icon';
import { studio } from '../studio';
import { LESSONS } from './lessons';
import type { Look } from './lessons/lesson';

const LOOK_MS = 250;
/** A step that is done is seen to be done before the next one is said. */
const DONE_MS = 900;

export default function LessonCard({ place }: { place: Place }) {
  const lesson = LESSONS[place.lesson];
  const step = lesson?.steps[place.step];
  const done = useDone(step?.done);
  const heading = useRef<HTMLHeadingElement>(null);
  const steps = lesson?.steps.length ?? 0;
  useEffect(() => {
    if (place.step === 0) heading.current?.focus();
  }, [place.step]);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => goTo(place.step + 1, steps), DONE_MS);
    return () => clearTimeout(timer);
  }, [done, place.step, steps]);
  if (lesson === undefined || step === undefined) return null;
  const isLast = place.step === steps - 1;
  return (
    <>
      {step.target !== undefined && <Frame key={step.target} target={step.target} />}
      <section
        aria-labelledby="lesson-heading"
        data-testid="lesson"
        className="fixed bottom-[116px] left-2 z-40 grid w-[clamp(188px,calc(18.4vw-16px),248px)] gap-3 rounded-xl border border-line-strong bg-panel p-3.5 shadow-xl shadow-black/25 max-[899px]:bottom-[190px] max-[899px]:w-[min(360px,calc(100vw-16px))]"
      >
        <header className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <p className="text-[12px] text-muted tabular-nums">
              Lesson {place.lesson + 1}, {place.step + 1} of {steps}
            </p>
            <h2 ref={heading} id="lesson-heading" tabIndex={-1} className="font-semibold outline-none">
              {lesson.title}
            </h2>
          </div>
          <button
            type="button"
            className="button-quiet -mt-1 -mr-1 size-7 px-0"
            aria-label="Leave the lesson"
            title="Leave the lesson"
            onClick={leaveLesson}
          >
            <Icon name="close" size={14} />
          </button>
        </header>
        <p role="status">{step.say}</p>
        <footer className="flex items-center gap-2">
          <button
            type="button"
            className="button-quiet"
            disabled={place.step === 0}
            onClick={() => goTo(place.step - 1, steps)}
          >
            Back
          </button>
          <span className="flex-1" />
          {done ? (
            <span className="flex items-center gap-1 font-medium text-accent">
              <Icon name="check" size={14} /> Done
            </span>
          ) : (
            <>
              {step.act && (
                <button
                  type="button"
                  className={place.step === 0 ? 'button-primary' : 'button'}
                  onClick={step.act.run}
                >
                  {step.act.name}
                </button>
              )}
              {step.done === undefined ? (
                <button type="button" className="button-primary" onClick={() => goTo(place.step + 1, steps)}>
                  {isLast ? 'Finish' : 'Next'}
                </button>
              ) : (
                <button
                  type="button"
                  className="button-quiet text-muted"
                  onClick={() => goTo(place.step + 1, steps)}
                >
                  Skip
                </button>
              )}
            </>
          )}
        </footer>
      </section>
    </>
  );
}

/** Whether the reader has done what the step asks for, since it was asked. */
function useDone(test: ((now: Look, begun: Look) => boolean) | undefined): boolean {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (test === undefined) return;
    const begun = look();
    const timer = setInterval(() => {
      if (!test(look(), begun)) return;
      clearInterval(timer);
      setDone(true);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [test]);
  return done;
}

function look(): Look {
  const { status } = studio.state;
  const { evaluation, step, epoch } = studio.stores.numbers.getState();
  const { selection, hovered } = viewStore.getState();
  const { walk, phase } = walkStore.getState();
  return {
    spec: studio.spec,
    step: status?.step ?? step,
    epoch,
    interventions: status?.interventions ?? 0,
    state: status?.state ?? null,
    evaluation,
    past: studio.past.state.at,
    selection,
    pointsAtUnit: hovered !== null,
    walks: walk?.values.phases[phase]?.kind ?? null,
  };
}

/** A frame around what the step is about, wherever it goes. */
function Frame({ target }: { target: string }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    document.querySelector(target)?.scrollIntoView({ block: 'nearest' });
    const place = () => {
      const box = document.querySelector(target)?.getBoundingClientRect();
      const { current } = frame;
      if (!current) return;
      current.hidden = box === undefined;
      if (box === undefined) return;
      current.style.left = `${box.left - 4}px`;
      current.style.top = `${box.top - 4}px`;
      current.style.width = `${box.width + 8}px`;
      current.style.height = `${box.height + 8}px`;
    };
    place();
    const timer = setInterval(place, LOOK_MS);
    addEventListener('resize', place);
    return () => {
      clearInterval(timer);
      removeEventListener('resize', place);
    };
  }, [target]);
  return (
    <div
      ref={frame}
      hidden
      aria-hidden="true"
      className="pointer-events-none fixed z-30 rounded-lg border-2 border-accent"
    />
  );
}
