import { describe, expect, it } from 'vitest';

import { curvePoint, distanceToCurve, edgeCurve, FOLD_AT, layOut, shownUnits } from './networkLayout';

const column = (id: string, units: number, unfolded = false) => ({
  id,
  inputs: [],
  units,
  dense: true,
  unfolded,
});

describe('layOut', () => {
  it('centers small layers beside large ones within the room', () => {
    const layout = layOut([column('input', 2), column('hidden', 8), column('output', 1)], 700, 420);
    expect([layout.width, layout.height]).toEqual([700, 420]);
    const [input, hidden, output] = layout.columns;
    expect(input?.spots).toHaveLength(2);
    const middle = (spots: readonly { y: number }[] = []) =>
      ((spots[0]?.y ?? 0) + (spots.at(-1)?.y ?? 0) + layout.unitSize) / 2;
    expect(Math.abs(middle(input?.spots) - middle(hidden?.spots))).toBeLessThanOrEqual(1);
    expect(Math.abs(middle(output?.spots) - 210)).toBeLessThanOrEqual(1);
    expect(hidden?.spots.at(-1)?.y ?? 0).toBeLessThanOrEqual(420 - layout.unitSize);
  });

  it('folds wide layers, and grows beyond the room when unfolded', () => {
    expect(shownUnits(column('wide', 50))).toBe(FOLD_AT - 1);
    expect(layOut([column('wide', 50)], 300, 400).columns[0]?.hidden).toBe(50 - FOLD_AT + 1);
    expect(layOut([column('wide', 50, true)], 300, 400).height).toBeGreaterThan(400);
  });

  it('keeps small layers in sight beside one that scrolls', () => {
    const layout = layOut([column('wide', 60, true), column('output', 2)], 300, 400);
    const [wide, output] = layout.columns;
    expect(wide?.spots[0]?.y).toBe(0);
    expect(output?.spots.at(-1)?.y ?? 0).toBeLessThan(400 - layout.unitSize);
  });

  it('leaves room for the names beside the outer columns', () => {
    const layout = layOut([column('input', 4), column('hidden', 8), column('output', 3)], 515, 420, {
      left: 100,
      right: 60,
    });
    expect(layout.width).toBe(515);
    const [input, , output] = layout.columns;
    expect(input?.x).toBeGreaterThan(100);
    expect((output?.x ?? 0) + layout.unitSize + 60).toBeLessThan(515);
  });

  it('scrolls rather than squeezing many layers', () => {
    const many = Array.from({ length: 12 }, (_, index) => column(`layer-${index}`, 2));
    expect(layOut(many, 500, 400).width).toBeGreaterThan(500);
  });
});

describe('edges', () => {
  const layout = layOut([column('a', 1), column('b', 2)], 400, 300);
  const from = layout.columns[0]?.spots[0];
  const to = layout.columns[1]?.spots[1];
  if (!from || !to) throw new Error('no spots');
  const curve = edgeCurve(layout, from, to);

  it('lead from map to map', () => {
    expect(curvePoint(curve, 0)).toEqual([curve.x0, curve.y0]);
    expect(curvePoint(curve, 1)).toEqual([curve.x1, curve.y1]);
  });

  it('are found by a pointer on them only', () => {
    const [x, y] = curvePoint(curve, 0.4);
    expect(distanceToCurve(curve, x, y)).toBeLessThan(1);
    expect(distanceToCurve(curve, x, y + 60)).toBeGreaterThan(20);
    expect(distanceToCurve(curve, curve.x1 + 50, curve.y1)).toBe(Infinity);
  });
});
