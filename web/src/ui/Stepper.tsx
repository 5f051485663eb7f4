/** A number with a button for one fewer and one more; the number alone where nothing can be changed. */

import type { ReactNode } from 'react';

import { Icon, type IconName } from './Icon';

interface StepperProps {
  readonly label: string;
  readonly fewer: string;
  readonly more: string;
  readonly isLeast: boolean;
  readonly isFixed: boolean;
  readonly compact?: boolean;
  readonly children: ReactNode;
  /** By −1 or +1. */
  readonly onStep: (by: number) => void;
}

export function Stepper(props: StepperProps) {
  const { label, fewer, more, isLeast, isFixed, compact = false, children, onStep } = props;
  const button = (icon: IconName, name: string, by: number, disabled: boolean) => (
    <button
      type="button"
      className={`button-quiet h-6 px-0 ${compact ? 'w-5' : 'w-6'}`}
      aria-label={name}
      disabled={disabled}
      onClick={() => onStep(by)}
    >
      <Icon name={icon} size={14} />
    </button>
  );
  return (
    <div className="flex h-6 items-center gap-0.5" role="group" aria-label={label}>
      {!isFixed && button('minus', fewer, -1, isLeast)}
      {children}
      {!isFixed && button('plus', more, 1, false)}
    </div>
  );
}
