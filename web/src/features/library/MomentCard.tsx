/** One compared run at one step: its boundary, its confusion, its weights or maps. */

import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

import { count, digits, percent } from '../../core/numbers';
import { defaultAxes } from '../../core/view';
import { newPlotLayers, paintPlot } from '../../draw/boundaryPlot';
import { LayerPainter } from '../../draw/tilesOfLayer';
import { weightLimit, WeightSheet } from '../../draw/weightSheet';
import type { ComparedRun, DatasetPreview, Spec } from '../../protocol/messages';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { ConfusionMatrix } from '../output/Metrics';
import { datasetQuery } from '../queries';
import { useView } from '../studio';
import { type Face, lookOf, shownLayers } from './faces';
import { RunTitle } from './RunTitle';
import { type Moment, useRunMoment } from './useRunMoment';

interface Props {
  readonly run: ComparedRun;
  readonly index: number;
  readonly title: string;
  readonly spec: Spec;
  readonly face: Face;
  /** Whether the face is one that this run has. */
  readonly applies: boolean;
  readonly step: number;
  readonly moves: boolean;
}

export function MomentCard({ run, index, title, spec, face, applies, step, moves }: Props) {
  const look = useMemo(
    () => lookOf(spec, applies ? face : 'confusion', defaultAxes(spec)),
    [spec, face, applies],
  );
  const moment = useRunMoment(run.id, run.step, look, step, moves);
  const preview = useQuery(datasetQuery(spec.data)).data ?? null;
  return (
    <div className="grid gap-2">
      <div className="flex min-w-0 items-baseline justify-between gap-2 font-medium">
        <RunTitle index={index} title={title} />
        <span
          className={`shrink-0 font-normal tabular-nums ${moment.isComing ? 'text-muted' : ''}`}
          data-testid="moment-step"
        >
          {moment.step === null ? '…' : `step ${count(moment.step)}`}
        </span>
      </div>
      {moment.problem !== null && (
        <p role="alert" className="text-danger">
          {moment.problem}
        </p>
      )}
      {applies ? (
        <Picture face={face} moment={moment} spec={spec} preview={preview} title={title} />
      ) : (
        <p className="py-6 text-center text-muted">This run has no such picture.</p>
      )}
      <p className="min-h-5 text-[12px] text-muted tabular-nums">{words(moment, step)}</p>
    </div>
  );
}

/** What was measured at the step on screen, or what is still awaited. */
function words({ drawable, isComing, recalling }: Moment, step: number): string {
  if (recalling !== null) {
    const left = recalling.seconds_left;
    return `On the way to step ${count(step)}${left === null ? '' : `, ${digits(left, 2)} s left`} …`;
  }
  const evaluation = drawable?.picture.evaluation;
  if (!evaluation) return isComing ? 'The network is being opened …' : '';
  const part = evaluation.validation ?? evaluation.train;
  const of = evaluation.validation ? 'validation' : 'training';
  const accuracy = part.accuracy === null ? '' : `, accuracy ${percent(part.accuracy)}`;
  return `${of} loss ${digits(part.loss)}${accuracy} at step ${count(evaluation.step)}`;
}

interface PictureProps {
  readonly face: Face;
  readonly moment: Moment;
  readonly spec: Spec;
  readonly preview: DatasetPreview | null;
  readonly title: string;
}

function Picture({ face, moment, spec, preview, title }: PictureProps) {
  switch (face) {
    case 'boundary':
      return <Boundary moment={moment} spec={spec} preview={preview} title={title} />;
    case 'confusion':
      return <Confusion moment={moment} preview={preview} />;
    case 'weights':
      return <Weights moment={moment} spec={spec} title={title} />;
    case 'maps':
    case 'kernels':
      return (
        <div className="grid gap-1.5">
          {shownLayers(spec, face).map((layer) => (
            <LayerMaps key={layer} layer={layer} face={face} moment={moment} />
          ))}
        </div>
      );
  }
}

function Boundary(props: { moment: Moment; spec: Spec; preview: DatasetPreview | null; title: string }) {
  const { moment, spec, preview, title } = props;
  const { drawable } = moment;
  const style = usePlotStyle();
  const discrete = useView((view) => view.discrete);
  const layers = useMemo(() => newPlotLayers(), []);
  const paint: Paint = useCallback(
    (context, width, height) => {
      const options = {
        discrete,
        showTrain: true,
        showValidation: false,
        unit: null,
        cursor: null,
        axes: defaultAxes(spec),
      };
      paintPlot(context, width, height, layers, drawable, preview, options, style);
    },
    [discrete, spec, layers, drawable, preview, style],
  );
  return (
    <Canvas
      paint={paint}
      label={`What ${title} answers over the plane of the inputs`}
      testId="moment-boundary"
      className="block aspect-[1/0.98] w-full"
    />
  );
}

function Confusion({ moment, preview }: { moment: Moment; preview: DatasetPreview | null }) {
  const evaluation = moment.drawable?.picture.evaluation;
  const split = evaluation?.validation ?? evaluation?.train;
  if (!split?.confusion) return <p className="py-6 text-center text-muted">…</p>;
  const names = preview?.class_names ?? split.confusion.map((_, label) => String(label));
  return (
    <div className="overflow-x-auto">
      <ConfusionMatrix split={split} names={names} />
    </div>
  );
}

function Weights({ moment, spec, title }: { moment: Moment; spec: Spec; title: string }) {
  const { drawable } = moment;
  const style = usePlotStyle();
  const sheet = useMemo(() => new WeightSheet(), []);
  const layers = useMemo(() => shownLayers(spec, 'weights'), [spec]);
  const limit = useMemo(() => weightLimit(drawable?.arrays, layers), [drawable, layers]);
  const paint: Paint = useCallback(
    (context, width, height) => {
      sheet.paint(context, width, height, drawable?.arrays, layers, style);
    },
    [sheet, drawable, layers, style],
  );
  return (
    <div>
      <Canvas
        paint={paint}
        label={`The weights of ${title}`}
        testId="moment-weights"
        className="block h-40 w-full"
      />
      <p className="mt-1 text-[12px] text-muted tabular-nums">
        A column is a unit, a row what it reads.
        {limit !== null && ` Orange −${digits(limit)}, blue ${digits(limit)}.`}
      </p>
    </div>
  );
}

function LayerMaps({ layer, face, moment }: { layer: string; face: 'maps' | 'kernels'; moment: Moment }) {
  const { drawable } = moment;
  const style = usePlotStyle();
  const painter = useMemo(() => new LayerPainter(), []);
  const maps = face === 'maps' ? 'activation-maps' : 'kernel-maps';
  const paint: Paint = useCallback(
    (context, width, height) =>
      painter.paint(context, width, height, drawable?.arrays, layer, maps, { style, most: 64 }),
    [painter, drawable, layer, maps, style],
  );
  const limits = drawable?.arrays.get(`limits:${maps}:${layer}`);
  return (
    <div>
      <p className="flex justify-between gap-2 text-[11px] text-muted tabular-nums">
        <span className="truncate">{layer}</span>
        {limits && <span>±{digits(limits.data[0])}</span>}
      </p>
      <Canvas
        paint={paint}
        label={`${face === 'maps' ? 'Activations' : 'Kernels'} of ${layer}`}
        className="block h-20 w-full"
      />
    </div>
  );
}
