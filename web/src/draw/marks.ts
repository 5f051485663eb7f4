/** Marks of samples: a class has a color and a shape, a validation sample is hollow. */

import type { Rgb } from './colors';
import { css } from './colors';

type Trace = (context: CanvasRenderingContext2D, x: number, y: number, size: number) => void;

const polygon =
  (points: readonly (readonly [number, number])[]): Trace =>
  (context, x, y, size) => {
    points.forEach(([dx, dy], index) => {
      if (index === 0) context.moveTo(x + dx * size, y + dy * size);
      else context.lineTo(x + dx * size, y + dy * size);
    });
    context.closePath();
  };

const SHAPES: readonly Trace[] = [
  (context, x, y, size) => {
    context.moveTo(x + size, y);
    context.arc(x, y, size, 0, 2 * Math.PI);
  },
  polygon([
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ]),
  polygon([
    [0, -1.2],
    [1.1, 0.8],
    [-1.1, 0.8],
  ]),
  polygon([
    [0, -1.3],
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
  ]),
  polygon([
    [0, 1.2],
    [1.1, -0.8],
    [-1.1, -0.8],
  ]),
];

/** What the shape of a class is called, for those who do not see it. */
export const SHAPE_NAMES = ['circle', 'square', 'triangle', 'diamond', 'inverted triangle'] as const;

export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly label: number;
  readonly color: Rgb;
  readonly hollow: boolean;
}

/** Draw marks of a size in pixels, with a rim that sets them off from the map. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  marks: Iterable<Mark>,
  size: number,
  rim: string,
): void {
  context.lineJoin = 'round';
  for (const mark of marks) {
    const trace = SHAPES[mark.label % SHAPES.length];
    if (!trace) continue;
    context.beginPath();
    trace(context, mark.x, mark.y, size);
    if (mark.hollow) {
      context.strokeStyle = rim;
      context.lineWidth = 3;
      context.stroke();
      context.strokeStyle = css(mark.color);
      context.lineWidth = 1.5;
      context.stroke();
    } else {
      context.fillStyle = css(mark.color);
      context.fill();
      context.strokeStyle = rim;
      context.lineWidth = 1;
      context.stroke();
    }
  }
}
