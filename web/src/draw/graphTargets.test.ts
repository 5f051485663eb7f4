import { expect, it } from 'vitest';

import { layOutGraph, NODE_WIDTH, RANK_GAP } from './graphLayout';
import { targetAt } from './graphTargets';

const heights = new Map([
  ['input', 40],
  ['a', 40],
  ['b', 40],
]);
const layout = layOutGraph(heights, [
  { from: 'input', to: 'a' },
  { from: 'a', to: 'b' },
]);
const center = NODE_WIDTH / 2;

it('finds the block under the pointer, else the wire close by', () => {
  expect(targetAt(layout, heights, { x: 20, y: 20 })).toEqual({ on: 'block', id: 'input' });
  const between = { x: center + 10, y: 40 + RANK_GAP / 2 };
  expect(targetAt(layout, heights, between)).toEqual({ on: 'wire', wire: { from: 'input', to: 'a' } });
  expect(targetAt(layout, heights, { x: NODE_WIDTH + 200, y: 20 })).toEqual({ on: 'canvas' });
});

it('passes over the block that is dragged, and its wires', () => {
  const within = { x: center, y: 40 + RANK_GAP + 20 };
  expect(targetAt(layout, heights, within, 'a')).toEqual({ on: 'canvas' });
  expect(targetAt(layout, heights, { x: center, y: 40 + RANK_GAP / 2 }, 'a')).toEqual({ on: 'canvas' });
});
