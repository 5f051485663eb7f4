/** What widths and colors mean, with the scale as it is now; and how many hidden layers there are. */

import { addHiddenLayer, lastHiddenLayer, removeLayer } from '../../core/network';
import { digits } from '../../core/numbers';
import { css, signColor } from '../../draw/colors';
import { FULL_WIDTH, weightScale } from '../../draw/edges';
import { kernelsOf } from '../../draw/neurons';
import type { Spec } from '../../protocol/messages';
import { Stepper } from '../../ui/Stepper';
import { usePlotStyle } from '../Canvas';
import { studio, useIsGuest, useNumbers, useSpec } from '../studio';

export function NetworkLegend() {
  const style = usePlotStyle();
  const kernels = kernelsOf(useNumbers((numbers) => numbers.drawable));
  const scale = weightScale(kernels.values());
  const spec = useSpec();
  const hidden = lastHiddenLayer(spec);
  const isGuest = useIsGuest();
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 pt-1 pb-3 text-[12px] text-muted">
      <Stepper
        label="Hidden layers"
        fewer="Remove the last hidden layer"
        more="Add a hidden layer"
        isLeast={hidden === null}
        isFixed={isGuest}
        onStep={(by) => {
          if (by > 0) studio.change(addHiddenLayer);
          else if (hidden !== null) studio.change((current) => removeLayer(current, hidden));
        }}
      >
        <span className="tabular-nums">{hiddenCount(spec)}</span>
      </Stepper>
      {kernels.size > 0 && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1" data-testid="weight-scale">
          <span className="flex items-center gap-1.5">
            <svg aria-hidden="true" width="22" height="8">
              <path d="M0 4h22" strokeWidth={FULL_WIDTH} stroke={style.muted} />
            </svg>
            |weight| {digits(scale, 1)}
          </span>
          <span className="flex items-center gap-1.5">
            <Line negative /> negative
          </span>
          <span className="flex items-center gap-1.5">
            <Line negative={false} /> positive
          </span>
        </div>
      )}
    </div>
  );
}

function Line({ negative }: { negative: boolean }) {
  const { theme } = usePlotStyle();
  return (
    <svg aria-hidden="true" width="22" height="8">
      <path d="M0 4h22" strokeWidth={3} stroke={css(signColor(negative ? -0.9 : 0.9, theme))} />
    </svg>
  );
}

function hiddenCount(spec: Spec): string {
  const count = spec.network.layers.slice(0, -1).filter((layer) => layer.kind === 'dense').length;
  return count === 1 ? '1 hidden layer' : `${count} hidden layers`;
}
