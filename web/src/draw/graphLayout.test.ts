import { expect, it } from 'vitest';

import type { Wire } from '../core/graph';
import { type GraphLayout, layOutGraph, NODE_WIDTH, RANK_GAP, roundedPath } from './graphLayout';

const HEIGHT = 50;

function wires(...words: string[]): Wire[] {
  return words.map((word) => {
    const [from = '', to = ''] = word.split('>');
    return { from, to };
  });
}

function laidOut(ids: string[], ...words: string[]): GraphLayout {
  return layOutGraph(new Map(ids.map((id) => [id, HEIGHT])), wires(...words));
}

/** Whether a wire runs through a block that it does not belong to. */
function crossings({ places, wires: paths }: GraphLayout): string[] {
  return paths.flatMap(({ from, to, points }) =>
    [...places].flatMap(([id, { x, y }]) =>
      points.some((point, index) => {
        const next = points[index + 1];
        if (!next) return false;
        const apart =
          Math.max(point.x, next.x) <= x ||
          Math.min(point.x, next.x) >= x + NODE_WIDTH ||
          Math.max(point.y, next.y) <= y ||
          Math.min(point.y, next.y) >= y + HEIGHT;
        return !apart;
      })
        ? [`${from}>${to} through ${id}`]
        : [],
    ),
  );
}

function overlaps({ places }: GraphLayout): string[] {
  const all = [...places];
  return all.flatMap(([a, p], index) =>
    all
      .slice(index + 1)
      .filter(([, q]) => Math.abs(p.x - q.x) < NODE_WIDTH && Math.abs(p.y - q.y) < HEIGHT)
      .map(([b]) => `${a} and ${b}`),
  );
}

it('puts a chain straight down', () => {
  const { places, wires: paths, width, height } = laidOut(['input', 'a', 'b'], 'input>a', 'a>b');
  expect([...places.values()]).toEqual([
    { x: 0, y: 0 },
    { x: 0, y: HEIGHT + RANK_GAP },
    { x: 0, y: 2 * (HEIGHT + RANK_GAP) },
  ]);
  expect(paths[0]?.points).toEqual([
    { x: NODE_WIDTH / 2, y: HEIGHT },
    { x: NODE_WIDTH / 2, y: HEIGHT + RANK_GAP },
  ]);
  expect([width, height]).toEqual([NODE_WIDTH, 3 * HEIGHT + 2 * RANK_GAP]);
});

it('leads a shortcut past the trunk', () => {
  const layout = laidOut(['input', 'a', 'b', 'c', 'add'], 'input>a', 'a>b', 'b>c', 'c>add', 'a>add');
  const trunk = new Set(['input', 'a', 'b', 'c', 'add'].map((id) => layout.places.get(id)?.x));
  expect(trunk.size).toBe(1);
  expect(crossings(layout)).toEqual([]);
  expect(layout.width).toBeGreaterThan(NODE_WIDTH);
});

it('puts a branch beside the trunk, on ranks of its own', () => {
  const layout = laidOut(
    ['input', 'a', 'left', 'right', 'right-2', 'join'],
    'input>a',
    'a>left',
    'a>right',
    'right>right-2',
    'left>join',
    'right-2>join',
  );
  expect(overlaps(layout)).toEqual([]);
  expect(crossings(layout)).toEqual([]);
  expect(layout.places.get('left')?.y).toBe(layout.places.get('right')?.y);
  expect(layout.places.get('left')?.x).not.toBe(layout.places.get('right')?.x);
});

it('keeps dense connections and loose layers apart', () => {
  const layout = laidOut(
    ['input', 'a', 'b', 'c', 'd', 'loose', 'out'],
    'input>a',
    'a>b',
    'b>c',
    'a>c',
    'c>d',
    'a>d',
    'b>d',
    'input>loose',
    'd>out',
    'input>out',
  );
  expect(overlaps(layout)).toEqual([]);
  expect(crossings(layout)).toEqual([]);
});

it('ignores wires of layers that do not exist', () => {
  expect(laidOut(['input', 'a'], 'ghost>a').wires).toEqual([]);
});

it('rounds corners, and leaves the ends where they are', () => {
  expect(
    roundedPath(
      [
        { x: 0, y: 0 },
        { x: 0, y: 20 },
        { x: 30, y: 20 },
      ],
      5,
    ),
  ).toBe('M0,0L0,15Q0,20 5,20L30,20');
});
