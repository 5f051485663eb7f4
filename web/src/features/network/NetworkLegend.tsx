/** What widths and colors mean, with the scale as it is now; and how many hidden layers there are. */

import { addHiddenLayer, lastHiddenLayer, removeLayer } from '../../core/network';
import { digits } from '../../core/numbers';
import { css, signColor } from '../../draw/colors';
import { FULL_WIDTH, weightScale } from '../../draw/edges';
import { kernelsOf } from '../../draw/neurons';
import type { Spec } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { usePlotStyle } from '../Canvas';
import { studio, useNumbers, useSpec } from '../studio';

export function NetworkLegend() {
  const style = usePlotStyle();
  const kernels = kernelsOf(useNumbers((numbers) => numbers.drawable));
  const scale = weightScale(kernels.values());
  const spec = useSpec();
  const hidden = lastHiddenLayer(spec);
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 pt-1 pb-3 text-[12px] text-muted">
      <div className="flex items-center gap-1" role="group" aria-label="Hidden layers">
        <button
          type="button"
          className="button-quiet size-6 px-0"
          aria-label="Remove the last hidden layer"
          disabled={hidden === null}
          onClick={() => {
            if (hidden !== null) studio.change((current) => removeLayer(current, hidden));
          }}
        >
          <Icon name="minus" size={14} />
        </button>
        <span className="tabular-nums">{hiddenCount(spec)}</span>
        <button
          type="button"
          className="button-quiet size-6 px-0"
          aria-label="Add a hidden layer"
          onClick={() => studio.change(addHiddenLayer)}
        >
          <Icon name="plus" size={14} />
        </button>
      </div>
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
