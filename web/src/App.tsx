/** The page: header, three columns, inspector, timeline. */

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';

import { Alerts, NoticeToast, Offers } from './features/Banners';
import { CollectionNotice } from './features/data/CollectionNotice';
import { DataPanel } from './features/data/DataPanel';
import { QuestionDialog } from './features/dialogs/QuestionDialog';
import { RunsDialog } from './features/dialogs/RunsDialog';
import { ShortcutsDialog } from './features/dialogs/ShortcutsDialog';
import { StorageDialog } from './features/dialogs/StorageDialog';
import { WeightsDialog } from './features/dialogs/WeightsDialog';
import { ExportDialog } from './features/exports/ExportDialog';
import { ImportDrop } from './features/exports/ImportDrop';
import { Guide } from './features/guide/Guide';
import { type DialogName, Header } from './features/header/Header';
import { Counters, Speed, Transport } from './features/header/Transport';
import { Inspector } from './features/inspector/Inspector';
import { LiveRegion } from './features/LiveRegion';
import { NetworkPanel } from './features/network/NetworkPanel';
import { OutputPanel } from './features/output/OutputPanel';
import { useShortcuts } from './features/shortcuts';
import { GuestBanner, GuestHeader, GuestTransport } from './features/sharing/GuestHeader';
import { isLabHash } from './core/labLink';
import { sevenPanelsStore } from './core/sevenPanels';
import type { Phase } from './core/stores';
import { studio, useIsGuest, useStudio, useView } from './features/studio';
import { TimelineBar } from './features/timeline/TimelineBar';

/** Fetched when it is first opened. */
const SevenPanels = lazy(() => import('./features/sevenPanels/SevenPanels'));

const client = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } });

/** A page without a server has none. */
const LabPage = import.meta.env.VITE_REPLAY ? () => null : lazy(() => import('./features/lab/LabPage'));

export function App() {
  const phase = useStudio((state) => state.phase);
  const theme = useView((view) => view.theme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <QueryClientProvider client={client}>
      {phase === 'ready' ? <Page /> : <Aside phase={phase} />}
    </QueryClientProvider>
  );
}

/** The Studio, or the lab where the address says so; a guest has no lab. */
function Page() {
  const isLab = useSyncExternalStore(
    (changed) => {
      addEventListener('hashchange', changed);
      return () => removeEventListener('hashchange', changed);
    },
    () => isLabHash(location.hash),
  );
  const isGuest = useIsGuest();
  return (
    <>
      {isLab && !isGuest ? (
        <Suspense fallback={null}>
          <LabPage />
        </Suspense>
      ) : (
        <StudioPage />
      )}
      <Guide />
    </>
  );
}

const NARROW = '(max-width: 899px)';

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(NARROW);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(NARROW).matches,
  );
}

function StudioPage() {
  const narrow = useNarrow();
  const isGuest = useIsGuest();
  const [presetsOpen, setPresetsOpen] = useState(false);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const openPresets = useCallback(() => setPresetsOpen(true), []);
  const openShortcuts = useCallback(() => setDialog('shortcuts'), []);
  useShortcuts({ openPresets, openShortcuts });
  const close = () => setDialog(null);
  const inPanels = useStore(sevenPanelsStore, (state) => state.isOpen);
  return (
    <div className={narrow ? 'flex min-h-full flex-col pb-[180px]' : 'flex h-full flex-col'}>
      {isGuest ? (
        <GuestHeader narrow={narrow} />
      ) : (
        <Header presetsOpen={presetsOpen} onPresets={setPresetsOpen} onDialog={setDialog} narrow={narrow} />
      )}
      <div className={narrow ? 'sticky top-0 z-20' : ''}>
        <Alerts />
        <GuestBanner />
      </div>
      {narrow && <CollectionNotice className="m-3" />}
      {narrow && !isGuest && <Offers />}
      {inPanels ? (
        <Suspense fallback={<main className="min-h-0 flex-1" />}>
          <SevenPanels narrow={narrow} onExport={() => setDialog('export-panels')} />
        </Suspense>
      ) : (
        <main
          className={
            narrow
              ? 'flex flex-col'
              : 'grid min-h-0 flex-1 grid-cols-[clamp(204px,18.4vw,264px)_minmax(0,1fr)_clamp(304px,28vw,400px)] divide-x divide-line'
          }
        >
          <div
            className={narrow ? 'relative order-3 border-t border-line' : 'relative min-h-0 overflow-y-auto'}
          >
            <DataPanel />
          </div>
          <div
            className={narrow ? 'relative order-2 border-t border-line' : 'relative min-h-0 overflow-y-auto'}
          >
            <NetworkPanel />
          </div>
          <div className={narrow ? 'relative order-1' : 'relative min-h-0 overflow-y-auto'}>
            <OutputPanel />
          </div>
        </main>
      )}
      {!inPanels && <Inspector sheet={narrow} />}
      {!narrow && !isGuest && <Offers />}
      {narrow ? (
        <section
          aria-label="Transport and timeline"
          className="fixed inset-x-0 bottom-0 z-30 bg-panel pb-[env(safe-area-inset-bottom)]"
        >
          <TimelineBar />
          <div className="grid gap-1.5 border-t border-line px-2 py-1.5">
            <div className="flex items-center justify-between gap-3 px-1">
              <Counters />
              {!isGuest && <Speed />}
            </div>
            {isGuest ? <GuestTransport /> : <Transport />}
          </div>
        </section>
      ) : (
        <TimelineBar />
      )}
      <NoticeToast />
      <LiveRegion />
      <QuestionDialog />
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={close} />}
      {dialog === 'runs' && <RunsDialog onClose={close} />}
      {dialog === 'storage' && <StorageDialog onClose={close} onRuns={() => setDialog('runs')} />}
      {dialog === 'weights' && <WeightsDialog onClose={close} />}
      {dialog === 'export' && <ExportDialog onClose={close} />}
      {dialog === 'export-panels' && <ExportDialog onClose={close} animates="seven-panels" />}
      {!isGuest && <ImportDrop />}
    </div>
  );
}

/** Before there is a Studio, and after it. */
function Aside({ phase }: { phase: Exclude<Phase, 'ready'> }) {
  const words = {
    starting: ['Opening the Studio…', ''],
    denied: [
      'This address needs its token',
      'netlapse prints a new address each time it starts. Open the address from the terminal, or run netlapse again: it opens the page that is running.',
    ],
    unreachable: [
      'The netlapse server does not answer',
      'Start it with the command netlapse, then load this page again.',
    ],
    revoked: [
      'This link shows nothing any more',
      'It was revoked, or its run was deleted: ask who sent it for a new one.',
    ],
    ended: ['netlapse has ended', 'All runs are kept. Start it again with the command netlapse.'],
  } as const;
  const [title, text] = words[phase];
  return (
    <main
      className="mx-auto flex h-full max-w-md flex-col items-start justify-center gap-3 px-6"
      role={phase === 'starting' ? 'status' : undefined}
    >
      <h1 className="text-[17px] font-semibold">{title}</h1>
      {text && <p className="text-muted">{text}</p>}
      {(phase === 'unreachable' || phase === 'denied') && (
        <button type="button" className="button" onClick={() => location.reload()}>
          Load again
        </button>
      )}
    </main>
  );
}

void studio.start();
