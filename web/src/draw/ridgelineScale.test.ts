import { describe, expect, it } from 'vitest';

import type { Summary } from '../protocol/messages';
import type { Moment } from './ridgelineLayout';
import { placeOf, valueScale, valueTicks } from './ridgelineScale';

const moment = (minimum: number | null, maximum: number | null): Moment => ({
  step: 0,
  summary: { minimum, maximum } as unknown as Summary,
});

describe('the values of ridges', () => {
  it('hold all that occur, linear where the ridges are of about one width', () => {
    const scale = valueScale([moment(-1, 0.5), moment(-2, 1)]);
    expect(scale).toEqual({ range: { low: -2, high: 1 }, bend: null });
    expect(placeOf(-0.5, scale, 100, 400)).toBe(250);
  });

  it('are logarithmic both ways where ridges shrink by orders of magnitude', () => {
    const scale = valueScale([moment(-1, 1), moment(-1e-4, 1e-4)]);
    const place = (value: number) => placeOf(value, scale, -1, 1);
    expect([place(-1), place(0), place(1)]).toEqual([-1, 0, 1]);
    // The narrow one is no needle: it takes more than a tenth of the width.
    expect(place(1e-4)).toBeGreaterThan(0.1);
    expect(place(0.1) - place(0.01)).toBeCloseTo(place(1) - place(0.1), 2);
  });

  it('do not follow what is next to nothing', () => {
    const { bend } = valueScale([moment(-1, 1), moment(0, 1e-20)]);
    expect(bend).toBe(1e-6);
  });

  it('have a width where all are one, and where none is finite', () => {
    expect(valueScale([moment(0, 0)]).range).toEqual({ low: -0.5, high: 0.5 });
    expect(valueScale([moment(null, null)]).range).toEqual({ low: -1, high: 1 });
  });

  it('are named at zero and at powers of ten, not closer than asked', () => {
    const scale = valueScale([moment(-1, 1), moment(-1e-4, 1e-4)]);
    const named = valueTicks(scale, 400, 40);
    expect(named).toContain(0);
    expect(named).toContain(-1);
    expect(named.every((value) => value === 0 || Number.isInteger(Math.log10(Math.abs(value))))).toBe(true);
    const places = named.map((value) => placeOf(value, scale, 0, 400));
    expect(Math.min(...places.slice(1).map((x, at) => x - (places[at] ?? 0)))).toBeGreaterThanOrEqual(40);
  });
});
