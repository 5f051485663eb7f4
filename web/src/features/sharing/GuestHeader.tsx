/** The head of a shared run: its name, its film, and the one thing that can be done with it. */

import { replayed } from '../../core/guest';
import { count } from '../../core/numbers';
import { Icon, type IconName } from '../../ui/Icon';
import { Counters } from '../header/Transport';
import { ThemeButton } from '../ThemeButton';
import { studio, useNumbers, usePast, useStudio } from '../studio';

export function GuestHeader({ narrow }: { narrow: boolean }) {
  const name = useStudio((state) => state.shared?.name ?? '');
  return (
    <header className="flex h-14 shrink-0 items-center justify-between gap-3 border-b border-line bg-panel px-4 max-sm:px-2">
      <h1 className="min-w-0 truncate text-[15px] font-semibold tracking-tight">
        netlapse <span className="font-normal text-muted">·</span> {name}
      </h1>
      <div className="flex items-center gap-3 xl:gap-5">
        {!narrow && (
          <>
            <GuestTransport />
            <Counters />
          </>
        )}
        <ThemeButton />
      </div>
    </header>
  );
}

/** Through the past of the run, which nobody here trains. */
export function GuestTransport() {
  const plays = usePast((past) => past.plays);
  const isPast = usePast(({ at }) => at !== null);
  const isLong = useStudio((state) => (state.status?.step ?? 0) > 0);
  const play = () => {
    if (!isPast) studio.past.seek(0);
    studio.toggle();
  };
  return (
    <div className="flex items-center gap-1" role="group" aria-label="Film">
      <Button icon="back" name="Step back" keys="←" disabled={!isLong} act={() => studio.back()} />
      <button
        type="button"
        className="button-primary h-9 min-w-[92px] text-[14px]"
        aria-label={plays ? 'Pause the film' : 'Play the film'}
        aria-keyshortcuts="Space"
        title={plays ? 'Pause the film (Space)' : 'Play the film from here (Space), or from the beginning'}
        disabled={!isLong}
        onClick={play}
      >
        <Icon name={plays ? 'pause' : 'play'} filled={!plays} />
        {plays ? 'Pause' : 'Play'}
      </button>
      <Button icon="step" name="Step" keys="→" disabled={!isPast} act={() => studio.forward()} />
    </div>
  );
}

function Button(props: { icon: IconName; name: string; keys: string; disabled: boolean; act: () => void }) {
  return (
    <button
      type="button"
      className="button-quiet size-9 px-0"
      aria-label={props.name}
      title={`${props.name} (${props.keys})`}
      disabled={props.disabled}
      onClick={props.act}
    >
      <Icon name={props.icon} filled />
    </button>
  );
}

/** What this page is, and how the run becomes one's own. */
export function GuestBanner() {
  const shared = useStudio((state) => state.shared);
  const isElsewhere = useNumbers((numbers) => numbers.drawable !== null && numbers.step !== shared?.step);
  if (shared === null) return null;
  const { name, step } = shared;
  const moments = replayed();
  return (
    <div
      role="status"
      data-testid="banner-shared"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-accent-soft px-4 py-1 text-ink"
    >
      <p className="min-w-0 flex-1">
        {moments === null ? (
          <>
            Shared run: <strong>{name}</strong>, step {count(step)} – you can look at everything and rewind;
            open a copy to change it.
          </>
        ) : (
          <>
            A recording of <strong>{name}</strong>: {count(moments)} moments of its {count(step)} steps. Drag
            the timeline, or play the film.
          </>
        )}
      </p>
      {isElsewhere && (
        <button type="button" className="button h-7" onClick={() => studio.past.seek(step)}>
          Back to step {count(step)}
        </button>
      )}
      {moments === null && (
        <button type="button" className="button-primary h-7" onClick={() => void studio.openCopy()}>
          Open a copy
        </button>
      )}
    </div>
  );
}
