/** NETWORK: neurons or blocks, and how it learns. */

import { lazy, Suspense } from 'react';

import { useStore } from 'zustand';

import { replayed } from '../../core/guest';
import { count } from '../../core/numbers';
import { openSlowMotion, walkStore } from '../../core/walkState';
import type { NetworkTab } from '../../core/view';
import { FindingRow } from '../Findings';
import { DoctorNews, FindingCount } from '../health/FindingCount';
import { hasHealth } from '../health/places';
import { Seeing } from '../guide/Seeing';
import { useHasImages } from '../microscope/queries';
import { useStudio } from '../studio';
import { NetworkLegend } from './NetworkLegend';
import { NeuronsView } from './NeuronsView';
import { chooseTab, useTab } from './tab';
import { TrainingPanel } from './TrainingPanel';

/** A large part of the page's code: fetched when it is first looked at. */
const BuilderView = lazy(() => import('./builder/BuilderView'));
const MapsView = lazy(() => import('../microscope/MapsView'));
const HealthPanel = import.meta.env.VITE_REPLAY ? () => null : lazy(() => import('../health/HealthPanel'));
/** A page without a server has nobody to ask, and is spared its code. */
const SlowMotion = import.meta.env.VITE_REPLAY ? () => null : lazy(() => import('../slowmotion/SlowMotion'));

const TABS: readonly { id: NetworkTab; title: string }[] = [
  { id: 'neurons', title: 'Neurons' },
  { id: 'blocks', title: 'Blocks' },
  { id: 'health', title: 'Health' },
];

export function NetworkPanel() {
  const tab = useTab();
  const images = useHasImages();
  const tabs = hasHealth() ? TABS : TABS.filter(({ id }) => id !== 'health');
  const isSlow = useStore(walkStore, (state) => state.isOpen);
  const examination = useStudio((state) => state.check?.examination ?? null);
  const serious = (examination?.findings ?? []).filter((finding) => finding.severity !== 'advice');
  return (
    <section
      aria-labelledby="network-heading"
      className="flex min-h-full flex-col"
      data-testid="network-panel"
    >
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 pt-3 pb-1">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <div className="flex items-center gap-1">
            <h2 id="network-heading" className="heading">
              Network
            </h2>
            <Seeing
              page={
                isSlow ? 'slow-motion' : tab === 'neurons' ? 'network' : tab === 'health' ? 'flow' : 'blocks'
              }
            />
          </div>
          <div role="tablist" aria-label="View of the network" className="flex gap-1">
            {tabs.map(({ id, title }, at) => (
              <button
                key={id}
                type="button"
                role="tab"
                id={`tab-${id}`}
                aria-selected={tab === id && !isSlow}
                aria-controls="network-view"
                tabIndex={tab === id ? 0 : -1}
                className={`flex h-7 items-center gap-1.5 rounded-md px-2.5 font-medium ${tab === id && !isSlow ? 'bg-raised text-ink' : 'text-muted hover:text-ink'}`}
                onClick={() => {
                  if (isSlow) openSlowMotion(false);
                  chooseTab(id);
                }}
                onKeyDown={(event) => {
                  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
                  event.stopPropagation();
                  const by = event.key === 'ArrowRight' ? 1 : tabs.length - 1;
                  const other = tabs[(at + by) % tabs.length]?.id ?? id;
                  chooseTab(other);
                  document.getElementById(`tab-${other}`)?.focus();
                }}
              >
                {id === 'neurons' && images ? 'Maps' : title}
                {id === 'health' && <FindingCount />}
              </button>
            ))}
          </div>
          {replayed() === null && (
            <button
              type="button"
              id="slow-motion"
              aria-pressed={isSlow}
              className={`h-7 rounded-md px-2.5 font-medium whitespace-nowrap ${isSlow ? 'bg-raised text-ink' : 'text-muted hover:text-ink'}`}
              title="Walk through one step, forwards and back, with every number (M)"
              data-testid="slow-motion-button"
              onClick={() => openSlowMotion(!isSlow)}
            >
              Slow motion
            </button>
          )}
        </div>
        {examination && (
          <span className="text-[12px] text-muted tabular-nums">
            {count(examination.parameters)} parameters
          </span>
        )}
      </div>
      {tab === 'neurons' && !isSlow && serious.length > 0 && (
        <div className="grid gap-1 px-4 py-1">
          {serious.map((finding, index) => (
            <FindingRow key={index} finding={finding} />
          ))}
        </div>
      )}
      <div
        id="network-view"
        role="tabpanel"
        aria-labelledby={isSlow ? 'slow-motion' : `tab-${tab}`}
        className="flex min-h-[380px] flex-1 flex-col"
      >
        {/* Keys: without them the view that is left stays in the page, hidden, until the other is fetched. */}
        {isSlow ? (
          <Suspense key="slow" fallback={<p className="p-4 text-muted">Opening slow motion…</p>}>
            <SlowMotion />
          </Suspense>
        ) : tab === 'neurons' && images ? (
          <Suspense key="maps" fallback={<p className="p-4 text-muted">Opening the layers…</p>}>
            <MapsView />
          </Suspense>
        ) : tab === 'health' ? (
          <Suspense
            key="health"
            fallback={<p className="p-4 text-muted">Opening the health of the training…</p>}
          >
            <HealthPanel />
          </Suspense>
        ) : tab === 'neurons' ? (
          <>
            <NeuronsView />
            <NetworkLegend />
          </>
        ) : (
          <Suspense key="blocks" fallback={<p className="p-4 text-muted">Opening the builder…</p>}>
            <BuilderView />
          </Suspense>
        )}
      </div>
      <TrainingPanel />
      <DoctorNews />
    </section>
  );
}
