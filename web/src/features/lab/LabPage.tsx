/** The optimizer lab: optimizers race on a surface of two numbers. */

import { type CSSProperties, useEffect, useState, useSyncExternalStore } from 'react';

import { Segments } from '../../ui/fields';
import { ContourPlot } from './ContourPlot';
import { EndTable } from './EndTable';
import { useLabKeys } from './keys';
import { lab, useDomain, useLab } from './lab';
import { LabCurves } from './LabCurves';
import { LabHeader } from './LabHeader';
import { LabNotices } from './LabNotices';
import { LabTransport } from './LabTransport';
import { PlaneForm } from './PlaneForm';
import { RaceForm } from './RaceForm';
import { Racers } from './Racers';
import { ScaleBar } from './ScaleBar';
import { SurfacePlot } from './SurfacePlot';
import { Surfaces } from './Surfaces';

export default function LabPage() {
  const isReady = useLab((state) => state.setup !== null);
  useEffect(() => {
    void lab.open();
    const onHash = () => void lab.openLink();
    addEventListener('hashchange', onHash);
    const { title } = document;
    document.title = 'Optimizer lab · netlapse';
    return () => {
      removeEventListener('hashchange', onHash);
      lab.player.pause();
      document.title = title;
    };
  }, []);
  useLabKeys();
  return (
    <div className="flex h-full flex-col max-[899px]:h-auto max-[899px]:min-h-full">
      <LabHeader />
      <LabNotices />
      {isReady ? (
        <Lab />
      ) : (
        <p role="status" className="p-6 text-muted">
          Opening the lab…
        </p>
      )}
    </div>
  );
}

function Lab() {
  return (
    <div className="grid min-h-0 flex-1 min-[900px]:grid-cols-[clamp(300px,24vw,350px)_minmax(0,1fr)] min-[900px]:divide-x min-[900px]:divide-line max-[899px]:flex max-[899px]:flex-col-reverse max-[899px]:pb-28">
      <aside aria-label="Set-up of the race" className="grid min-h-0 content-start gap-5 overflow-y-auto p-4">
        <Surfaces />
        <Racers />
        <RaceForm />
        <PlaneForm />
      </aside>
      <main className="flex min-h-0 flex-col gap-3 overflow-y-auto p-4">
        <Plots />
        <ScaleBar />
        <section
          aria-label="Transport"
          className="rounded-md border border-line bg-panel px-2 py-1.5 max-[899px]:fixed max-[899px]:inset-x-0 max-[899px]:bottom-0 max-[899px]:z-30 max-[899px]:rounded-none max-[899px]:border-x-0 max-[899px]:border-b-0"
        >
          <LabTransport />
        </section>
        <LabCurves />
        <EndTable />
      </main>
    </div>
  );
}

type Look = 'contour' | 'surface' | 'both';
const LOOKS = [
  { value: 'contour', title: 'Contour' },
  { value: 'surface', title: '3-D' },
  { value: 'both', title: 'Both' },
] as const;
/** How tall a landscape is, as a share of its width. */
const LANDSCAPE = 0.72;
const WIDE = matchMedia('(min-width: 1200px)');

function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      WIDE.addEventListener('change', changed);
      return () => WIDE.removeEventListener('change', changed);
    },
    () => WIDE.matches,
  );
}

function Plots() {
  const isWide = useWide();
  const [chosen, setLook] = useState<Look | null>(null);
  const { x, y } = useDomain();
  // On a phone the map takes the room that its plane needs.
  const tall = Math.max(0.42, Math.min(0.9, (y[1] - y[0]) / (x[1] - x[0])));
  const look = chosen ?? (isWide ? 'both' : 'contour');
  return (
    <section
      aria-label="The surface"
      className="flex min-h-[380px] flex-1 flex-col gap-2 max-[899px]:min-h-0"
    >
      <div className="flex items-center justify-between gap-3">
        <p className="text-[12px] text-muted max-sm:hidden">
          Drag the ringed start; every racer begins there.
        </p>
        <Segments label="How the surface is shown" value={look} options={LOOKS} onChange={setLook} />
      </div>
      <div
        className={`grid min-h-0 flex-1 gap-3 ${look === 'both' ? 'grid-cols-2 max-sm:grid-cols-1' : ''} max-[899px]:auto-rows-[calc(min(92vw,560px)*var(--tall)+32px)]`}
        style={{ '--tall': look === 'contour' ? tall : LANDSCAPE } as CSSProperties}
      >
        {look !== 'surface' && <ContourPlot />}
        {look !== 'contour' && <SurfacePlot />}
      </div>
    </section>
  );
}
