/** Beside the name of a layer: that the doctor has found something there. */

import { findingWords } from '../../core/diagnosis';
import { Icon } from '../../ui/Icon';
import { useFindings } from './feeds';
import { showOverTime } from './places';

export function LayerMark({ layer, size = 13 }: { layer: string; size?: number }) {
  const findings = useFindings(layer);
  const [first] = findings;
  if (first === undefined) return null;
  const text = findings.map(findingWords).join('; ');
  const isError = findings.some(({ severity }) => severity === 'error');
  const isAdvice = findings.every(({ severity }) => severity === 'advice');
  return (
    <button
      type="button"
      data-testid={`layer-mark-${layer}`}
      aria-label={`${text}: show what the training doctor says`}
      title={text}
      className={`nodrag nopan pointer-events-auto inline-flex shrink-0 rounded p-0.5 hover:bg-raised ${isError ? 'text-danger' : isAdvice ? 'text-muted' : 'text-warn'}`}
      onClick={(event) => {
        event.stopPropagation();
        showOverTime(layer);
      }}
    >
      <Icon name={isAdvice ? 'hint' : 'warning'} size={size} />
    </button>
  );
}
