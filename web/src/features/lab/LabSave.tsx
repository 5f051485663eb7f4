/** What can be taken along: the link, the command, the numbers, the picture. */

import { useState } from 'react';

import { commandOf } from '../../core/labCommand';
import { csvOf } from '../../core/labRace';
import { defaultOptimizer, raceOf } from '../../core/labSetup';
import { Icon } from '../../ui/Icon';
import { Popover } from '../../ui/Popover';
import { usePlotStyle } from '../Canvas';
import { type Drawing, LabDrawing, useRaceDrawing } from './LabDrawing';
import { keep } from '../network/builder/keepPicture';
import { useLab, useSetup, useShown } from './lab';
import { pictureOf } from './picture';

export function LabSave() {
  const [open, setOpen] = useState(false);
  // Here and not within: who closes the panel waits for the film all the same.
  const drawing = useRaceDrawing();
  return (
    <Popover
      label={drawing.job === null ? 'Share and export' : 'Share and export: drawing'}
      testId="lab-save"
      open={open}
      onOpenChange={setOpen}
      align="right"
      buttonClass="button-quiet px-2"
      button={
        <>
          <Icon name="share" />
          <span className="max-sm:sr-only">{drawing.job === null ? 'Share, export' : 'Drawing…'}</span>
        </>
      }
      panelClass="w-[min(420px,calc(100vw-24px))] max-sm:fixed max-sm:inset-x-3 max-sm:top-14 max-sm:w-auto p-4"
    >
      <Content drawing={drawing} />
    </Popover>
  );
}

function Content({ drawing }: { drawing: Drawing }) {
  const setup = useSetup();
  const shown = useShown();
  const style = usePlotStyle();
  const race = raceOf(setup);
  const root = useLab((state) => state.schema);
  const command = race === null ? null : commandOf(race, (kind) => defaultOptimizer(kind, root));
  const [problem, setProblem] = useState('');
  const name = `race-${setup.surface.kind}`;
  return (
    <div className="grid gap-4">
      <Copied
        title="Link to this lab"
        what="The whole set-up: it opens in any Studio."
        label="Link to this lab"
        text={location.href}
      />
      {command !== null && (
        <Copied
          title="The same on the command line"
          what="The same paths; with --json all numbers, with --out race.gif the film."
          label="Command"
          text={command}
        />
      )}
      {shown !== null && (
        <section className="grid gap-1.5">
          <h3 className="font-medium">Files</h3>
          <div className="flex flex-wrap gap-2">
            <button
              type="button"
              className="button"
              onClick={() => keep(new Blob([csvOf(shown.run)], { type: 'text/csv' }), `${name}.csv`)}
            >
              <Icon name="table" size={14} /> Paths as CSV
            </button>
            <button
              type="button"
              className="button"
              onClick={() =>
                void pictureOf(shown, style).then(
                  (png) => keep(png, `${name}.png`),
                  (error: unknown) => setProblem(String(error)),
                )
              }
            >
              <Icon name="picture" size={14} /> Map as PNG
            </button>
          </div>
          {problem && (
            <p role="alert" className="text-danger">
              {problem}
            </p>
          )}
        </section>
      )}
      {race !== null && <LabDrawing race={race} drawing={drawing} />}
    </div>
  );
}

function Copied({ title, what, label, text }: { title: string; what: string; label: string; text: string }) {
  const [said, setSaid] = useState('Copy');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Press Ctrl+C'); // Browsers copy by themselves on this computer and over HTTPS alone.
    }
  };
  return (
    <section className="grid gap-1.5">
      <h3 className="font-medium">{title}</h3>
      <p className="text-muted">{what}</p>
      <div className="flex gap-2">
        <input
          className="field min-w-0 flex-1"
          aria-label={label}
          readOnly
          value={text}
          onFocus={(event) => event.target.select()}
        />
        <button
          type="button"
          className="button shrink-0"
          aria-label={`Copy: ${label}`}
          onClick={(event) => {
            event.currentTarget.parentElement?.querySelector('input')?.select();
            void copy();
          }}
        >
          <Icon name="copy" size={14} /> <span aria-live="polite">{said}</span>
        </button>
      </div>
    </section>
  );
}
