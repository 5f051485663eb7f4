/** All shortcuts on one card. */

import { Dialog } from '../../ui/Dialog';
import { BLOCK_SHORTCUTS, SHORTCUTS, WALK_SHORTCUTS } from '../shortcuts';

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Shortcuts" onClose={onClose}>
      {/* Reached by Tab, so that the arrows scroll it where it is longer than the screen. */}
      <div role="group" aria-label="Keys" tabIndex={0}>
        <Keys entries={SHORTCUTS} />
        <h3 className="mt-4 mb-2 font-medium">In the blocks</h3>
        <Keys entries={BLOCK_SHORTCUTS} />
        <h3 className="mt-4 mb-2 font-medium">In slow motion</h3>
        <Keys entries={WALK_SHORTCUTS} />
        <p className="mt-4 text-muted">
          On the network: hover a unit to see its map on the big plot, click to inspect it, double-click a
          unit or an edge to edit its bias or weight.
        </p>
      </div>
    </Dialog>
  );
}

function Keys({ entries }: { entries: readonly { readonly keys: string; readonly what: string }[] }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
      {entries.map(({ keys, what }) => (
        <div key={keys} className="contents">
          <dt>
            <kbd className="rounded border border-line bg-raised px-1.5 py-0.5 font-sans text-[12px]">
              {keys}
            </kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
