/** The units of a layer as buttons; what is in them is drawn by `draw/unitMaps`, all in one pass. */

import { memo } from 'react';

import { viewStore } from '../../core/view';
import { featureName } from '../../draw/features';
import type { ColumnLayout } from '../../draw/networkLayout';
import { isFeature } from '../../draw/neurons';
import type { Layer } from '../../protocol/messages';
import { useView } from '../studio';
import type { Editing } from './EditInPlace';
import { FeatureMap, InputHistogram } from './InputMaps';

interface UnitsProps {
  readonly column: ColumnLayout;
  readonly layer: Layer | null;
  readonly size: number;
  readonly names: readonly string[];
  readonly isUnfolded: boolean;
  readonly onEdit: (editing: Editing) => void;
  readonly onFold: (layer: string) => void;
}

export const Units = memo(function Units(props: UnitsProps) {
  const { column, layer, size, names, isUnfolded, onEdit, onFold } = props;
  const selection = useView((view) => (view.selection?.layer === column.id ? view.selection : null));
  return (
    <>
      {column.spots.map((spot) => {
        const name = names[spot.unit];
        const isSelected = selection?.kind === 'unit' && selection.unit === spot.unit;
        const position = { left: spot.x, top: spot.y, width: size, height: size };
        if (layer === null) {
          return (
            <div
              key={spot.unit}
              className="absolute rounded-md border border-line bg-panel"
              style={position}
              title={name}
            >
              {name !== undefined && isFeature(name) ? (
                <FeatureMap feature={name} />
              ) : (
                <InputHistogram unit={spot.unit} />
              )}
              <span
                className="absolute top-1/2 right-full mr-1.5 -translate-y-1/2 truncate text-right text-[12px] text-muted"
                style={{ maxWidth: spot.x - 8 }}
                title={featureName(name ?? '')}
              >
                {name === undefined ? '' : featureName(name)}
              </span>
            </div>
          );
        }
        const select = () =>
          viewStore.setState({ selection: { kind: 'unit', layer: column.id, unit: spot.unit } });
        const editBias = () =>
          onEdit({
            layer: column.id,
            parameter: 'bias',
            index: [spot.unit],
            x: spot.x + size / 2,
            y: spot.y + size,
          });
        return (
          <button
            key={spot.unit}
            type="button"
            className={`absolute scroll-mt-4 rounded-md border max-[899px]:scroll-mb-[66dvh] ${isSelected ? 'border-accent ring-2 ring-accent' : 'border-line-strong hover:border-ink'}`}
            style={position}
            aria-label={`Unit ${spot.unit + 1} of ${column.id}${name ? `, ${name}` : ''}`}
            aria-pressed={isSelected}
            data-testid={`unit-${column.id}-${spot.unit}`}
            onPointerEnter={() => viewStore.setState({ hovered: { layer: column.id, unit: spot.unit } })}
            onPointerLeave={() => viewStore.setState({ hovered: null })}
            onFocus={(event) => {
              if (event.currentTarget.matches(':focus-visible'))
                viewStore.setState({ hovered: { layer: column.id, unit: spot.unit } });
            }}
            onBlur={() => viewStore.setState({ hovered: null })}
            onClick={select}
            onDoubleClick={() => {
              if (layer.kind === 'dense' && layer.use_bias) editBias();
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && isSelected && layer.kind === 'dense' && layer.use_bias) {
                event.preventDefault();
                editBias();
              }
            }}
          >
            {name !== undefined && (
              <span className="absolute top-1/2 left-full ml-1.5 max-w-32 -translate-y-1/2 truncate text-left text-[12px] text-muted">
                {name}
              </span>
            )}
          </button>
        );
      })}
      {(column.hidden > 0 || isUnfolded) && (
        <button
          type="button"
          className="link absolute -translate-x-1/2 text-[12px] whitespace-nowrap"
          style={{ left: column.x + size / 2, top: column.foldY }}
          disabled={layer === null && column.hidden === 0}
          onClick={() => onFold(column.id)}
        >
          {isUnfolded ? 'Fold' : `+ ${column.hidden} more`}
        </button>
      )}
    </>
  );
});
