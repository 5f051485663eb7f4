/**
 * Where the blocks of a network stand, from the input downward, and how its wires run.
 *
 * Every layer has a rank, one below the lowest that it reads. The trunk (the longest way to the output) runs straight
 * down lane 0; branches and shortcuts take lanes beside it, the nearest that is free, to the right and to the left by
 * turns. Wires from one layer share a lane: they carry the same values.
 */

import type { Wire } from '../core/graph';

export const NODE_WIDTH = 192;
/** Between one rank and the next: room for a wire's shape. */
export const RANK_GAP = 42;
const LANE_GAP = 26;
const WIRE_LANE = 16;
/** How far from a block a wire turns. */
const TURN = 9;
const ENTRY_STEP = 22;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface WirePath extends Wire {
  readonly points: readonly Point[];
  /** Where its shape is written. */
  readonly label: Point;
}

export interface GraphLayout {
  /** The upper left corner of every block. */
  readonly places: ReadonlyMap<string, Point>;
  readonly wires: readonly WirePath[];
  readonly width: number;
  readonly height: number;
}

/** A stretch of a lane that is taken: by a block, or by the wires of one layer. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly owner: string;
}

/**
 * Lay out blocks, each after those it reads (the input first).
 *
 * @param heights the height of each block by its id, in order
 */
export function layOutGraph(heights: ReadonlyMap<string, number>, wires: readonly Wire[]): GraphLayout {
  const ids = [...heights.keys()];
  const known = wires.filter(({ from, to }) => heights.has(from) && heights.has(to));
  const ranks = ranksOf(ids, known);
  const lanes = new Lanes();
  placeTrunk(ids, known, ranks, lanes);
  for (const id of ids) placeBranch(id, known, ranks, lanes);
  const detours = new Map(known.map((wire) => [wire, lanes.detour(wire, ranks)]));

  const [tops, bottoms] = rankBounds(ids, ranks, heights);
  const { centers, width } = lanes.centers();
  const x = (lane: number) => centers.get(lane) ?? 0;
  const places = new Map(
    ids.map((id) => [id, { x: x(lanes.of(id)) - NODE_WIDTH / 2, y: tops[ranks.get(id) ?? 0] ?? 0 }]),
  );
  const entries = entryOffsets(known, (wire) => x(detours.get(wire) ?? lanes.of(wire.from)), places);
  const paths = known.map((wire) => {
    const source = places.get(wire.from) ?? { x: 0, y: 0 };
    const target = places.get(wire.to) ?? { x: 0, y: 0 };
    const start = { x: source.x + NODE_WIDTH / 2, y: source.y + (heights.get(wire.from) ?? 0) };
    const end = { x: target.x + NODE_WIDTH / 2 + (entries.get(wire) ?? 0), y: target.y };
    const rank = ranks.get(wire.from) ?? 0;
    const lane = detours.get(wire);
    const turn = (bottoms[rank] ?? start.y) + TURN;
    if (lane === undefined)
      return { ...wire, points: bent(start, end, turn), label: middle(start, end, bottoms[rank]) };
    const points = [
      ...bent(start, { x: x(lane), y: turn }, turn),
      ...bent({ x: x(lane), y: end.y - TURN }, end, end.y - TURN),
    ];
    const half = Math.floor((rank + (ranks.get(wire.to) ?? 0) - 1) / 2);
    return { ...wire, points: tidy(points), label: { x: x(lane), y: (bottoms[half] ?? 0) + RANK_GAP / 2 } };
  });
  return { places, wires: paths, width, height: bottoms.at(-1) ?? 0 };
}

/** An SVG path along points, its corners rounded. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x},${first.y}`;
  rest.forEach((point, index) => {
    const before = points[index] ?? first;
    const after = rest[index + 1];
    if (!after) {
      path += `L${point.x},${point.y}`;
      return;
    }
    const reach = Math.min(radius, distance(before, point) / 2, distance(point, after) / 2);
    const enter = towards(point, before, reach);
    const leave = towards(point, after, reach);
    path += `L${enter.x},${enter.y}Q${point.x},${point.y} ${leave.x},${leave.y}`;
  });
  return path;
}

// --- ranks and lanes ----------------------------------------------------------------------------

function ranksOf(ids: readonly string[], wires: readonly Wire[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  ids.forEach((id, index) => {
    const read = wires.filter(({ to }) => to === id).map(({ from }) => ranks.get(from) ?? 0);
    ranks.set(id, index === 0 ? 0 : 1 + Math.max(0, ...read));
  });
  return ranks;
}

class Lanes {
  private readonly lanes = new Map<string, number>();
  private readonly taken = new Map<number, Stretch[]>();
  private readonly wide = new Set<number>([0]);

  has(id: string): boolean {
    return this.lanes.has(id);
  }

  of(id: string): number {
    return this.lanes.get(id) ?? 0;
  }

  put(id: string, lane: number, rank: number): void {
    this.lanes.set(id, lane);
    this.wide.add(lane);
    this.take(lane, { from: rank, to: rank, owner: `block ${id}` });
  }

  /** The nearest lane beside the trunk whose ranks are free. */
  free(stretch: Stretch, first: readonly number[] = []): number {
    const fits = (lane: number) =>
      (this.taken.get(lane) ?? []).every(
        (other) => other.owner === stretch.owner || other.to < stretch.from || other.from > stretch.to,
      );
    const lane = first.find(fits);
    if (lane !== undefined) return lane;
    for (let distance = 1; ; distance++) {
      if (fits(distance)) return distance;
      if (fits(-distance)) return -distance;
    }
  }

  /** The lane in which a wire passes the ranks between its ends; undefined where there are none. */
  detour(wire: Wire, ranks: ReadonlyMap<string, number>): number | undefined {
    const [from, to] = [(ranks.get(wire.from) ?? 0) + 1, (ranks.get(wire.to) ?? 0) - 1];
    if (to < from) return undefined;
    const stretch = { from, to, owner: `wires of ${wire.from}` };
    const lane = this.free(stretch, [this.of(wire.from), this.of(wire.to)]);
    this.take(lane, stretch);
    return lane;
  }

  /** The middle of every lane, and how wide all are together. */
  centers(): { centers: ReadonlyMap<number, number>; width: number } {
    const centers = new Map<number, number>();
    let edge = 0;
    for (const lane of [...new Set([0, ...this.taken.keys()])].sort((a, b) => a - b)) {
      const width = this.wide.has(lane) ? NODE_WIDTH : WIRE_LANE;
      centers.set(lane, edge + width / 2);
      edge += width + LANE_GAP;
    }
    return { centers, width: edge - LANE_GAP };
  }

  private take(lane: number, stretch: Stretch): void {
    this.taken.set(lane, [...(this.taken.get(lane) ?? []), stretch]);
  }
}

/** The longest way back from the last layer to the input. */
function placeTrunk(
  ids: readonly string[],
  wires: readonly Wire[],
  ranks: ReadonlyMap<string, number>,
  lanes: Lanes,
): void {
  let id = ids.at(-1);
  while (id !== undefined && !lanes.has(id)) {
    const reader: string = id;
    const rank = ranks.get(reader) ?? 0;
    lanes.put(reader, 0, rank);
    id = wires.find(({ from, to }) => to === reader && ranks.get(from) === rank - 1)?.from;
  }
  // The input heads the trunk, whatever reads it.
  const [input] = ids;
  if (input !== undefined && !lanes.has(input)) lanes.put(input, 0, 0);
}

/** A layer that has no place yet, and those after it that only it leads to. */
function placeBranch(
  id: string,
  wires: readonly Wire[],
  ranks: ReadonlyMap<string, number>,
  lanes: Lanes,
): void {
  if (lanes.has(id)) return;
  const chain = [id];
  for (let last = id; ;) {
    const next = wires.find(
      ({ from, to }) => from === last && !lanes.has(to) && ranks.get(to) === (ranks.get(last) ?? 0) + 1,
    )?.to;
    if (next === undefined || chain.includes(next)) break;
    chain.push(next);
    last = next;
  }
  const rank = (of: string) => ranks.get(of) ?? 0;
  const lane = lanes.free({ from: rank(id), to: rank(chain.at(-1) ?? id), owner: '' });
  for (const member of chain) lanes.put(member, lane, rank(member));
}

// --- coordinates --------------------------------------------------------------------------------

function rankBounds(
  ids: readonly string[],
  ranks: ReadonlyMap<string, number>,
  heights: ReadonlyMap<string, number>,
): [number[], number[]] {
  const tallest: number[] = [];
  for (const id of ids) {
    const rank = ranks.get(id) ?? 0;
    tallest[rank] = Math.max(tallest[rank] ?? 0, heights.get(id) ?? 0);
  }
  const tops: number[] = [];
  const bottoms: number[] = [];
  let y = 0;
  for (const height of tallest) {
    tops.push(y);
    bottoms.push(y + height);
    y += height + RANK_GAP;
  }
  return [tops, bottoms];
}

/** Where wires enter a block: what comes from straight above in the middle, the rest on its side. */
function entryOffsets(
  wires: readonly Wire[],
  arrival: (wire: Wire) => number,
  places: ReadonlyMap<string, Point>,
): ReadonlyMap<Wire, number> {
  const offsets = new Map<Wire, number>();
  for (const target of new Set(wires.map(({ to }) => to))) {
    const center = (places.get(target)?.x ?? 0) + NODE_WIDTH / 2;
    const entering = wires.filter(({ to }) => to === target);
    if (entering.length < 2) continue;
    for (const side of [-1, 1]) {
      entering
        .filter((wire) => Math.sign(arrival(wire) - center) === side)
        .sort((a, b) => Math.abs(arrival(a) - center) - Math.abs(arrival(b) - center))
        .forEach((wire, index) =>
          offsets.set(wire, side * Math.min(ENTRY_STEP * (index + 1), NODE_WIDTH / 2 - 8)),
        );
    }
  }
  return offsets;
}

/** From one point down to another, turning at a height. */
function bent(start: Point, end: Point, turn: number): Point[] {
  if (start.x === end.x) return [start, end];
  return [start, { x: start.x, y: turn }, { x: end.x, y: turn }, end];
}

/** Points without those that stand twice or on a straight line. */
function tidy(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [a, b] = [kept.at(-2), kept.at(-1)];
    if (b && b.x === point.x && b.y === point.y) continue;
    if (a && b && ((a.x === b.x && b.x === point.x) || (a.y === b.y && b.y === point.y))) kept.pop();
    kept.push(point);
  }
  return kept;
}

function middle(start: Point, end: Point, bottom: number | undefined): Point {
  return { x: end.x, y: (bottom ?? start.y) + RANK_GAP / 2 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, reach: number): Point {
  const share = reach / (distance(from, to) || 1);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
