/** The head of a layer's column: its name, its units, its activation, the scale of its maps. */

import { memo } from 'react';

import { setAt } from '../../core/json';
import { summary } from '../../core/layerWords';
import { setUnits } from '../../core/network';
import { digits } from '../../core/numbers';
import { viewStore } from '../../core/view';
import { css, signColor } from '../../draw/colors';
import { limitOf } from '../../draw/heatmap';
import type { ColumnLayout } from '../../draw/networkLayout';
import type { Activation, Layer } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Select } from '../../ui/fields';
import { Stepper } from '../../ui/Stepper';
import { usePlotStyle } from '../Canvas';
import { Elided } from '../../ui/Elided';
import { LayerMark } from '../health/LayerMark';
import { studio, useIsGuest, useNumbers, useView } from '../studio';

const ACTIVATIONS: readonly Activation[] = [
  'linear',
  'relu',
  'leaky-relu',
  'elu',
  'gelu',
  'sigmoid',
  'tanh',
  'softmax',
];

interface HeaderProps {
  readonly column: ColumnLayout;
  readonly layer: Layer | null;
  readonly at: number;
  readonly width: number;
  readonly height: number;
  /** Many columns: units without the word, a narrow choice. */
  readonly compact: boolean;
  readonly isLast: boolean;
}

export const ColumnHeader = memo(function ColumnHeader(props: HeaderProps) {
  const { column, layer, at, width, height, compact, isLast } = props;
  const selected = useView((view) => view.selection?.layer === column.id);
  const isGuest = useIsGuest();
  const count = column.spots.length + column.hidden;
  return (
    <div
      className="absolute top-0 flex flex-col items-center gap-1 px-0.5 text-center"
      style={{ left: column.center - width / 2, width, height }}
    >
      {layer === null ? (
        <span className="max-w-full truncate font-medium">Inputs</span>
      ) : (
        <span className="flex max-w-full items-center">
          <button
            type="button"
            className={`flex min-w-0 items-center gap-1 truncate rounded font-medium hover:bg-raised ${compact ? 'text-[11px]' : 'px-1'} ${selected ? 'text-accent' : ''}`}
            aria-label={layer.id}
            title={`Inspect ${layer.id}`}
            onClick={() => viewStore.setState({ selection: { kind: 'layer', layer: layer.id } })}
          >
            {layer.kind === 'dense' && layer.frozen && <Icon name="lock" size={12} />}
            <Elided name={layer.id} />
          </button>
          <LayerMark layer={layer.id} />
        </span>
      )}
      {layer?.kind === 'dense' ? (
        <>
          <Stepper
            label={`Units of ${layer.id}`}
            fewer={`Fewer units in ${layer.id}`}
            more={`More units in ${layer.id}`}
            isLeast={layer.units <= 1}
            isFixed={isLast || isGuest}
            compact={compact}
            onStep={(by) => studio.change((spec) => setUnits(spec, at, layer.units + by))}
          >
            <span
              className="text-[12px] whitespace-nowrap text-muted tabular-nums"
              data-testid={`units-${layer.id}`}
            >
              {compact ? layer.units : layer.units === 1 ? '1 unit' : `${layer.units} units`}
            </span>
          </Stepper>
          {isGuest ? (
            <span className="flex h-7 items-center text-[12px]">{layer.activation}</span>
          ) : (
            <Select
              name={`Activation of ${layer.id}`}
              bare={compact}
              className={compact ? 'w-full text-[11px]' : 'w-[88px] max-w-full text-[12px]'}
              value={layer.activation}
              options={ACTIVATIONS.map((value) => ({ value, title: value }))}
              onChange={(value) =>
                studio.change((spec) => setAt(spec, ['network', 'layers', at, 'activation'], value))
              }
            />
          )}
        </>
      ) : (
        <span
          className={`whitespace-nowrap text-muted tabular-nums ${compact ? 'text-[11px]' : 'text-[12px]'}`}
        >
          {layer === null ? (count === 1 ? '1 feature' : `${count} features`) : describeLayer(layer)}
        </span>
      )}
      {layer !== null && <MapScale layer={layer.id} compact={compact} />}
    </div>
  );
});

/** What the colors of a layer's maps stand for: the ends of their scale, which is its own. */
function MapScale({ layer, compact }: { layer: string; compact: boolean }) {
  const end = useNumbers(({ drawable }) => {
    const maps = drawable?.arrays.get(`unit:${layer}`);
    return maps ? digits(limitOf(maps), 2) : null;
  });
  const { theme } = usePlotStyle();
  if (end === null) return null;
  return (
    <span
      className="flex items-center gap-1 text-[11px] whitespace-nowrap text-muted tabular-nums"
      title={`Maps of ${layer}: from −${end} (orange) through 0 (grey) to ${end} (blue). A number in a map: the unit answers it everywhere.`}
      data-testid={`scale-${layer}`}
    >
      {compact || end.length > 5 ? (
        `±${end}`
      ) : (
        <>
          −{end}
          <span aria-hidden="true" className="flex">
            {SHADES.map((shade) => (
              <span
                key={shade}
                className="h-1.5 w-[3px]"
                style={{ background: css(signColor(shade, theme)) }}
              />
            ))}
          </span>
          {end}
        </>
      )}
    </span>
  );
}

/** The sign scale in steps. */
const SHADES = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] as const;

function describeLayer(layer: Layer): string {
  return summary(layer) || layer.kind;
}
