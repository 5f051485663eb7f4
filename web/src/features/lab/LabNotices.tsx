/** What stands in the way of the lab, the surface or the race, each in a sentence. What is drawn stays. */

import { same } from '../../core/json';
import { Icon } from '../../ui/Icon';
import { lab, useLab } from './lab';

export function LabNotices() {
  const problem = useLab((state) => state.problem);
  const gridProblem = useLab((state) => state.gridProblem);
  const race = useLab((state) => state.raceProblem);
  const isShown = useLab(({ run, runOf, setup }) => run !== null && same(runOf?.surface, setup?.surface));
  const isReady = useLab((state) => state.setup !== null);
  const texts = [gridProblem, race?.text ?? ''].filter(
    (text, index, all) => text && all.indexOf(text) === index,
  );
  if (!problem && texts.length === 0) return null;
  return (
    <div className="grid gap-px">
      {problem && (
        <Notice text={problem}>
          {isReady ? (
            <button type="button" className="button-quiet h-7" onClick={() => lab.dismiss()}>
              Dismiss
            </button>
          ) : (
            <button type="button" className="button h-7" onClick={() => void lab.open()}>
              Try again
            </button>
          )}
        </Notice>
      )}
      {texts.map((text) => (
        <Notice
          key={text}
          text={`${text}${isShown && race?.text === text ? ' The race on screen is the one before.' : ''}`}
        />
      ))}
    </div>
  );
}

function Notice({ text, children }: { text: string; children?: React.ReactNode }) {
  return (
    <div
      role="alert"
      className="flex items-center gap-2 bg-danger-soft px-4 py-1.5 text-danger"
      data-testid="lab-notice"
    >
      <Icon name="warning" />
      <p className="min-w-0 flex-1">{text}</p>
      {children}
    </div>
  );
}
