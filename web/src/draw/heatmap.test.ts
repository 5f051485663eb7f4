import { describe, expect, it } from 'vitest';

import { classColor, pixel, signColor, signTable } from './colors';
import { fillClasses, fillProbability, fillSigned, limitOf, outputsAt } from './heatmap';

const grid = (data: number[], shape: number[], scale = 1 / 255, zero = 0) => ({
  data: Uint8Array.from(data),
  shape,
  scale,
  zero,
});

describe('maps', () => {
  it('put row 0 at the bottom', () => {
    const pixels = new Uint32Array(4);
    // Two rows: the lower certain of class 0, the upper of class 1.
    fillProbability(pixels, grid([0, 0, 255, 255], [1, 2, 2]), false, 'dark');
    const table = signTable('dark');
    expect([...pixels]).toEqual([table[255], table[255], table[0], table[0]]);
  });

  it('show the winner alone in the discrete form', () => {
    const pixels = new Uint32Array(2);
    fillProbability(pixels, grid([100, 150], [1, 1, 2]), true, 'light');
    expect([...pixels]).toEqual([pixel(signColor(-1, 'light')), pixel(signColor(1, 'light'))]);
  });

  it('take zero as grey and the limit as full color', () => {
    const pixels = new Uint32Array(2);
    fillSigned(pixels, grid([0, 100], [1, 1, 2], 0.02, 0), 0, 2, 'dark');
    expect(pixels[1]).toBe(pixel(signColor(1, 'dark')));
    const table = signTable('dark');
    expect([table[127], table[128]]).toContain(pixels[0]);
  });

  it('name the class with the greatest output', () => {
    const pixels = new Uint32Array(2);
    fillClasses(pixels, grid([255, 0, 0, 0, 0, 255], [3, 1, 2]), true, 'light', [255, 255, 255]);
    expect([...pixels]).toEqual([pixel(classColor(0, 3, 'light')), pixel(classColor(2, 3, 'light'))]);
  });

  it('are read out at the nearest grid point', () => {
    const array = grid([0, 51, 102, 255], [1, 2, 2]);
    expect(outputsAt(array, 0.9, 0.1)[0]).toBeCloseTo(0.2);
    expect(outputsAt(array, 2, 2)[0]).toBeCloseTo(1);
    expect(outputsAt({ data: Float32Array.of(1, 2, 3), shape: [1, 3], scale: 1, zero: 0 }, 0.5, 0)).toEqual([
      2,
    ]);
    expect(limitOf(grid([1], [1, 1, 1], 2 / 255, -1.5))).toBe(1.5);
  });
});
