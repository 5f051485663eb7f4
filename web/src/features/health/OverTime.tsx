/** OVER TIME: a layer along the steps. Distributions as ridges, norms, updates and units as lines, single numbers where they are few. */

import { useCallback, useMemo } from 'react';

import { findingKey } from '../../core/diagnosis';
import { count, digits, percent } from '../../core/numbers';
import {
  type Columns,
  layerColumns,
  layerOf,
  singleColumns,
  singleNames,
  singleWords,
} from '../../core/vitals';
import { LAYER_QUANTITIES, unitsWord, USUAL_RATIO } from '../../core/vitalsQuantities';
import type { LayerVitals, Summary, Vitals } from '../../protocol/messages';
import { Seeing } from '../guide/Seeing';
import { useFindings, useShownVitals, useVitals, useWatchedVitals } from './feeds';
import { FindingCard } from './FindingCard';
import { OverTimeTable } from './OverTimeTable';
import { RidgelineFigure } from './RidgelineFigure';
import { type Line, StepChart } from './StepChart';
import { lineLook, useChartStyle } from './style';

const FIRST: readonly Summary['quantity'][] = ['weights', 'weight gradients', 'activations'];
const LATER: readonly Summary['quantity'][] = ['biases', 'bias gradients'];

interface Props {
  readonly layer: string;
  /** Where single numbers are shown, only those of this unit. */
  readonly unit: number | null;
  readonly asTable: boolean;
}

export default function OverTime({ layer, unit, asTable }: Props) {
  useWatchedVitals();
  const moments = useVitals((state) => state.moments);
  const isRead = useVitals((state) => state.isRead);
  const problem = useVitals((state) => state.problem);
  const shown = useShownVitals();
  const findings = useFindings(layer);
  const newest = layerOf(moments.at(-1) ?? null, layer);
  if (newest === null) return <Empty isRead={isRead} problem={problem} isKnown={moments.length > 0} />;
  const figures = (all: readonly Summary['quantity'][]) =>
    all
      .filter((quantity) => newest.summaries.some((summary) => summary.quantity === quantity))
      .map((quantity) => <RidgelineFigure key={quantity} {...{ layer, quantity, moments, shown }} />);
  return (
    <div className="grid min-w-0 gap-3" data-testid="over-time">
      {findings.length > 0 && (
        <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,420px),1fr))] gap-2">
          {findings.map((finding) => (
            <FindingCard key={findingKey(finding)} finding={finding} inLayer />
          ))}
        </div>
      )}
      <p className="text-[12px] text-muted tabular-nums">
        <Seeing page="flow" /> Up to step {count(shown?.step ?? 0)}; activations and gradients of the first{' '}
        {count(shown?.samples ?? 0)} training samples, without dropout and penalties. Click in a chart to go
        to its step. Each ridge is as high as its fullest bin.
      </p>
      {asTable ? (
        <OverTimeTable layer={layer} unit={unit} moments={moments} />
      ) : (
        <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,236px),1fr))] gap-x-6 gap-y-4">
          {figures(FIRST)}
          <Norms layer={layer} newest={newest} shown={layerOf(shown, layer)} />
          <Ratio layer={layer} newest={newest} shown={layerOf(shown, layer)} />
          <Units layer={layer} newest={newest} shown={layerOf(shown, layer)} />
          <Singles layer={layer} unit={unit} newest={moments.at(-1) ?? null} />
          {figures(LATER)}
        </div>
      )}
    </div>
  );
}

interface FigureProps {
  readonly layer: string;
  readonly newest: LayerVitals;
  readonly shown: LayerVitals | null;
}

/** A chart with its title, its unit, and the numbers of the step on screen. */
function Figure(props: { title: string; aside: string; note?: string; children: React.ReactNode }) {
  return (
    <figure className="min-w-0">
      <figcaption className="flex items-baseline justify-between gap-2">
        <span className="font-medium">{props.title}</span>
        <span className="truncate text-[11px] text-muted tabular-nums">{props.aside}</span>
      </figcaption>
      {props.children}
      {props.note && <p className="text-[11px] text-muted">{props.note}</p>}
    </figure>
  );
}

function Norms({ layer, newest, shown }: FigureProps) {
  const { theme } = useChartStyle();
  const lines = useMemo<Line[]>(
    () => [
      { label: 'weights √Σw²', ...lineLook(0, theme) },
      { label: 'gradient √Σg²', ...lineLook(4, theme) },
    ],
    [theme],
  );
  const read = useCallback(
    (moments: readonly Vitals[]): Columns => {
      const [steps, weights = []] = layerColumns(moments, [layer], LAYER_QUANTITIES.weights.read);
      const [, gradients = []] = layerColumns(moments, [layer], LAYER_QUANTITIES.gradients.read);
      return [steps, weights, gradients];
    },
    [layer],
  );
  if (newest.weight_norm === null && newest.gradient_norm === null) return null;
  return (
    <Figure
      title="Norms"
      aside={`weights ${digits(shown?.weight_norm)}, gradient ${digits(shown?.gradient_norm)}`}
    >
      <StepChart
        title={`Norms of the weights and of the gradient of ${layer} along the steps, logarithmic`}
        lines={lines}
        read={read}
        scale="log"
        testId="norms"
      />
      <Keys lines={lines} />
    </Figure>
  );
}

function Ratio({ layer, newest, shown }: FigureProps) {
  const { theme } = useChartStyle();
  const lines = useMemo<Line[]>(() => [{ label: 'update ÷ weights', ...lineLook(0, theme) }], [theme]);
  const read = useCallback(
    (moments: readonly Vitals[]) => layerColumns(moments, [layer], LAYER_QUANTITIES.updates.read),
    [layer],
  );
  if (newest.update_ratio === null) return null;
  return (
    <Figure
      title="Update ÷ weights"
      aside={digits(shown?.update_ratio)}
      note="Band: 1e−4 to 1e−2, where networks that learn steadily often lie. A rule of thumb, no law."
    >
      <StepChart
        title={`Size of the next update as a share of the weights of ${layer}, along the steps, logarithmic`}
        lines={lines}
        read={read}
        scale="log"
        band={USUAL_RATIO}
        testId="ratio"
      />
    </Figure>
  );
}

function Units({ layer, newest, shown }: FigureProps) {
  const { theme } = useChartStyle();
  const word = unitsWord(newest);
  const lines = useMemo<Line[]>(
    () => [{ label: word ?? '', ...lineLook(6, theme), dash: [] }],
    [word, theme],
  );
  const read = useCallback(
    (moments: readonly Vitals[]) => layerColumns(moments, [layer], LAYER_QUANTITIES.units.read),
    [layer],
  );
  if (word === null) return null;
  return (
    <Figure
      title={word === 'dead' ? 'Dead units' : 'Saturated units'}
      aside={`${percent(shown === null ? null : LAYER_QUANTITIES.units.read(shown))} of ${count(newest.units)}`}
      note={
        word === 'dead'
          ? 'They answer 0 to every sample: no gradient reaches their weights.'
          : 'They lie on the flat ends of their function: hardly any gradient gets through.'
      }
    >
      <StepChart
        title={`Share of ${word} units of ${layer} along the steps`}
        lines={lines}
        read={read}
        scale="share"
        testId="units"
      />
    </Figure>
  );
}

/** Every weight and bias as a line, where the network is small. */
function Singles({ layer, unit, newest }: { layer: string; unit: number | null; newest: Vitals | null }) {
  const { theme } = useChartStyle();
  // The names stay the same as long as the network does.
  const key = JSON.stringify(singleNames(newest, layer, unit));
  const names = useMemo(() => JSON.parse(key) as ReturnType<typeof singleNames>, [key]);
  const lines = useMemo<Line[]>(
    () =>
      names.map((name) => ({
        label: singleWords(name),
        color: lineLook(name.index.at(-1) ?? 0, theme).color,
        dash: name.parameter === 'kernel' ? [] : [4, 3],
      })),
    [names, theme],
  );
  const read = useCallback((moments: readonly Vitals[]) => singleColumns(moments, names), [names]);
  if (names.length === 0) return null;
  return (
    <Figure
      title={unit === null ? 'Single weights and biases' : `Weights and bias of unit ${unit + 1}`}
      aside={`${count(names.length)} numbers`}
      note="One color for each unit; biases dashed. Point at a line to see which it is."
    >
      <StepChart
        title={`${count(names.length)} weights and biases of ${layer} along the steps`}
        lines={lines}
        read={read}
        scale="linear"
        testId="singles"
      />
    </Figure>
  );
}

function Keys({ lines }: { lines: readonly Line[] }) {
  return (
    <p className="flex flex-wrap gap-x-3 text-[11px] text-muted">
      {lines.map(({ label, color, dash }) => (
        <span key={label} className="flex items-center gap-1.5">
          <svg aria-hidden="true" width="16" height="6">
            <path d="M0 3h16" stroke={color} strokeWidth="2" strokeDasharray={dash.join(' ')} />
          </svg>
          {label}
        </span>
      ))}
    </p>
  );
}

function Empty({ isRead, problem, isKnown }: { isRead: boolean; problem: string | null; isKnown: boolean }) {
  const text =
    problem ??
    (isKnown
      ? 'This layer has neither weights nor an activation of its own: nothing of it changes over time.'
      : isRead
        ? 'Nothing is recorded of this run.'
        : 'Press Train: from the first step on, the distributions of this layer, its norms and its updates are drawn here along the steps.');
  return (
    <p className="text-muted" data-testid="over-time-empty">
      {text}
    </p>
  );
}
