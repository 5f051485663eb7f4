/** HEALTH of the training on screen: what the doctor has found, and how gradients and updates flow through the layers. */

import { Doctor } from './Doctor';
import { useWatchedVitals } from './feeds';
import { Flow } from './Flow';

export default function HealthPanel() {
  useWatchedVitals();
  return (
    <div className="@container grid min-w-0 content-start gap-6 px-4 py-3" data-testid="health-panel">
      <Doctor />
      <Flow />
    </div>
  );
}
