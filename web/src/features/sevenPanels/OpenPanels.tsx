/** The button that opens the seven panels; absent where the network has none. */

import { useEffect, useRef } from 'react';

import { hasSevenPanels, openSevenPanels, sevenPanelsStore } from '../../core/sevenPanels';
import { Icon } from '../../ui/Icon';
import { useSpec, useStudio } from '../studio';

export function OpenPanels() {
  const spec = useSpec();
  const isThere = useStudio(({ check }) => hasSevenPanels(spec, check));
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!sevenPanelsStore.getState().wasClosed) return;
    sevenPanelsStore.setState({ wasClosed: false });
    button.current?.focus();
  }, []);
  if (!isThere) return null;
  return (
    <button
      ref={button}
      type="button"
      className="button justify-between"
      data-testid="open-seven-panels"
      title="Fit, loss, network, weights, biases and gradients of one state, side by side"
      onClick={openSevenPanels}
    >
      <span>
        Seven panels <span className="font-normal text-muted max-sm:hidden">weights, biases, gradients</span>
      </span>
      <Icon name="right" size={14} />
    </button>
  );
}
