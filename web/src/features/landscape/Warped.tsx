/** The plane of the inputs as two units of a layer see it, live. */

import { useCallback, useEffect, useMemo, useState } from 'react';

import { landscapeStore } from '../../core/landscape';
import { count, digits } from '../../core/numbers';
import type { Layer, WarpedView } from '../../protocol/messages';
import {
  classMeans,
  lineColors,
  paintWarped,
  sceneOf,
  type WarpedOptions,
  type WarpedScene,
} from '../../draw/warped';
import { Segments, Select } from '../../ui/fields';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { PlotLegend } from '../output/PlotLegend';
import { useDataset } from '../queries';
import { studio, useNumbers, useSpec, useStudio, useView } from '../studio';

const SIZE = 65;

interface Choosable {
  readonly layer: Layer;
  readonly units: number;
}

/** The layers that have two single units to look with. */
function useChoosable(): readonly Choosable[] {
  const { network } = useSpec();
  const layers = useStudio((state) => state.check?.examination?.layers);
  return useMemo(
    () =>
      network.layers.flatMap((layer) => {
        const shape = layers?.find((report) => report.layer === layer.id)?.output_shape;
        const [units = 0] = shape ?? [];
        return shape?.length === 1 && units > 1 ? [{ layer, units }] : [];
      }),
    [network, layers],
  );
}

export function Warped() {
  const choosable = useChoosable();
  const [chosen, setChosen] = useState<WarpedView | null>(null);
  const now = choosable.find(({ layer }) => layer.id === chosen?.layer) ?? choosable.at(-1);
  const units = chosen?.units.map((unit) => Math.min(unit, (now?.units ?? 1) - 1)) ?? [0, 1];
  const seen_as = chosen?.seen_as ?? 'activations';
  const layer = now?.layer.id;
  const [across = 0, up = 1] = units;
  useEffect(() => {
    if (layer === undefined) return undefined;
    landscapeStore.setState({ warped: { layer, units: [across, up], seen_as, size: SIZE } });
    return () => landscapeStore.setState({ warped: null });
  }, [layer, across, up, seen_as]);
  if (now === undefined || layer === undefined) {
    return <p className="text-[12px] text-muted">This network has no layer of two or more single units.</p>;
  }
  const view: WarpedView = { layer, units: [across, up], seen_as, size: SIZE };
  const names = Array.from({ length: now.units }, (_, unit) => ({
    value: String(unit),
    title: `unit ${unit + 1}`,
  }));
  return (
    <div data-testid="warped" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          className="w-26"
          name="Layer that sees the plane"
          value={layer}
          options={choosable.map(({ layer: { id } }) => ({ value: id, title: id }))}
          onChange={(id) => setChosen({ ...view, layer: id })}
        />
        <Select
          className="w-20"
          name="Unit across"
          value={String(across)}
          options={names}
          onChange={(unit) => setChosen({ ...view, units: [Number(unit), up] })}
        />
        <Select
          className="w-20"
          name="Unit up"
          value={String(up)}
          options={names}
          onChange={(unit) => setChosen({ ...view, units: [across, Number(unit)] })}
        />
        <Segments
          label="Before or after the layer’s function"
          value={seen_as}
          options={[
            { value: 'activations', title: 'a' },
            { value: 'pre-activations', title: 'z' },
          ]}
          onChange={(value) => setChosen({ ...view, seen_as: value })}
        />
      </div>
      <Plot layer={now.layer} />
    </div>
  );
}

function Plot({ layer }: { layer: Layer }) {
  const style = usePlotStyle();
  const { preview } = useDataset();
  const showTrain = useView((view) => view.showTrain);
  const showValidation = useView((view) => view.showValidation);
  const activation = 'activation' in layer ? layer.activation : 'linear';
  const classes = preview?.class_names.length ?? 0;
  const options: WarpedOptions = useMemo(
    () => ({ classes, activation, showTrain, showValidation }),
    [classes, activation, showTrain, showValidation],
  );
  const paint: Paint = useCallback(
    (context, width, height) => {
      const scene = sceneOf(studio.pictures.shown);
      if (scene === null) context.clearRect(0, 0, width, height);
      else paintWarped(context, width, height, scene, options, style);
    },
    [options, style],
  );
  return (
    <div>
      <Canvas
        live
        paint={paint}
        testId="warped-canvas"
        className="block aspect-[1/0.98] w-full"
        label={`The plane of the inputs as two units of ${layer.id} see it`}
      />
      {preview && <PlotLegend preview={preview} isLine={false} />}
      <Words names={preview?.class_names ?? []} />
    </div>
  );
}

/** What the picture shows, in words and numbers. */
function Words({ names }: { names: readonly string[] }) {
  const style = usePlotStyle();
  const drawable = useNumbers((numbers) => numbers.drawable);
  const part = drawable?.picture.warped;
  const scene = sceneOf(drawable);
  const [x, y] = lineColors(style);
  if (part?.problem) {
    return (
      <p role="alert" className="mt-1 text-[12px] text-warn">
        {part.problem}
      </p>
    );
  }
  if (!scene || !drawable) return null;
  return (
    <div className="mt-1 pl-9 text-[12px] text-muted tabular-nums" data-testid="warped-words">
      <p>
        Lines along which{' '}
        <span style={{ color: x }} className="font-medium">
          {scene.part.x}
        </span>{' '}
        and{' '}
        <span style={{ color: y }} className="font-medium">
          {scene.part.y}
        </span>{' '}
        stay the same, at step {count(drawable.picture.step)}.
      </p>
      {names.length > 0 && <Means scene={scene} names={names} />}
    </div>
  );
}

function Means({ scene, names }: { scene: WarpedScene; names: readonly string[] }) {
  return (
    <details className="mt-1">
      <summary>Where the classes lie, in numbers</summary>
      <table className="mt-1 w-full">
        <thead>
          <tr>
            <th scope="col" className="text-left font-medium">
              Class
            </th>
            <th scope="col" className="text-right font-medium">
              Samples
            </th>
            {scene.part.units.map((unit, index) => (
              <th key={index} scope="col" className="text-right font-medium">
                Mean of unit {unit + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classMeans(scene, names.length).map(({ label, samples, means }) => (
            <tr key={label} className="border-t border-line">
              <th scope="row" className="text-left font-normal">
                {names[label]}
              </th>
              <td className="text-right">{count(samples)}</td>
              <td className="text-right">{digits(means[0])}</td>
              <td className="text-right">{digits(means[1])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
