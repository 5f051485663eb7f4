/** A bundle that is dropped onto the page, or chosen in the menu, becomes a run of one's own. */

import { useEffect, useState } from 'react';

import { sentenceOf } from '../../core/api';
import { BUNDLE_SUFFIX, bundleOf, importBundle } from '../../core/exports';
import { studio } from '../studio';

/** Take a bundle in and open its run; what is wrong with it is said in a sentence. */
async function take(file: File): Promise<void> {
  studio.notify(`Reading ${file.name}…`, 'info');
  try {
    await studio.openRun(await importBundle(file));
    studio.notify(`${file.name} is open, paused at its last step.`, 'info');
  } catch (error) {
    studio.notify(sentenceOf(error), 'error');
  }
}

/** Let the user choose a bundle. */
export function chooseBundle(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = BUNDLE_SUFFIX;
  input.addEventListener('change', () => {
    const file = bundleOf(input.files ?? []);
    if (file !== null) void take(file);
  });
  input.click();
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;

/** Listens to what is dragged over the page. Dialogs and panels that take files themselves come first. */
export function ImportDrop() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const inDialog = (event: DragEvent) => event.target instanceof Element && event.target.closest('dialog');
    const drag = (event: DragEvent) => {
      if (event.defaultPrevented || inDialog(event) || !hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (event.defaultPrevented || inDialog(event) || !hasFiles(event)) return;
      event.preventDefault();
      const file = bundleOf(event.dataTransfer?.files ?? []);
      if (file === null) studio.notify(`Only ${BUNDLE_SUFFIX} files can be dropped here.`, 'error');
      else void take(file);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return over ? (
    <div
      className="pointer-events-none fixed inset-3 z-50 grid place-items-center rounded-xl border-2 border-dashed border-accent bg-panel/80 text-[15px]"
      data-testid="import-drop"
    >
      Drop a {BUNDLE_SUFFIX} file to open its run
    </div>
  ) : null;
}
