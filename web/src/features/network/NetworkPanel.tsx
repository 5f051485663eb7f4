/** NETWORK: neurons or blocks, and how it learns. */

import { lazy, Suspense } from 'react';

import { count } from '../../core/numbers';
import type { NetworkTab } from '../../core/view';
import { FindingRow } from '../Findings';
import { useHasImages } from '../microscope/queries';
import { useStudio } from '../studio';
import { NetworkLegend } from './NetworkLegend';
import { NeuronsView } from './NeuronsView';
import { chooseTab, useTab } from './tab';
import { TrainingPanel } from './TrainingPanel';

/** A large part of the page's code: fetched when it is first looked at. */
const BuilderView = lazy(() => import('./builder/BuilderView'));
const MapsView = lazy(() => import('../microscope/MapsView'));

const TABS: readonly { id: NetworkTab; title: string }[] = [
  { id: 'neurons', title: 'Neurons' },
  { id: 'blocks', title: 'Blocks' },
];

export function NetworkPanel() {
  const tab = useTab();
  const images = useHasImages();
  const examination = useStudio((state) => state.check?.examination ?? null);
  const serious = (examination?.findings ?? []).filter((finding) => finding.severity !== 'advice');
  return (
    <section
      aria-labelledby="network-heading"
      className="flex min-h-full flex-col"
      data-testid="network-panel"
    >
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 pt-3 pb-1">
        <div className="flex items-center gap-4">
          <h2 id="network-heading" className="heading">
            Network
          </h2>
          <div role="tablist" aria-label="View of the network" className="flex gap-1">
            {TABS.map(({ id, title }) => (
              <button
                key={id}
                type="button"
                role="tab"
                id={`tab-${id}`}
                aria-selected={tab === id}
                aria-controls="network-view"
                tabIndex={tab === id ? 0 : -1}
                className={`h-7 rounded-md px-2.5 font-medium ${tab === id ? 'bg-raised text-ink' : 'text-muted hover:text-ink'}`}
                onClick={() => chooseTab(id)}
                onKeyDown={(event) => {
                  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
                  event.stopPropagation();
                  const other = id === 'neurons' ? 'blocks' : 'neurons';
                  chooseTab(other);
                  document.getElementById(`tab-${other}`)?.focus();
                }}
              >
                {id === 'neurons' && images ? 'Maps' : title}
              </button>
            ))}
          </div>
        </div>
        {examination && (
          <span className="text-[12px] text-muted tabular-nums">
            {count(examination.parameters)} parameters
          </span>
        )}
      </div>
      {tab === 'neurons' && serious.length > 0 && (
        <div className="grid gap-1 px-4 py-1">
          {serious.map((finding, index) => (
            <FindingRow key={index} finding={finding} />
          ))}
        </div>
      )}
      <div
        id="network-view"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        className="flex min-h-[380px] flex-1 flex-col"
      >
        {tab === 'neurons' && images ? (
          <Suspense fallback={<p className="p-4 text-muted">Opening the layers…</p>}>
            <MapsView />
          </Suspense>
        ) : tab === 'neurons' ? (
          <>
            <NeuronsView />
            <NetworkLegend />
          </>
        ) : (
          <Suspense fallback={<p className="p-4 text-muted">Opening the builder…</p>}>
            <BuilderView />
          </Suspense>
        )}
      </div>
      <TrainingPanel />
    </section>
  );
}
