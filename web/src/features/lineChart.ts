/** What every chart of lines along the steps is made of; each adds its own lines and scale. */

import 'uplot/dist/uPlot.min.css';

import uPlot from 'uplot';

import type { PlotStyle } from '../draw/plotFrame';

/** `Scale.Distr` is a const enum, which single modules cannot read. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
export const LOGARITHMIC = 3 as uPlot.Scale.Distr;
/** Free at the right of the plot. */
const RIGHT = 16;
const LEAST_WIDTH = 120;

interface Own extends Pick<uPlot.Options, 'cursor' | 'focus' | 'hooks' | 'series'> {
  readonly height: number;
  readonly y: uPlot.Scale;
  /** What is unlike others of the axis along the steps, and how a step is written. */
  readonly steps: uPlot.Axis & { readonly words: (step: number) => string };
  /** What is unlike others of the upright axis. */
  readonly values: uPlot.Axis;
}

export function lineChart(node: HTMLElement, style: PlotStyle, own: Own, data: uPlot.AlignedData): uPlot {
  const { height, y, steps, values, cursor, ...rest } = own;
  const { words, ...along } = steps;
  const axis = {
    stroke: style.muted,
    font: "11px 'Inter Variable', system-ui, sans-serif",
    grid: { stroke: style.line, width: 0.5 },
    ticks: { show: false },
  };
  const whole = (_: uPlot, ticks: number[]) =>
    ticks.map((tick) => (Number.isInteger(tick) ? words(tick) : ''));
  return new uPlot(
    {
      width: widthOf(node),
      height,
      padding: [8, RIGHT, 0, 0],
      cursor: { drag: { x: false, y: false }, ...cursor },
      legend: { show: false },
      scales: { x: { time: false }, y },
      axes: [
        { ...axis, values: whole, ...along },
        { ...axis, ...values },
      ],
      ...rest,
    },
    data,
    node,
  );
}

/** Keeps a chart as wide as its place; gives the function that ends it. */
export function followWidth(plot: uPlot, node: HTMLElement, resized: () => void): () => void {
  const observer = new ResizeObserver(() => {
    plot.setSize({ width: widthOf(node), height: plot.height });
    resized();
  });
  observer.observe(node);
  return () => observer.disconnect();
}

function widthOf(node: HTMLElement): number {
  return Math.max(LEAST_WIDTH, node.clientWidth);
}
