/** Above the strip: what it shows and how much of it is safe; in the past, which step this is and the ways out. */

import { useState } from 'react';

import { count } from '../../core/numbers';
import { Icon, type IconName } from '../../ui/Icon';
import { Seeing } from '../guide/Seeing';
import { useIsGuest, usePast, useTimeline } from '../studio';
import { Branches } from './Branches';
import { PastBar } from './PastBar';
import { TimelineTable } from './TimelineTable';

interface Props {
  readonly isWhole: boolean;
  readonly canZoomIn: boolean;
  readonly onZoomIn: () => void;
  readonly onZoomOut: () => void;
  readonly onWhole: () => void;
}

export function StripBar({ isWhole, canZoomIn, onZoomIn, onZoomOut, onWhole }: Props) {
  const isPast = usePast(({ at }) => at !== null);
  const isGuest = useIsGuest();
  const [asTable, setAsTable] = useState(false);
  const aside = isPast ? 'max-sm:hidden' : '';
  return (
    <div className="relative z-20 flex h-7 items-center gap-3 text-[12px] text-muted">
      <span className={`flex items-center gap-1 ${aside}`}>
        <span className="font-medium text-ink">Loss</span>
        <span className="max-lg:hidden">of the training batches</span>
        <Seeing page="timeline" />
        <SmallButton icon="table" name="Show the timeline as a table" act={() => setAsTable(true)} />
      </span>
      {isPast ? <PastBar /> : <Hint />}
      <span className={`ml-auto flex items-center gap-0.5 ${aside}`}>
        {!isGuest && <Branches />}
        <SmallButton icon="minus" name="Zoom the timeline out" disabled={isWhole} act={onZoomOut} />
        <SmallButton icon="plus" name="Zoom the timeline in" disabled={!canZoomIn} act={onZoomIn} />
        <button
          type="button"
          className="button-quiet h-6 px-1.5 text-[12px]"
          aria-label="Show the whole run"
          title="Show the whole run"
          disabled={isWhole}
          onClick={onWhole}
        >
          All
        </button>
      </span>
      {asTable && <TimelineTable onClose={() => setAsTable(false)} />}
    </div>
  );
}

/** What is safe, and what can be done here. */
function Hint() {
  const saved = useTimeline((data) => data.saved);
  return (
    <span className="flex min-w-0 items-center gap-3 tabular-nums">
      {saved > 0 && (
        <span
          className="whitespace-nowrap"
          data-testid="saved"
          title="Steps up to here are on the disk: they outlast a crash."
        >
          saved to step {count(saved)}
        </span>
      )}
      <span className="truncate max-md:hidden">Drag to go back to any step.</span>
    </span>
  );
}

export function SmallButton(props: { icon: IconName; name: string; disabled?: boolean; act: () => void }) {
  return (
    <button
      type="button"
      className="button-quiet size-6 px-0"
      aria-label={props.name}
      title={props.name}
      disabled={props.disabled}
      onClick={props.act}
    >
      <Icon name={props.icon} size={13} />
    </button>
  );
}
