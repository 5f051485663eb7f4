/** A panel under a button; Esc, a click elsewhere, or leaving it by keyboard closes it. */

import { type ReactNode, useEffect, useId, useRef } from 'react';

interface Props {
  readonly label: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly button: ReactNode;
  readonly className?: string;
  readonly buttonClass?: string;
  readonly align?: 'left' | 'right';
  readonly panelClass?: string;
  readonly testId?: string;
  readonly children: ReactNode;
}

export function Popover(props: Props) {
  const { label, open, onOpenChange, button, children } = props;
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) onOpenChange(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      onOpenChange(false);
      trigger.current?.focus();
    };
    // What had the focus may be gone, such as a button that gave way to a progress bar: keys come from the page then.
    const onLostKey = (event: KeyboardEvent) => {
      if (document.activeElement === document.body) onKey(event);
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onLostKey);
    root.current?.addEventListener('keydown', onKey);
    const node = root.current;
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onLostKey);
      node?.removeEventListener('keydown', onKey);
    };
  }, [open, onOpenChange]);
  return (
    <div
      ref={root}
      className={`relative ${props.className ?? ''}`}
      onBlur={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && !event.currentTarget.contains(to)) onOpenChange(false);
      }}
    >
      <button
        ref={trigger}
        type="button"
        aria-label={label}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-testid={props.testId}
        className={props.buttonClass ?? 'button-quiet'}
        onClick={() => onOpenChange(!open)}
      >
        {button}
      </button>
      {open && (
        <div
          id={id}
          className={`absolute top-full z-40 mt-2 rounded-lg border border-line bg-panel shadow-xl shadow-black/15 ${props.align === 'right' ? 'right-0' : 'left-0'} ${props.panelClass ?? 'w-64 p-2'}`}
        >
          {children}
        </div>
      )}
    </div>
  );
}
