/** From dark to light, and back. */

import { viewStore } from '../core/view';
import { Icon } from '../ui/Icon';
import { useView } from './studio';

export function ThemeButton() {
  const theme = useView((view) => view.theme);
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="button-quiet size-8 px-0"
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
      onClick={() => viewStore.setState({ theme: other })}
    >
      <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}
