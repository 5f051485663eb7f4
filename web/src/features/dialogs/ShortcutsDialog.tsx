/** All shortcuts on one card. */

import { Dialog } from '../../ui/Dialog';
import { SHORTCUTS } from '../shortcuts';

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {SHORTCUTS.map(({ keys, what }) => (
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
      <p className="mt-4 text-muted">
        On the network: hover a unit to see its map on the big plot, click to inspect it, double-click a unit
        or an edge to edit its bias or weight.
      </p>
    </Dialog>
  );
}
