/** Asks before a training starts that takes much memory. */

import { Dialog } from '../../ui/Dialog';
import { studio, useStudio } from '../studio';

export function QuestionDialog() {
  const question = useStudio((state) => state.question);
  if (question === null) return null;
  const answer = (yes: boolean) => () => studio.confirm(yes);
  return (
    <Dialog
      title="This takes much memory"
      onClose={answer(false)}
      actions={
        <>
          <button type="button" className="button" onClick={answer(false)}>
            Not now
          </button>
          <button type="button" className="button-primary" onClick={answer(true)} data-testid="confirm-large">
            Train anyway
          </button>
        </>
      }
    >
      <p>{question}</p>
      <p className="mt-2 text-muted">
        Other programs may become slow meanwhile. A network with fewer units or filters takes less.
      </p>
    </Dialog>
  );
}
