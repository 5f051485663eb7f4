/** The printed legend of the seven panels: what colors and widths stand for, with their scales. */

import type { ReactNode } from 'react';

import { count, digits } from '../../core/numbers';
import type { Theme } from '../../core/view';
import { type GradientScale, gradientShare } from '../../draw/sevenPanels';
import { WIDEST, WIDEST_BACKWARD } from '../../draw/sevenPanelsNetwork';
import { PANEL_PALETTES } from '../../protocol/palette';
import { useNumbers } from '../studio';

interface Props {
  readonly limits: { readonly weight: number; readonly gradient: number };
  readonly gradients: GradientScale;
  readonly theme: Theme;
  /** Samples of the training part. */
  readonly train: number | null;
}

export function Legend({ limits, gradients, theme, train }: Props) {
  const palette = PANEL_PALETTES[theme];
  const { weight, gradient } = limits;
  const samples = useNumbers(({ drawable }) => drawable?.picture.gradients?.samples ?? null);
  const parts = gradients === 'log' ? [1, 10, 100] : [1, 2, 4];
  return (
    <div
      className="flex flex-wrap items-center gap-x-6 gap-y-2 text-[12px] tabular-nums"
      data-testid="panels-legend"
    >
      <Bar name="weights, biases" limit={weight} theme={theme} testId="panels-weight-scale" />
      <Bar
        name={gradients === 'log' ? 'gradients (log)' : 'gradients'}
        limit={gradient}
        theme={theme}
        testId="panels-gradient-scale"
      />
      <Sign color={palette.weights[0] ?? ''} width={WIDEST}>
        weight −{digits(weight)}
      </Sign>
      <Sign color={palette.weights.at(-1) ?? ''} width={WIDEST}>
        weight +{digits(weight)}
      </Sign>
      {parts.map((part) => (
        <Sign
          key={part}
          color={palette.gradient}
          width={WIDEST_BACKWARD * gradientShare(gradient / part, gradient, gradients)}
          isDotted
        >
          {part === 1 ? 'gradient ' : ''}±{digits(gradient / part)}
        </Sign>
      ))}
      <Neuron color={palette.input}>input</Neuron>
      <Neuron color={palette.hidden}>hidden</Neuron>
      <Neuron color={palette.output}>output</Neuron>
      <p className="text-muted">
        Scales: the largest seen of this run.
        {samples !== null &&
          ` Loss and gradients: mean over ${samples === train ? `all ${count(samples)}` : `the first ${count(samples)}`} training samples.`}
      </p>
    </div>
  );
}

function Bar(props: { name: string; limit: number; theme: Theme; testId: string }) {
  const stops = PANEL_PALETTES[props.theme].weights.join(', ');
  return (
    <span className="flex items-center gap-2" data-testid={props.testId}>
      <span className="text-muted">{props.name}</span>
      <span>−{digits(props.limit)}</span>
      <span
        aria-hidden="true"
        className="h-3 w-28 rounded-sm border border-line"
        style={{ background: `linear-gradient(to right, ${stops})` }}
      />
      <span>+{digits(props.limit)}</span>
    </span>
  );
}

function Sign(props: { color: string; width: number; isDotted?: boolean; children: ReactNode }) {
  const width = Math.max(0.5, props.width);
  return (
    <span className="flex items-center gap-2">
      <svg aria-hidden="true" width="32" height="8">
        <line
          x1="0"
          y1="4"
          x2="32"
          y2="4"
          stroke={props.color}
          strokeWidth={width}
          {...(props.isDotted
            ? { strokeDasharray: `${Math.max(1, width)} ${Math.max(2, 1.6 * width)}` }
            : {})}
        />
      </svg>
      {props.children}
    </span>
  );
}

function Neuron({ color, children }: { color: string; children: ReactNode }) {
  return (
    <span className="flex items-center gap-1.5">
      <svg aria-hidden="true" width="14" height="14">
        <circle cx="7" cy="7" r="6" fill={color} stroke="currentColor" />
      </svg>
      {children}
    </span>
  );
}
