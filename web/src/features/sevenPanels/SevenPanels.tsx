/** SEVEN PANELS: everything of a small network at one state, live and rewound. */

import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { count, digits, epochs } from '../../core/numbers';
import { closeSevenPanels, denseLayers, hasSevenPanels, sevenPanelsStore } from '../../core/sevenPanels';
import { defaultAxes, type Theme } from '../../core/view';
import { newPlotLayers, paintPlot } from '../../draw/boundaryPlot';
import { classColor, css } from '../../draw/colors';
import { type GradientScale, panelsOf, PanelScale, type Panels } from '../../draw/sevenPanels';
import {
  biasBlocks,
  type Block,
  gradientBlocks,
  paintCells,
  weightBlocks,
} from '../../draw/sevenPanelsCells';
import { paintLoss } from '../../draw/sevenPanelsLoss';
import { paintNetwork } from '../../draw/sevenPanelsNetwork';
import type { Spec } from '../../protocol/messages';
import { Segments } from '../../ui/fields';
import { Icon } from '../../ui/Icon';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { Seeing } from '../guide/Seeing';
import { ShapeIcon } from '../output/ShapeIcon';
import { useDataset } from '../queries';
import { studio, useIsGuest, useNumbers, useSpec, useStudio, useView } from '../studio';
import { Controls } from './Controls';
import { FilmBar } from './FilmBar';
import { Legend } from './Legend';
import { NumbersTable } from './NumbersTable';

interface Props {
  readonly narrow: boolean;
  readonly onExport: () => void;
}

export default function SevenPanels({ narrow, onExport }: Props) {
  const spec = useSpec();
  const isThere = useStudio(({ check }) => hasSevenPanels(spec, check));
  const isGuest = useIsGuest();
  const linear = useStore(sevenPanelsStore, (state) => state.linear);
  const gradients: GradientScale = linear ? 'linear' : 'log';
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main
      className={
        narrow ? 'flex flex-col gap-3 p-3' : 'flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto px-4 py-3'
      }
      data-testid="seven-panels"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        closeSevenPanels();
      }}
    >
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <span className="flex items-center gap-1">
          <h2 ref={heading} tabIndex={-1} className="text-[15px] font-semibold outline-none">
            Seven panels
          </h2>
          <Seeing page="seven-panels" />
        </span>
        <StateText />
        <FilmBar />
        <span className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0">
          <Segments
            label="Scale of gradients"
            value={gradients}
            options={[
              { value: 'log', title: 'Log gradients' },
              { value: 'linear', title: 'Linear' },
            ]}
            onChange={(value) => sevenPanelsStore.setState({ linear: value === 'linear' })}
          />
          {!isGuest && isThere && (
            <button type="button" className="button" data-testid="panels-export" onClick={onExport}>
              <Icon name="save" size={14} /> Export GIF
            </button>
          )}
          <button type="button" className="button" data-testid="panels-close" onClick={closeSevenPanels}>
            <Icon name="close" size={14} /> Close
          </button>
        </span>
      </div>
      {!isGuest && <Controls />}
      {isThere ? (
        <Grid spec={spec} gradients={gradients} narrow={narrow} />
      ) : (
        <p className="text-muted" role="status">
          The seven panels are for small networks of dense layers, one after the other: 1 to 4 hidden layers,
          at most 32 inputs and 32 units in a layer.
        </p>
      )}
    </main>
  );
}

/** Which state all panels are of; written with the very picture that they are drawn from. */
function StateText() {
  const ref = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const write = () => {
      const picture = studio.pictures.latest?.picture;
      if (ref.current === null || picture === undefined) return;
      ref.current.textContent = `State ${count(picture.step)} · epoch ${epochs(picture.epoch)}`;
    };
    write();
    return studio.pictures.subscribe(write);
  }, []);
  return <p ref={ref} className="min-w-36 tabular-nums" data-testid="panels-state" />;
}

const MOST_CLASSES = 4;

type PaintPanels = (context: CanvasRenderingContext2D, width: number, height: number, panels: Panels) => void;

function Grid({ spec, gradients, narrow }: { spec: Spec; gradients: GradientScale; narrow: boolean }) {
  const style = usePlotStyle();
  const { preview } = useDataset();
  const scale = useMemo(() => new PanelScale(), []);
  const limits = useLimits(scale, spec);
  const ids = useMemo(() => denseLayers(spec).map(({ id }) => id), [spec]);
  const stepsPerEpoch = useStudio(({ status }) => status?.steps_per_epoch ?? 1);
  const chosen = useView((view) => view.axes);
  const showTrain = useView((view) => view.showTrain);
  const showValidation = useView((view) => view.showValidation);
  const axes = useMemo(() => chosen ?? defaultAxes(spec), [chosen, spec]);
  const layers = useMemo(() => newPlotLayers(), []);

  /** A painter that is given the panels of the picture on screen, after the scale has seen it. */
  const of = useCallback(
    (draw: PaintPanels): Paint =>
      (context, width, height) => {
        const panels = panelsOf(studio.pictures.shown, ids);
        if (panels === null) {
          context.clearRect(0, 0, width, height);
          return;
        }
        scale.see(panels);
        draw(context, width, height, panels);
      },
    [ids, scale],
  );
  const cells = useCallback(
    (blocks: (panels: Panels) => Block[]) =>
      of((context, width, height, panels) => paintCells(context, width, height, blocks(panels), style)),
    [of, style],
  );
  const fit: Paint = useCallback(
    (context, width, height) => {
      const options = { discrete: false, showTrain, showValidation, unit: null, cursor: null, axes };
      paintPlot(context, width, height, layers, studio.pictures.shown, preview, options, style);
    },
    [axes, layers, preview, showTrain, showValidation, style],
  );
  const loss = useMemo(() => {
    const isFullBatch = stepsPerEpoch === 1 && spec.network.layers.every(({ kind }) => kind !== 'dropout');
    return of((context, width, height, panels) => {
      const timeline = studio.stores.timeline.getState();
      const last = Math.max(spec.training.epochs * stepsPerEpoch, timeline.steps);
      paintLoss(context, width, height, panels, timeline, { last, stepsPerEpoch, isFullBatch }, style);
    });
  }, [of, spec, stepsPerEpoch, style]);
  const network = useMemo(() => {
    const outputs = preview?.task === 'multiclass' ? preview.class_names : [preview?.target_name ?? ''];
    const names = { inputs: preview?.feature_names ?? [], outputs };
    return of((context, width, height, panels) =>
      paintNetwork(context, width, height, panels, scale, gradients, names, style),
    );
  }, [of, preview, scale, gradients, style]);
  const first = useMemo(() => cells((panels) => weightBlocks(panels, 'first', scale.weight)), [cells, scale]);
  const onward = useMemo(
    () => cells((panels) => weightBlocks(panels, 'onward', scale.weight)),
    [cells, scale],
  );
  const biases = useMemo(() => cells((panels) => biasBlocks(panels, scale.weight)), [cells, scale]);
  const changes = useMemo(
    () => cells((panels) => gradientBlocks(panels, scale.gradient, gradients)),
    [cells, scale, gradients],
  );
  const sizes = denseLayers(spec).map(({ units }) => units);
  const inputs = preview?.feature_names.length ?? 1;
  return (
    <>
      <div
        className={
          narrow
            ? 'grid gap-3'
            : 'grid flex-1 grid-cols-[1fr_1fr_1fr_1.3fr] grid-rows-[minmax(200px,1.1fr)_minmax(200px,1fr)] gap-3'
        }
      >
        <Panel
          title="1 Data and fit"
          paint={fit}
          isSquare
          aside={<Classes names={preview?.class_names ?? []} theme={style.theme} />}
        />
        <Panel title="2 Loss" paint={loss} aside={<LossText />} />
        <Panel
          title={`3 Network ${[inputs, ...sizes].join(' – ')}`}
          paint={network}
          className={narrow ? '' : 'col-span-2'}
          aside={<span className="text-muted">line: weight · dotted: gradient, backward</span>}
        />
        <Panel title="4 Input → hidden" paint={first} />
        <Panel title="5 Hidden → output" paint={onward} />
        <Panel title="6 Biases" paint={biases} />
        <Panel title="7 Gradients of the loss" paint={changes} />
      </div>
      {limits.weight > 0 && (
        <Legend limits={limits} gradients={gradients} theme={style.theme} train={preview?.train ?? null} />
      )}
      <NumbersTable ids={ids} />
    </>
  );
}

/** What the colors of the samples stand for. */
function Classes({ names, theme }: { names: readonly string[]; theme: Theme }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      {names.slice(0, MOST_CLASSES).map((name, label) => (
        <span key={name} className="flex items-center gap-1.5">
          <ShapeIcon shape={label} color={css(classColor(label, names.length, theme))} />
          {name}
        </span>
      ))}
    </span>
  );
}

function LossText() {
  const loss = useNumbers(({ drawable }) => drawable?.picture.gradients?.loss ?? null);
  return (
    <span className="tabular-nums" data-testid="panels-loss">
      {digits(loss)}
    </span>
  );
}

/** The scales as they are printed: they grow with what is seen of a run. */
function useLimits(scale: PanelScale, spec: Spec): { weight: number; gradient: number } {
  const [limits, setLimits] = useState({ weight: 0, gradient: 0 });
  useEffect(() => {
    const ids = denseLayers(spec).map(({ id }) => id);
    const look = () => {
      const panels = panelsOf(studio.pictures.shown, ids);
      if (panels !== null) scale.see(panels);
      const { weight, gradient } = scale;
      setLimits((known) =>
        known.weight === weight && known.gradient === gradient ? known : { weight, gradient },
      );
    };
    look();
    return studio.pictures.subscribe(look);
  }, [scale, spec]);
  return limits;
}

function Panel(props: {
  title: string;
  paint: Paint;
  aside?: ReactNode;
  className?: string;
  isSquare?: boolean;
}) {
  const heading = useId();
  return (
    <section
      aria-labelledby={heading}
      className={`flex min-h-0 min-w-0 flex-col rounded-lg border border-line bg-panel px-3 py-2 ${props.className ?? ''}`}
    >
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 id={heading} className="font-semibold">
          {props.title}
        </h3>
        {props.aside !== undefined && <span className="text-[12px]">{props.aside}</span>}
      </div>
      <div className="relative min-h-[230px] flex-1 lg:min-h-0">
        <Canvas
          live
          paint={props.paint}
          label={`${props.title}; its numbers are in the table below`}
          testId={`panel-${props.title.slice(0, 1)}`}
          className={
            props.isSquare
              ? 'absolute inset-0 mx-auto block aspect-square h-full max-w-full'
              : 'absolute inset-0 block h-full w-full'
          }
        />
      </div>
    </section>
  );
}
