/** The layers from the input at the top to the output: how a number developed in each, and what it is on screen. */

import { useCallback, useEffect, useMemo, useRef } from 'react';

import { digits, percent } from '../../core/numbers';
import { layerColumns, layerOf } from '../../core/vitals';
import { type LayerQuantity, unitsWord } from '../../core/vitalsQuantities';
import { scaled, unscaled } from '../../draw/axes';
import { type FlowScale, paintFlow, shadeOf, shareOf } from '../../draw/flow';
import { decades } from '../../draw/flowScale';
import { stepRange } from '../../draw/ridgelineLayout';
import { tickText } from '../../draw/ridgeline';
import type { LayerVitals, Vitals } from '../../protocol/messages';
import { Canvas, type Paint } from '../Canvas';
import { studio } from '../studio';
import { showOverTime } from './places';
import { LayerMark } from './LayerMark';
import type { Line } from './StepChart';
import { StepMark } from './StepMark';
import { useChartStyle } from './style';

interface Props {
  readonly moments: readonly Vitals[];
  readonly shown: Vitals | null;
  readonly lines: readonly Line[];
  readonly quantity: LayerQuantity;
  readonly lit: string | null;
  readonly onLit: (layer: string | null) => void;
}

const ROW_PX = 24;

export function FlowMatrix({ moments, shown, lines, quantity, lit, onLit }: Props) {
  const style = useChartStyle();
  const layers = useMemo(() => lines.map(({ label }) => label), [lines]);
  const [flow, scale] = useMemo(() => {
    const [steps, ...rows] = layerColumns(moments, layers, quantity.read);
    const range = quantity.scale === 'log' ? decades(rows.flat()) : { low: 0, high: 1 };
    return [{ steps, rows }, { kind: quantity.scale, range } satisfies FlowScale];
  }, [moments, layers, quantity]);
  const steps = useMemo(() => stepRange(moments), [moments]);
  const paint: Paint = useCallback(
    (context, width, height) => paintFlow(context, width, height, flow, steps, scale, style),
    [flow, steps, scale, style],
  );
  const frame = useRef<HTMLDivElement>(null);
  const place = useRef<((step: number) => number) | null>(null);
  const end = useRef(0);
  useEffect(() => {
    const node = frame.current;
    if (node === null) return;
    const measure = () => {
      const width = node.clientWidth;
      end.current = width;
      place.current = (step) => scaled(step, steps, 0, width);
    };
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(node);
    return () => resized.disconnect();
  }, [steps]);
  const go = (x: number, width: number) =>
    studio.past.seek(Math.round(unscaled(Math.min(width, Math.max(0, x)), steps, 0, width)));
  return (
    <div>
      <div
        className="grid max-h-[432px] grid-cols-[104px_minmax(0,1fr)_82px] @2xl:grid-cols-[116px_minmax(0,1fr)_104px] gap-x-2 overflow-y-auto"
        tabIndex={0}
        role="group"
        aria-label={`${quantity.name} of every layer, from the input to the output`}
        data-testid="flow-matrix"
      >
        <div
          ref={frame}
          className="relative col-start-2 row-start-1 cursor-pointer"
          style={{ gridRow: `1 / span ${layers.length}`, height: layers.length * ROW_PX }}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            go(event.clientX - box.left, box.width);
          }}
        >
          <Canvas
            paint={paint}
            className="absolute inset-0"
            style={{ width: '100%', height: '100%' }}
            label={`${quantity.name} of each layer along the steps, as shades; the table has the numbers`}
            testId="flow-canvas"
          />
          <StepMark place={place} end={end} className="inset-y-0" testId="flow-mark" />
        </div>
        {lines.map((line, row) => (
          <Row
            key={line.label}
            line={line}
            row={row}
            vitals={layerOf(shown, line.label)}
            {...{ quantity, scale, theme: style.theme, isLit: lit === line.label, onLit }}
          />
        ))}
      </div>
      <Key scale={scale} theme={style.theme} />
    </div>
  );
}

interface RowProps {
  readonly line: Line;
  readonly row: number;
  readonly vitals: LayerVitals | null;
  readonly quantity: LayerQuantity;
  readonly scale: FlowScale;
  readonly theme: 'dark' | 'light';
  readonly isLit: boolean;
  readonly onLit: (layer: string | null) => void;
}

function Row({ line, row, vitals, quantity, scale, theme, isLit, onLit }: RowProps) {
  const value = vitals === null ? null : quantity.read(vitals);
  const share = shareOf(value, scale);
  const word = vitals !== null && quantity.scale === 'share' ? unitsWord(vitals) : null;
  const light = (is: boolean) => () => onLit(is ? line.label : null);
  return (
    <>
      <div
        className={`col-start-1 flex min-w-0 items-center gap-1 rounded ${isLit ? 'bg-raised' : ''}`}
        style={{ gridRow: row + 1, height: ROW_PX }}
        onPointerEnter={light(true)}
        onPointerLeave={light(false)}
      >
        <svg aria-hidden="true" width="14" height="6" className="shrink-0">
          <path d="M0 3h14" stroke={line.color} strokeWidth="2" strokeDasharray={line.dash.join(' ')} />
        </svg>
        <button
          type="button"
          className="min-w-0 truncate rounded text-left text-[12px] hover:underline"
          title={`Look at ${line.label} over time`}
          onFocus={light(true)}
          onBlur={light(false)}
          onClick={() => showOverTime(line.label)}
        >
          {line.label}
        </button>
        <LayerMark layer={line.label} size={12} />
      </div>
      <div
        className="col-start-3 flex items-center gap-1.5 text-[12px] tabular-nums"
        style={{ gridRow: row + 1, height: ROW_PX }}
        data-testid={`flow-value-${line.label}`}
        title={word === null ? undefined : `${word} units`}
      >
        <span aria-hidden="true" className="h-1.5 w-6 shrink-0 @2xl:w-10 rounded-full bg-raised">
          <span
            className="block h-full rounded-full"
            style={{ width: `${100 * (share ?? 0)}%`, background: shadeOf(1, theme) }}
          />
        </span>
        <span className="truncate">
          {quantity.scale === 'share' ? percent(value) : digits(value)}
          {word !== null && <span className="sr-only"> {word}</span>}
        </span>
      </div>
    </>
  );
}

/** What the shades and the bars stand for. */
function Key({ scale, theme }: { scale: FlowScale; theme: 'dark' | 'light' }) {
  const { low, high } = scale.range;
  const [from, to] = scale.kind === 'share' ? ['0 %', '100 %'] : [tickText(low), tickText(high)];
  return (
    <p className="mt-1 flex items-center justify-end gap-1.5 text-[11px] text-muted tabular-nums">
      {scale.kind === 'log' ? 'logarithmic' : 'share'}
      <span>{from}</span>
      <span aria-hidden="true" className="flex">
        {SHADES.map((share) => (
          <span key={share} className="h-2 w-2" style={{ background: shadeOf(share, theme) }} />
        ))}
      </span>
      <span>{to}</span>
    </p>
  );
}

const SHADES = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;
