/** What the user should know now, each with the one action that helps. */

import type { ReactNode } from 'react';

import { problemSentence } from '../core/api';
import { count } from '../core/numbers';
import { remedies } from '../core/remedies';
import { type IconName, Icon } from '../ui/Icon';
import { studio, useNumbers, useSpec, useStudio } from './studio';

type Tone = 'info' | 'warn' | 'danger' | 'good';

const LOOK: Readonly<Record<Tone, string>> = {
  info: 'bg-raised text-ink',
  good: 'bg-accent-soft text-ink',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
};

function Banner(props: {
  tone: Tone;
  icon: IconName;
  testId: string;
  /** Whether the text needs room of its own. */
  long?: boolean;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div
      role={props.tone === 'danger' ? 'alert' : 'status'}
      data-testid={props.testId}
      className={`flex flex-wrap items-center gap-x-4 gap-y-1.5 border-t border-line px-4 py-1.5 ${LOOK[props.tone]}`}
    >
      <div
        className={`flex flex-1 items-center gap-3 ${props.long ? 'min-w-[min(100%,460px)]' : 'min-w-52'}`}
      >
        <Icon name={props.icon} size={15} />
        <p>{props.children}</p>
      </div>
      {props.action}
    </div>
  );
}

/** What went wrong, at the head of the page. */
export function Alerts() {
  return (
    <>
      <LinkBanner />
      <TroubleBanner />
      <DiffersBanner />
    </>
  );
}

/** What can be done next, at the foot of the page, where it moves nothing above it. */
export function Offers() {
  return (
    <>
      <FinishedBanner />
      <FormerBanner />
    </>
  );
}

function LinkBanner() {
  const lost = useStudio((state) => state.link === 'lost');
  if (!lost) return null;
  return (
    <Banner
      tone="danger"
      icon="warning"
      testId="banner-lost"
      action={
        <button type="button" className="button h-7" onClick={() => studio.retryLink()}>
          Try now
        </button>
      }
    >
      The connection to the netlapse server is lost; what you see stands still. It is tried again by itself.
      If the server was ended, start <code>netlapse</code> again: its runs are kept.
    </Banner>
  );
}

function TroubleBanner() {
  const status = useStudio((state) => state.status);
  if (status === null) return null;
  const { problem, state, step } = status;
  const sentence = problem ? problemSentence(problem) : '';
  const again = (
    <button type="button" className="button h-7" onClick={() => studio.reset()}>
      Reset to the first weights
    </button>
  );
  switch (state) {
    case 'worker-died':
      return (
        <Banner
          tone="danger"
          icon="warning"
          testId="banner-died"
          action={
            <button type="button" className="button h-7" onClick={() => void studio.resume()}>
              Resume
            </button>
          }
        >
          {sentence || 'The worker that trained this run has ended.'} Its metrics and its newest weights are
          kept.
        </Banner>
      );
    case 'diverged':
      return (
        <Banner
          tone="danger"
          icon="warning"
          testId="banner-diverged"
          long
          action={<Remedies again={again} />}
        >
          {problem?.message.replaceAll('`', '') ?? 'The loss is no longer a finite number.'} The weights of
          step {count(step)} are the last good ones.
        </Banner>
      );
    case 'failed':
      return (
        <Banner tone="danger" icon="warning" testId="banner-failed" action={again}>
          {sentence || 'The run could not go on.'}
        </Banner>
      );
    case 'paused':
      if (problem === null) return null;
      return (
        <Banner tone="danger" icon="warning" testId="banner-paused">
          {sentence} Nothing is lost: the run stands at step {count(step)}.
        </Banner>
      );
    case 'finished':
    case 'training':
    case 'opening':
    case 'compiling':
      return null;
  }
}

/** What probably helps, in one click; it says from where it goes on. */
function Remedies({ again }: { again: ReactNode }) {
  const spec = useSpec();
  // Read anew when the evaluation of the last good state has come.
  useNumbers((numbers) => numbers.evaluation);
  const goesOn = studio.canGoOn();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <span className="text-[12px]">
        {goesOn ? 'Go on from there:' : 'Begin again from the first weights:'}
      </span>
      {remedies(spec).map((remedy) => (
        <button key={remedy.title} type="button" className="button h-7" onClick={() => studio.remedy(remedy)}>
          {remedy.title}
        </button>
      ))}
      {again}
    </div>
  );
}

function FinishedBanner() {
  const status = useStudio((state) => state.status);
  const epochs = useStudio((state) => state.history?.present.spec.training.epochs ?? 0);
  if (status === null || (status.state !== 'finished' && (status.state !== 'paused' || status.note === '')))
    return null;
  const note = status.note.charAt(0).toUpperCase() + status.note.slice(1);
  if (status.state === 'paused') {
    return (
      <Banner tone="info" icon="pause" testId="banner-note">
        {note}
      </Banner>
    );
  }
  return (
    <Banner
      tone="good"
      icon="check"
      testId="banner-finished"
      action={
        <button type="button" className="button h-7" onClick={() => void studio.continueTraining()}>
          Continue (+{count(epochs)})
        </button>
      }
    >
      {note || `Finished ${count(Math.round(status.epoch))} epochs.`}
    </Banner>
  );
}

function FormerBanner() {
  const former = useStudio((state) => state.former);
  if (former === null) return null;
  return (
    <Banner
      tone="info"
      icon="undo"
      testId="banner-changed"
      action={
        <button type="button" className="button h-7" onClick={() => void studio.returnToFormer()}>
          Back to the trained network
        </button>
      }
    >
      Changed since Train: starts from new weights.
    </Banner>
  );
}

function DiffersBanner() {
  const step = useStudio((state) => state.differsFrom);
  if (step === null) return null;
  return (
    <Banner tone="warn" icon="warning" testId="banner-differs">
      Recomputed: differs from the record from step {count(step)} on.
    </Banner>
  );
}

/** A passing message at the foot of the page. */
export function NoticeToast() {
  const notice = useStudio((state) => state.notice);
  if (notice === null) return null;
  return (
    <div
      role={notice.tone === 'error' ? 'alert' : 'status'}
      data-testid="notice"
      className={`fixed bottom-28 left-1/2 z-50 flex w-max max-w-[min(560px,calc(100vw-24px))] -translate-x-1/2 max-[899px]:bottom-48 items-start gap-3 rounded-lg border border-line px-4 py-2.5 shadow-xl shadow-black/20 ${notice.tone === 'error' ? 'bg-danger-soft text-danger' : 'bg-panel'}`}
    >
      <p>{notice.text}</p>
      <button type="button" className="-mr-1 p-0.5" aria-label="Dismiss" onClick={() => studio.dismiss()}>
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}
