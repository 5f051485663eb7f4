/** FLOW: one number of every layer, in order of depth and along the steps. */

import { useCallback, useMemo, useState } from 'react';

import { count } from '../../core/numbers';
import { layerColumns } from '../../core/vitals';
import {
  LAYER_QUANTITIES,
  type LayerQuantity,
  QUANTITY_NAMES,
  type QuantityName,
  USUAL_RATIO,
} from '../../core/vitalsQuantities';
import type { Vitals } from '../../protocol/messages';
import { Segments } from '../../ui/fields';
import { TableSwitch } from '../../ui/TableSwitch';
import { Seeing } from '../guide/Seeing';
import { useShownVitals, useVitals } from './feeds';
import { FlowMatrix } from './FlowMatrix';
import { FlowTable } from './FlowTable';
import { StepChart } from './StepChart';
import { lineLook, useChartStyle } from './style';

export function Flow() {
  const [name, setName] = useState<QuantityName>('gradients');
  const [asTable, setAsTable] = useState(false);
  const [lit, setLit] = useState<string | null>(null);
  const moments = useVitals((state) => state.moments);
  const isRead = useVitals((state) => state.isRead);
  const problem = useVitals((state) => state.problem);
  const shown = useShownVitals();
  const quantity = LAYER_QUANTITIES[name];
  const layers = useLayers(moments, quantity);
  return (
    <section aria-labelledby="flow-heading" className="grid min-w-0 gap-2" data-testid="flow">
      <header className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <div className="flex items-center gap-1">
          <h3 id="flow-heading" className="text-[14px] font-semibold">
            Flow
            {shown !== null && (
              <span className="text-[12px] font-normal text-muted tabular-nums" data-testid="flow-step">
                {' '}
                at step {count(shown.step)}
              </span>
            )}
          </h3>
          <Seeing page="flow" />
        </div>
        <TableSwitch name="Show the flow as a table" pressed={asTable} onPress={setAsTable} />
      </header>
      <div>
        <Segments
          label="What is told of every layer"
          value={name}
          options={QUANTITY_NAMES.map((value) => ({ value, title: LAYER_QUANTITIES[value].title }))}
          onChange={setName}
        />
      </div>
      {moments.length === 0 ? (
        <Empty isRead={isRead} problem={problem} />
      ) : layers.length === 0 ? (
        <p className="text-muted">{noneOf(name)}</p>
      ) : (
        <>
          <p className="text-[12px] text-muted">
            {quantity.name} · {quantity.of}
            {name !== 'weights' && name !== 'updates' && shown ? ` (${count(shown.samples)})` : ''}
          </p>
          {asTable ? (
            <FlowTable moments={moments} layers={layers} quantity={quantity} />
          ) : (
            <Charts {...{ moments, shown, layers, name, quantity, lit }} onLit={setLit} />
          )}
          <p className="text-[12px] text-muted">{quantity.about}</p>
        </>
      )}
    </section>
  );
}

interface ChartsProps {
  readonly moments: readonly Vitals[];
  readonly shown: Vitals | null;
  readonly layers: readonly string[];
  readonly name: QuantityName;
  readonly quantity: LayerQuantity;
  readonly lit: string | null;
  readonly onLit: (layer: string | null) => void;
}

function Charts({ moments, shown, layers, name, quantity, lit, onLit }: ChartsProps) {
  const { theme } = useChartStyle();
  const lines = useMemo(
    () => layers.map((label, at) => ({ label, ...lineLook(at, theme) })),
    [layers, theme],
  );
  const read = useCallback(
    (all: readonly Vitals[]) => layerColumns(all, layers, quantity.read),
    [layers, quantity],
  );
  return (
    <>
      <FlowMatrix {...{ moments, shown, lines, quantity, lit, onLit }} />
      {/* Under the rows: a step lies at the same place in both. */}
      <div className="min-w-0 @2xl:mr-[96px] @2xl:ml-[78px]">
        <StepChart
          title={`${quantity.name} of ${layers.length} layers along the steps`}
          lines={lines}
          read={read}
          scale={quantity.scale}
          lit={lit}
          testId="flow-lines"
          {...(name === 'updates' ? { band: USUAL_RATIO } : {})}
        />
      </div>
    </>
  );
}

/** The layers that have such a number, in order of depth; the same list as long as they are the same. */
function useLayers(moments: readonly Vitals[], quantity: LayerQuantity): readonly string[] {
  const key = (moments.at(-1)?.layers ?? [])
    .filter((layer) => moments.some((moment) => has(moment, layer.layer, quantity)))
    .map(({ layer }) => layer)
    .join('\n');
  return useMemo(() => (key === '' ? [] : key.split('\n')), [key]);
}

function has(moment: Vitals, id: string, quantity: LayerQuantity): boolean {
  return moment.layers.some((layer) => layer.layer === id && quantity.read(layer) !== null);
}

function noneOf(name: QuantityName): string {
  return name === 'units'
    ? 'Only ReLU units can be dead, and only those of sigmoid and tanh saturated: this network has none.'
    : 'No layer of this network has such a number.';
}

function Empty({ isRead, problem }: { isRead: boolean; problem: string | null }) {
  if (problem !== null) return <p className="text-muted">{problem}</p>;
  return (
    <p className="text-muted" data-testid="flow-empty">
      {isRead
        ? 'Nothing is recorded of this run.'
        : 'Here the gradients of every layer will be seen, how far each update moves the weights, and how many units are dead: from the first step on, and for every step of the past.'}
    </p>
  );
}
