/** "What am I seeing?": two sentences about a panel, and the way to its page of the guide. */

import { type KeyboardEvent, lazy, Suspense, useId, useRef, useState } from 'react';

import type { PageName } from '../../core/guide';
import { Icon } from '../../ui/Icon';

const Words = lazy(() => import('./Words'));

const WIDTH = 296;
const MARGIN = 8;

export function Seeing({ page }: { page: PageName }) {
  const [open, setOpen] = useState(false);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  // The page's own shortcuts do not hear the key that closes this.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    panel.current?.hidePopover();
  };
  return (
    <span className="contents" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        aria-label="What am I seeing?"
        title="What am I seeing?"
        aria-expanded={open}
        popoverTarget={id}
        className="button-quiet size-6 px-0 text-muted"
        data-testid={`seeing-${page}`}
      >
        <Icon name="hint" size={14} />
      </button>
      {/* In the browser's top layer: no panel with a scroll bar cuts it off. */}
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="fixed m-0 rounded-lg border border-line bg-panel p-3 text-[13px] leading-normal text-ink shadow-xl shadow-black/15"
        style={{ ...place, width: `min(${WIDTH}px, calc(100vw - ${2 * MARGIN}px))` }}
        onToggle={(event) => {
          const box = button.current?.getBoundingClientRect();
          const isOpen = event.newState === 'open';
          setOpen(isOpen);
          if (!isOpen || !box) return;
          const left = Math.max(MARGIN, Math.min(box.left, window.innerWidth - WIDTH - MARGIN));
          setPlace({ left, top: Math.min(box.bottom + 4, window.innerHeight - 160) });
        }}
      >
        {open && (
          <Suspense fallback={null}>
            <Words page={page} onLeave={() => panel.current?.hidePopover()} />
          </Suspense>
        )}
      </div>
    </span>
  );
}
