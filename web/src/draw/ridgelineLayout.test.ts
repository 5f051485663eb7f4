import { describe, expect, it } from 'vitest';

import type { Summary } from '../protocol/messages';
import { layOut, type Moment } from './ridgelineLayout';

function moment(step: number, low: number | null, high: number | null, counts = [1, 4, 2]): Moment {
  const summary = { minimum: low, maximum: high, counts: low === null ? [] : counts } as unknown as Summary;
  return { step, summary };
}

const frame = { left: 40, right: 240, top: 30, bottom: 180 };

describe('ridges', () => {
  it('lie where their steps are, and rise as high as their fullest bin', () => {
    const { ridges } = layOut([moment(0, -1, 1), moment(100, -1, 1, [3, 3, 6])], frame, null);
    expect(ridges.map(({ y }) => y)).toEqual([30, 180]);
    const [first, last] = ridges.map(({ points }) => points);
    expect(first?.[0]).toEqual([40, 30]);
    expect(first?.at(-1)).toEqual([240, 30]);
    const tops = [first, last].map((points) => Math.min(...(points ?? []).map(([, y]) => y)));
    expect(30 - (tops[0] ?? 0)).toBeCloseTo(180 - (tops[1] ?? 0));
  });

  it('keep apart, but the newest and the one on screen are always there', () => {
    const all = Array.from({ length: 1001 }, (_, step) => moment(step, -1, 1));
    const { ridges } = layOut(all, frame, 501);
    expect(ridges.length).toBeLessThanOrEqual(27);
    expect(ridges.filter(({ isOnScreen }) => isOnScreen).map(({ step }) => step)).toEqual([501]);
    expect([ridges[0]?.step, ridges.at(-1)?.step]).toEqual([0, 1000]);
    const gaps = ridges.slice(1).map(({ y }, at) => y - (ridges[at]?.y ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(6);
  });

  it('have no outline where nothing is finite, and a needle where all values are one', () => {
    const { ridges } = layOut([moment(0, null, null), moment(10, 0.25, 0.25)], frame, null);
    expect(ridges[0]?.points).toEqual([]);
    expect(ridges[1]?.points).toHaveLength(3);
  });
});
