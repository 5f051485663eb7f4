/** A modal dialog: the browser's own, with its focus trap, Esc and backdrop. */

import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

import { Icon } from './Icon';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the foot. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  /** As large as the page; the children see to their own margins and scrolling. */
  readonly full?: boolean;
}

export function Dialog({ title, onClose, children, actions, wide = false, full = false }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before the dialog leaves the page: closing it gives the focus back to what opened it.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onCancel={(event) => {
        // Esc in a dialog over this one is heard here, too.
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
      className={`w-[calc(100vw-24px)] rounded-xl border border-line bg-panel p-0 text-ink backdrop:bg-black/50 ${full ? 'h-[calc(100dvh-24px)] max-h-[1100px] max-w-[1320px]' : `max-h-[min(92dvh,880px)] ${wide ? 'max-w-[960px]' : 'max-w-[560px]'}`}`}
    >
      <div className={`flex flex-col ${full ? 'h-full' : 'max-h-[min(92dvh,880px)]'}`}>
        <header className="flex items-center justify-between gap-4 border-b border-line px-5 py-3">
          <h2 id={heading} className="text-[15px] font-semibold">
            {title}
          </h2>
          <button type="button" className="button-quiet -mr-2 w-8 px-0" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div
          className={`relative min-h-0 flex-1 ${full ? 'flex flex-col overflow-hidden' : 'overflow-y-auto px-5 py-4'}`}
        >
          {children}
        </div>
        {actions && (
          <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
            {actions}
          </footer>
        )}
      </div>
    </dialog>
  );
}
