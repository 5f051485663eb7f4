/** The units of a layer on a canvas that follows the training; a unit is chosen by pointer or by arrow keys. */

import { type MouseEvent, useCallback, useMemo, useState } from 'react';

import { plural } from '../../core/numbers';
import { viewStore } from '../../core/view';
import { LayerPainter, type Maps } from '../../draw/tilesOfLayer';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { studio, useNumbers, useView } from '../studio';

interface Props {
  readonly layer: string;
  readonly maps: Maps;
  readonly most: number;
  /** How many units the layer has in all. */
  readonly units: number;
  readonly names?: readonly string[];
  /** Whether the limit of each unit is written below its tile. */
  readonly limits?: boolean;
  /** Whether arrow keys choose a unit; else the canvas is for the pointer alone. */
  readonly keys?: boolean;
  readonly label: string;
  readonly className: string;
  readonly testId?: string;
}

export function LayerCanvas(props: Props) {
  const { layer, maps, most, units, names, limits = false, keys = false, label, className, testId } = props;
  const style = usePlotStyle();
  const painter = useMemo(() => new LayerPainter(), []);
  const [hovered, setHovered] = useState<number | null>(null);
  const selected = useView(({ selection }) =>
    selection?.kind === 'unit' && selection.layer === layer ? selection.unit : null,
  );
  const start = useNumbers(
    ({ drawable }) => drawable?.picture.microscope?.layers.find((look) => look.layer === layer)?.start ?? 0,
  );
  const paint: Paint = useCallback(
    (context, width, height) => {
      const { shown } = studio.pictures;
      const first = shown?.picture.microscope?.layers.find((look) => look.layer === layer)?.start ?? 0;
      painter.paint(context, width, height, shown?.arrays, layer, maps, {
        style,
        most,
        limits,
        chosen: selected === null ? null : selected - first,
        hovered,
        ...(names ? { names } : {}),
      });
    },
    [painter, layer, maps, style, most, limits, selected, hovered, names],
  );
  const unitUnder = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return painter.unitAt(event.clientX - box.left, event.clientY - box.top);
  };
  const choose = (unit: number) =>
    viewStore.setState({
      selection: layer === 'input' ? { kind: 'layer', layer } : { kind: 'unit', layer, unit },
    });
  const canvas = <Canvas live paint={paint} className="block size-full" label={label} />;
  const pointing = {
    className: `${className} ${hovered === null ? '' : 'cursor-pointer'}`,
    title: hovered === null || layer === 'input' ? undefined : `Unit ${start + hovered + 1} of ${layer}`,
    'data-testid': testId,
    onPointerMove: (event: MouseEvent) => setHovered(unitUnder(event)),
    onPointerLeave: () => setHovered(null),
    onClick: (event: MouseEvent) => {
      const unit = unitUnder(event);
      if (unit !== null) choose(start + unit);
    },
  };
  if (!keys) return <div {...pointing}>{canvas}</div>;
  return (
    <div
      {...pointing}
      tabIndex={0}
      role="slider"
      aria-label={`Unit of ${layer}`}
      aria-valuemin={1}
      aria-valuemax={units}
      aria-valuenow={(selected ?? 0) + 1}
      aria-valuetext={
        selected === null ? `None of ${plural(units, 'unit')}` : `Unit ${selected + 1} of ${units}`
      }
      onKeyDown={(event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -painter.columns, ArrowDown: painter.columns }[
          event.key
        ];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        choose(selected === null ? start : Math.min(units - 1, Math.max(0, selected + step)));
      }}
    >
      {canvas}
    </div>
  );
}
