/** The network built by hand: palette, diagram, and what is selected. Loaded when it is first looked at. */

import { ReactFlowProvider } from '@xyflow/react';
import { useRef, useState } from 'react';
import { useStore } from 'zustand';

import { builderStore } from '../../../core/builder';
import { wiresOf } from '../../../core/graph';
import { plural } from '../../../core/numbers';
import { Icon } from '../../../ui/Icon';
import { Segments } from '../../../ui/fields';
import { FindingRow } from '../../Findings';
import { useIsGuest, useSpec, useStudio } from '../../studio';
import { show } from './actions';
import { Costs } from './Costs';
import { Diagram } from './Diagram';
import { DropNote } from './DropNote';
import { LayerForm } from './LayerForm';
import { NextLayers } from './NextLayers';
import { Palette } from './Palette';
import { PictureDialog } from './PictureDialog';
import { Score } from './Score';
import { type Picture, PictureContext } from './useDrops';
import { ViewTools } from './ViewTools';
import { WireNote } from './WireNote';

export default function BuilderView() {
  const isGuest = useIsGuest();
  const pictureRef = useRef<Picture | null>(null);
  const spec = useSpec();
  const block = useStore(builderStore, (state) => state.block);
  const chosen = useStore(builderStore, (state) => state.wire);
  const wire = wiresOf(spec.network.layers).find(({ from, to }) => chosen?.from === from && chosen.to === to);
  const selected = spec.network.layers.some(({ id }) => id === block) ? block : null;
  return (
    <ReactFlowProvider>
      <PictureContext value={pictureRef}>
        <div
          className="@container flex min-h-[560px] flex-1 flex-col border-t border-line"
          data-testid="blocks"
        >
          <General />
          <div className="flex min-h-0 flex-1 flex-col @min-[620px]:flex-row">
            {!isGuest && <Palette />}
            <div className="flex min-w-0 flex-1 flex-col">
              <div className="flex h-8 shrink-0 items-center justify-between gap-2 border-b border-line px-1.5">
                <div className="flex items-center gap-1">
                  <Score />
                  <PictureButton />
                  <FirstError />
                </div>
                <ViewTools />
              </div>
              <Diagram pictureRef={pictureRef} />
            </div>
            <aside
              aria-label="What is selected"
              className="border-line px-3 py-3 max-[899px]:border-t @max-[620px]:border-t @min-[620px]:w-[196px] @min-[620px]:shrink-0 @min-[620px]:overflow-y-auto @min-[620px]:border-l @min-[620px]:contain-size @min-[700px]:w-[224px]"
            >
              {selected !== null ? (
                <Selected id={selected} />
              ) : wire ? (
                <WireNote wire={wire} />
              ) : (
                <Overview />
              )}
            </aside>
          </div>
        </div>
        <DropNote />
      </PictureContext>
    </ReactFlowProvider>
  );
}

/** An error may be out of sight. */
function FirstError() {
  const examination = useStudio((state) => state.check?.examination ?? null);
  const errors = (examination?.findings ?? []).filter(({ severity }) => severity === 'error');
  const first = errors.find(({ layer }) => layer !== null)?.layer;
  if (first == null) return null;
  return (
    <button
      type="button"
      className="button-quiet h-6 px-1.5 text-[12px] text-danger"
      aria-label={`Show the first error, in ${first}`}
      onClick={() => show(first)}
    >
      <Icon name="warning" size={13} /> {plural(errors.length, 'error')}
    </button>
  );
}

function PictureButton() {
  const examination = useStudio((state) => state.check?.examination ?? null);
  const [open, setOpen] = useState(false);
  if (examination === null) return null;
  return (
    <>
      <button type="button" className="button-quiet h-6 px-1.5 text-[12px]" onClick={() => setOpen(true)}>
        <Icon name="picture" size={13} /> Picture
      </button>
      {open && <PictureDialog examination={examination} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The selected layer: itself, or what could come after it. */
function Selected({ id }: { id: string }) {
  const side = useStore(builderStore, (state) => state.side);
  return (
    <div className="grid gap-3">
      <div>
        <Segments
          label="About the selected layer"
          value={side}
          options={[
            { value: 'layer', title: 'Layer' },
            { value: 'next', title: 'What next' },
          ]}
          onChange={(chosen) => builderStore.setState({ side: chosen })}
        />
      </div>
      {side === 'layer' ? <LayerForm key={id} id={id} /> : <NextLayers />}
    </div>
  );
}

/** What concerns the whole network. */
function General() {
  const examination = useStudio((state) => state.check?.examination ?? null);
  const findings = (examination?.findings ?? []).filter(({ layer }) => layer === null);
  if (findings.length === 0) return null;
  return (
    <div className="grid gap-1 px-3 py-2">
      {findings.map((finding, index) => (
        <FindingRow key={index} finding={finding} />
      ))}
    </div>
  );
}

function Overview() {
  return (
    <div className="grid gap-4">
      <p className="text-muted">
        Drag a layer from the palette onto a wire. Select a block to change it; drag it to another wire to
        move it; drag from the dot below a block to the block that shall read it.
      </p>
      <NextLayers />
      <Costs />
    </div>
  );
}
