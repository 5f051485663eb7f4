/** The whole run at a glance, every moment of it in reach; before the first step, what can be trained. */

import { useEffect, useRef } from 'react';

import { isTrained } from '../../core/stores';
import { PresetStrip } from '../header/PresetGallery';
import { useStudio } from '../studio';
import { Strip } from './Strip';

export function TimelineBar() {
  const started = useStudio((state) => isTrained(state.status));
  const waits = useStudio((state) => state.wantsTraining);
  const run = useStudio((state) => state.run);
  return (
    <section
      aria-label="Timeline"
      className="h-[104px] shrink-0 border-t border-line bg-panel"
      data-testid="timeline"
    >
      {started ? <Strip key={run} /> : waits ? <Compiling /> : <PresetStrip />}
    </section>
  );
}

/** What the wait before the very first step is for, and how long it has been. */
function Compiling() {
  const isOpen = useStudio((state) => state.status !== null && state.status.state !== 'opening');
  const seconds = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const started = performance.now();
    const timer = setInterval(() => {
      const passed = Math.floor((performance.now() - started) / 1000);
      if (seconds.current && passed > 0) seconds.current.textContent = ` ${passed} s`;
    }, 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="flex h-full flex-col justify-center px-4" data-testid="compiling">
      <p className="font-medium">
        <span role="status">
          {isOpen ? 'Preparing the training program for this network…' : 'Opening the run…'}
        </span>
        <span ref={seconds} className="font-normal text-muted tabular-nums" />
      </p>
      <p className="text-muted">
        Training starts by itself as soon as it is ready. This takes some seconds the first time; a network
        whose program is compiled already starts at once.
      </p>
    </div>
  );
}
