/** A button that shows what a drawing shows as a table instead. */

import { Icon } from './Icon';

interface Props {
  /** Such as "Show the landscape as a table". */
  readonly name: string;
  readonly pressed: boolean;
  readonly onPress: (pressed: boolean) => void;
  /** Its place and its size. */
  readonly className?: string;
}

export function TableSwitch({ name, pressed, onPress, className = 'size-7' }: Props) {
  return (
    <button
      type="button"
      className={`button-quiet px-0 ${className}`}
      aria-pressed={pressed}
      aria-label={name}
      title={name}
      onClick={() => onPress(!pressed)}
    >
      <Icon name="table" size={14} />
    </button>
  );
}
