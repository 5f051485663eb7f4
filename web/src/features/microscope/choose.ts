/** Another image under the microscope. */

import { microscopeStore } from '../../core/microscope';
import { viewStore } from '../../core/view';
import type { Part } from '../../protocol/messages';

/** Look at a sample; where no layer is in sight yet, at what speaks for its class. */
export function chooseImage(part: Part, index: number): void {
  microscopeStore.setState({ subject: { kind: 'sample', part, index } });
  const isWatched = document.querySelector('[data-testid="maps"], [data-testid="inspector"]') !== null;
  if (!isWatched) viewStore.setState({ selection: { kind: 'layer', layer: 'input' } });
}
