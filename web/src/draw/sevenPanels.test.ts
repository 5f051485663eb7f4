import { describe, expect, it } from 'vitest';

import type { Drawable } from '../core/pictures';
import { emptyTimeline } from '../core/timeline';
import type { FrameArray } from '../protocol/frames';
import type { Picture } from '../protocol/messages';
import { PANEL_PALETTES } from '../protocol/palette';
import { rgb } from './colors';
import { cellText, gradientShare, panelsOf, PanelScale, weightColor } from './sevenPanels';
import { biasBlocks, gradientBlocks, weightBlocks } from './sevenPanelsCells';
import { lossAxis, lossesUntil } from './sevenPanelsLoss';

const array = (shape: number[], data: number[]): FrameArray => ({
  shape,
  data: new Float32Array(data),
  scale: 1,
  zero: 0,
});

/** A network of two inputs, two hidden units and one output without a bias. */
function drawable(run: string, factor: number, step = 5): Drawable {
  const times = (values: number[]) => values.map((value) => value * factor);
  const picture = { run, step, epoch: step, gradients: { loss: 0.25, samples: 100 } } as Picture;
  return {
    picture,
    arrays: new Map([
      ['parameter:hidden:kernel', array([2, 2], times([1, 2, 3, -4]))],
      ['parameter:hidden:bias', array([2], times([0.5, -0.5]))],
      ['parameter:output:kernel', array([2, 1], times([7, 8]))],
      ['loss-gradient:hidden:kernel', array([2, 2], times([0.1, 0.2, 0.3, -0.4]))],
      ['loss-gradient:hidden:bias', array([2], times([0.05, NaN]))],
      ['loss-gradient:output:kernel', array([2, 1], times([0.01, 0]))],
    ]),
  };
}

const IDS = ['hidden', 'output'];

describe('panels', () => {
  it('come of one picture, and of none without gradients', () => {
    const panels = panelsOf(drawable('a', 1), IDS);
    expect([panels?.step, panels?.loss, panels?.samples]).toEqual([5, 0.25, 100]);
    expect(panels?.layers.map(({ from, to }) => [from, to])).toEqual([
      [2, 2],
      [2, 1],
    ]);
    const blind = drawable('a', 1);
    expect(panelsOf({ ...blind, picture: { ...blind.picture, gradients: null } }, IDS)).toBeNull();
    expect(panelsOf(blind, ['hidden', 'other'])).toBeNull();
    expect(panelsOf(null, IDS)).toBeNull();
  });

  it('share a scale that grows with what is seen of a run, and begins anew with another', () => {
    const scale = new PanelScale();
    const see = (run: string, factor: number) => {
      const panels = panelsOf(drawable(run, factor), IDS);
      const grown = panels !== null && scale.see(panels);
      return [grown, scale.weight, Number(scale.gradient.toFixed(6))];
    };
    expect(see('a', 1)).toEqual([true, 8, 0.4]);
    expect(see('a', 0.5)).toEqual([false, 8, 0.4]);
    expect(see('a', 2)).toEqual([true, 16, 0.8]);
    expect(see('b', 1)).toEqual([true, 8, 0.4]);
  });

  it('lay out the first weights by hidden unit, the others by the unit they come from', () => {
    const panels = panelsOf(drawable('a', 1), IDS);
    if (panels === null) throw new Error('no panels');
    const values = (block: { rows: number; columns: number; at: (r: number, c: number) => number }) =>
      Array.from({ length: block.rows }, (_, row) =>
        Array.from({ length: block.columns }, (__, column) => block.at(row, column)),
      );
    expect(weightBlocks(panels, 'first', 8).map(values)).toEqual([
      [
        [1, 3],
        [2, -4],
      ],
    ]);
    expect(weightBlocks(panels, 'onward', 8).map(values)).toEqual([[[7], [8]]]);
    expect(biasBlocks(panels, 8).map(values)).toEqual([[[0.5], [-0.5]]]);
    expect(gradientBlocks(panels, 0.4, 'linear').map(({ symbol }) => symbol)).toEqual(['W1', 'b1', 'W2']);
  });
});

describe('scales', () => {
  it('put gradients on three decades, through zero', () => {
    expect(gradientShare(0, 2, 'log')).toBe(0);
    expect(gradientShare(-2, 2, 'log')).toBe(-1);
    expect(gradientShare(0.02, 2, 'log')).toBeCloseTo(Math.log(11) / Math.log(1001), 12);
    expect(gradientShare(0.5, 2, 'linear')).toBe(0.25);
    expect(gradientShare(1, 0, 'log')).toBe(0);
  });

  it('are blue where negative and red where positive', () => {
    const { weights } = PANEL_PALETTES.light;
    expect(weightColor(-1, 'light')).toEqual(rgb(weights[0] ?? ''));
    expect(weightColor(3, 'light')).toEqual(rgb(weights.at(-1) ?? ''));
    const [red, , blue] = weightColor(-1, 'dark');
    expect(blue).toBeGreaterThan(red);
  });

  it('write numbers that fit a cell', () => {
    expect([-0.734, 0.00123, 123.4, 0, NaN, -Infinity, 54321].map(cellText)).toEqual([
      '−0.73',
      '1.2e−3',
      '123',
      '0',
      'NaN',
      '−∞',
      '5e4',
    ]);
  });
});

describe('the loss', () => {
  const timeline = {
    ...emptyTimeline,
    steps: 4,
    low: new Float32Array([1, 0.5, 0.25, 0.02]),
    high: new Float32Array([1, 0.5, 0.25, 0.02]),
  };

  it('is shown for the states before the one on screen alone', () => {
    expect(lossesUntil(timeline, 2).map(({ state, low }) => [state, low])).toEqual([
      [0, 1],
      [1, 0.5],
    ]);
    expect(lossesUntil({ ...timeline, stepsPerColumn: 2 }, 3)).toHaveLength(1);
    expect(lossesUntil(timeline, 0)).toEqual([]);
  });

  it('has one axis for all states, logarithmic where losses differ much', () => {
    const axis = lossAxis(timeline, 0.3);
    expect(axis.isLog).toBe(true);
    expect(axis.low).toBeLessThan(0.02);
    expect(axis.high).toBeGreaterThan(1);
    const narrow = lossAxis({ ...timeline, low: new Float32Array([1]), high: new Float32Array([1]) }, 0.5);
    expect(narrow).toEqual({ low: 0, high: 1.05, isLog: false });
  });
});
