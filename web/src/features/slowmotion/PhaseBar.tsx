/** Where on the way one stands: every stop as a mark, forwards and back by hand, playback with its speed. */

import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';

import { goBy, goTo, playOn, stops, STAYS_MS, togglePlayback, walkStore } from '../../core/walkState';
import { grouped } from '../../core/walkScene';
import type { WalkPhase } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Select } from '../../ui/fields';

export function PhaseBar({ phases, children }: { phases: readonly WalkPhase[]; children: ReactNode }) {
  const phase = useStore(walkStore, (state) => state.phase);
  const plays = useStore(walkStore, (state) => state.plays);
  const stay_ms = useStore(walkStore, (state) => state.stay_ms);
  useEffect(() => {
    if (!plays) return undefined;
    const timer = setInterval(playOn, stay_ms);
    return () => clearInterval(timer);
  }, [plays, stay_ms]);
  const isLast = phase >= phases.length - 1;
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-center gap-1">
        <button
          type="button"
          className="button-quiet size-8 px-0"
          aria-label="To the inputs"
          title="To the inputs (Home)"
          disabled={phase === 0}
          onClick={() => goBy(-stops())}
        >
          <Icon name="back" size={14} />
        </button>
        <button
          type="button"
          className="button-quiet size-8 px-0"
          aria-label="One phase back"
          title="One phase back (←)"
          disabled={phase === 0}
          onClick={() => goBy(-1)}
        >
          <Icon name="left" />
        </button>
        <button
          type="button"
          className="button h-8 w-[84px] px-2"
          title={plays ? 'Hold (Space)' : 'Play (Space)'}
          data-testid="walk-play"
          onClick={togglePlayback}
        >
          <Icon name={plays ? 'pause' : 'play'} size={13} filled={!plays} />
          {plays ? 'Hold' : 'Play'}
        </button>
        <button
          type="button"
          className="button-quiet size-8 px-0"
          aria-label="One phase on"
          title="One phase on (→)"
          data-testid="walk-on"
          disabled={isLast}
          onClick={() => goBy(1)}
        >
          <Icon name="right" />
        </button>
        <span className="ml-1 text-[12px] whitespace-nowrap text-muted tabular-nums" data-testid="walk-place">
          {phase + 1} of {phases.length}
        </span>
        <Select
          name="Time at each phase"
          className="mx-1 w-[106px]"
          value={String(stay_ms)}
          options={STAYS_MS.map((ms) => ({ value: String(ms), title: `${ms / 1000} s a phase` }))}
          onChange={(ms) => walkStore.setState({ stay_ms: Number(ms) })}
        />
        <span className="ml-auto">{children}</span>
      </div>
      <Strip phases={phases} phase={phase} />
    </div>
  );
}

/** One mark for each stop. The arrow keys of the page go along it, so that Tab meets only the one that is lit. */
function Strip({ phases, phase }: { phases: readonly WalkPhase[]; phase: number }) {
  return (
    <div role="group" aria-label="Phases of the step" className="flex gap-1.5" data-testid="walk-strip">
      {grouped(phases).map((group) => {
        const isHere = phase >= group.first && phase < group.first + group.phases.length;
        return (
          <div
            key={group.first}
            role="group"
            aria-label={group.title}
            className="min-w-0"
            style={{ flex: `${group.phases.length} 1 0` }}
          >
            <div className="flex gap-0.5">
              {group.phases.map(({ title, layer }, at) => {
                const index = group.first + at;
                const isNow = index === phase;
                return (
                  <button
                    key={index}
                    type="button"
                    aria-label={layer === null || title.includes(layer) ? title : `${title}, ${layer}`}
                    aria-current={isNow ? 'step' : undefined}
                    title={title}
                    tabIndex={isNow ? 0 : -1}
                    className={`h-6 min-w-0 flex-1 rounded-sm border ${isNow ? 'border-accent bg-accent' : index < phase ? 'border-line-strong bg-line-strong/45 hover:bg-line-strong' : 'border-line bg-raised hover:border-line-strong'}`}
                    onKeyUp={(event) => {
                      if (event.key === ' ') event.preventDefault();
                    }}
                    onKeyDown={(event) => {
                      // The phase that has the focus is the one on screen: Space plays on from it.
                      if (event.key !== ' ') return;
                      event.preventDefault();
                      togglePlayback();
                    }}
                    onClick={() => {
                      walkStore.setState({ plays: false });
                      goTo(index);
                    }}
                  />
                );
              })}
            </div>
            <span
              className={`mt-0.5 block truncate text-[11px] ${isHere ? 'font-medium text-ink' : 'text-muted'}`}
              aria-hidden="true"
            >
              {group.title}
            </span>
          </div>
        );
      })}
    </div>
  );
}
