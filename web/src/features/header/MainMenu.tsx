/** The menu, with the shortcuts printed beside what they do. */

import { useState } from 'react';

import { openGuide } from '../../core/guide';
import { DEFAULT_PACE } from '../../core/pace';
import { restoreView } from '../../core/view';
import { Icon } from '../../ui/Icon';
import { Popover } from '../../ui/Popover';
import { chooseBundle } from '../exports/ImportDrop';
import { openLab } from '../lab/leaving';
import { chooseTab } from '../network/tab';
import { studio, useStudio } from '../studio';
import type { DialogName } from './Header';

export function MainMenu({
  onDialog,
  onPresets,
}: {
  onDialog: (name: DialogName) => void;
  onPresets: () => void;
}) {
  const [open, setOpen] = useState(false);
  const run = useStudio((state) => state.run);
  const act = (action: () => void) => () => {
    setOpen(false);
    action();
  };
  return (
    <Popover
      label="Menu"
      testId="menu"
      open={open}
      onOpenChange={setOpen}
      align="right"
      buttonClass="button-quiet size-8 px-0"
      button={<Icon name="menu" />}
      panelClass="w-72 p-1.5"
    >
      <ul>
        <Item name="Train or pause" keys="Space" act={act(() => studio.toggle())} />
        <Item name="One step" keys="→" act={act(() => studio.forward())} />
        <Item name="One step back" keys="←" act={act(() => studio.back())} />
        <Item name="One epoch" keys="Shift+→" act={act(() => studio.forwardEpoch())} />
        <Item name="To step 0" keys="Home" act={act(() => studio.past.seek(0))} />
        <Item name="Return to now" keys="End" act={act(() => studio.past.now())} />
        <Item name="Reset to the first weights" keys="R" act={act(() => studio.reset())} />
        <Item name="Search presets" keys="/" act={act(onPresets)} />
        <Item name="Neurons" keys="N" act={act(() => chooseTab('neurons'))} />
        <Item name="Blocks" keys="B" act={act(() => chooseTab('blocks'))} />
        <Item name="Health" keys="H" act={act(() => chooseTab('health'))} />
        <Item name="Undo" keys="Ctrl+Z" act={act(() => studio.undo())} />
        <Item name="Redo" keys="Ctrl+Shift+Z" act={act(() => studio.redo())} />
      </ul>
      <ul className="mt-1.5 border-t border-line pt-1.5">
        {run !== null && <Item name="Save trained weights…" act={act(() => onDialog('weights'))} />}
        {run !== null && <Item name="Export…" act={act(() => onDialog('export'))} />}
        <Item name="Open a .netlapse file…" act={act(chooseBundle)} />
        <Item name="Optimizer lab…" act={act(openLab)} />
        <Item name="Earlier runs…" act={act(() => onDialog('runs'))} />
        <Item name="Where my data lies…" act={act(() => onDialog('storage'))} />
      </ul>
      <ul className="mt-1.5 border-t border-line pt-1.5">
        <Item name="Lessons…" act={act(() => openGuide('lessons'))} />
        <Item name="Guide…" act={act(() => openGuide('network'))} />
        <Item name="All shortcuts" keys="?" act={act(() => onDialog('shortcuts'))} />
        <Item name="Restore defaults" act={act(restoreDefaults)} />
        <Item name="Quit netlapse" act={act(() => void studio.quit())} />
      </ul>
    </Popover>
  );
}

/** View, speed and the first preset as they were at the very start. */
function restoreDefaults(): void {
  restoreView();
  studio.setPace(DEFAULT_PACE);
  const spiral = studio.state.presets.find(({ name }) => name === 'spiral');
  if (spiral) studio.load(spiral.spec, false);
}

function Item({ name, keys, act }: { name: string; keys?: string; act: () => void }) {
  return (
    <li>
      <button
        type="button"
        className="flex h-8 w-full items-center justify-between gap-4 rounded-md px-2.5 text-left hover:bg-raised"
        onClick={act}
      >
        {name}
        {keys && <kbd className="font-sans text-[12px] text-muted">{keys}</kbd>}
      </button>
    </li>
  );
}
