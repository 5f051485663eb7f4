/** Where units and edges of the neurons view lie. Plain numbers; nothing is drawn here. */

export interface LayerColumn {
  readonly id: string;
  /** Ids of the columns it reads. */
  readonly inputs: readonly string[];
  readonly units: number;
  /** Whether every unit reads every unit before it. */
  readonly dense: boolean;
  /** Whether all its units are shown, however many. */
  readonly unfolded: boolean;
}

export interface Spot {
  readonly unit: number;
  /** Top left corner of the unit's map. */
  readonly x: number;
  readonly y: number;
}

export interface ColumnLayout {
  readonly id: string;
  readonly inputs: readonly string[];
  readonly dense: boolean;
  /** Middle of the column. */
  readonly center: number;
  readonly x: number;
  readonly spots: readonly Spot[];
  /** Units that are folded away. */
  readonly hidden: number;
  /** Top of the note about them. */
  readonly foldY: number;
}

export interface NetworkLayout {
  readonly width: number;
  readonly height: number;
  readonly unitSize: number;
  /** From one column to the next. */
  readonly step: number;
  readonly columns: readonly ColumnLayout[];
}

/** Layers with more units than this are folded. */
export const FOLD_AT = 12;
/** The most units of a layer that have a map. */
export const MAX_UNITS_SHOWN = 64;
const LARGEST = 44;
const SMALLEST = 24;
/** Closer than this, heads of columns are written in short. */
export const COMPACT_BELOW = 96;
/** Room for a name such as `hidden-12`. */
const MIN_COLUMN_STEP = 64;
/** From a map to the name beside it, and from there to the edge. */
const NAME_GAP = 12;
/** Further from the edge than this an outer column need not be. */
const MAX_MARGIN = 110;
const FOLD_NOTE_HEIGHT = 24;

/** Units of a column that are drawn. */
export function shownUnits(column: LayerColumn): number {
  if (column.units <= FOLD_AT) return column.units;
  return column.unfolded ? Math.min(column.units, MAX_UNITS_SHOWN) : FOLD_AT - 1;
}

/** Room for names beside the first and the last column, in pixels. */
export interface NameRoom {
  readonly left: number;
  readonly right: number;
}

/**
 * Columns from left to right, units centered in each; as large as the room allows. Where it does not, the layout is
 * larger than the room and scrolls.
 */
export function layOut(
  columns: readonly LayerColumn[],
  roomWidth: number,
  roomHeight: number,
  names: NameRoom = { left: 0, right: 0 },
): NetworkLayout {
  const most = Math.max(1, ...columns.map(shownUnits));
  const folded = columns.some((column) => shownUnits(column) < column.units);
  const room = roomHeight - (folded ? FOLD_NOTE_HEIGHT : 0);
  // Edges need about as much room as maps.
  const widest = Math.floor((0.5 * roomWidth) / Math.max(1, columns.length));
  const unitSize = Math.max(SMALLEST, Math.min(LARGEST, widest, Math.floor(room / most) - 8));
  const gap = Math.max(6, Math.min(16, Math.floor((room - most * unitSize) / Math.max(1, most))));
  const height = Math.max(roomHeight, most * (unitSize + gap) + (folded ? FOLD_NOTE_HEIGHT : 0));
  const { first, step, width } = across(columns.length, roomWidth, unitSize, names);
  return {
    width,
    height,
    unitSize,
    step,
    columns: columns.map((column, index) => {
      const count = shownUnits(column);
      const hidden = column.units - count;
      const tall = count * unitSize + (count - 1) * gap + (hidden > 0 ? FOLD_NOTE_HEIGHT : 0);
      // Beside a column that scrolls, the others stand where they are seen first.
      const top = Math.max(0, (Math.min(height, roomHeight) - tall) / 2);
      const center = first + step * index;
      const x = Math.round(center - unitSize / 2);
      const spots = Array.from({ length: count }, (_, unit) => ({
        unit,
        x,
        y: Math.round(top + unit * (unitSize + gap)),
      }));
      const foldY = Math.round(top + count * (unitSize + gap));
      return { id: column.id, inputs: column.inputs, dense: column.dense, center, x, spots, hidden, foldY };
    }),
  };
}

/** Columns at equal distances; the outer two leave room for the names beside them. */
function across(count: number, roomWidth: number, unitSize: number, names: NameRoom) {
  const margin = (name: number) =>
    Math.max(MIN_COLUMN_STEP / 2, unitSize / 2 + (name > 0 ? name + NAME_GAP : 0));
  // Where there is room, names stand in the half step that lies outside of the outer columns.
  const half = roomWidth / (2 * Math.max(1, count));
  const first = Math.max(Math.min(half, MAX_MARGIN), margin(names.left));
  const last = Math.max(Math.min(half, MAX_MARGIN), margin(names.right));
  const step = Math.max(MIN_COLUMN_STEP, (roomWidth - first - last) / Math.max(1, count - 1));
  return { first, step, width: Math.max(roomWidth, first + step * (count - 1) + last) };
}

export interface Curve {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The edge from one unit's map to another's. */
export function edgeCurve(layout: NetworkLayout, from: Spot, to: Spot): Curve {
  const half = layout.unitSize / 2;
  return { x0: from.x + layout.unitSize, y0: from.y + half, x1: to.x, y1: to.y + half };
}

/** A point of an edge, t from 0 to 1: a Bézier curve that leaves and arrives level. */
export function curvePoint({ x0, y0, x1, y1 }: Curve, t: number): readonly [number, number] {
  const middle = (x0 + x1) / 2;
  const s = 1 - t;
  const a = s * s * s;
  const b = 3 * s * s * t;
  const c = 3 * s * t * t;
  const d = t * t * t;
  return [a * x0 + b * middle + c * middle + d * x1, a * y0 + b * y0 + c * y1 + d * y1];
}

/** How far a point lies from an edge, in pixels. */
export function distanceToCurve(curve: Curve, x: number, y: number): number {
  if (x < curve.x0 - 4 || x > curve.x1 + 4) return Infinity;
  let least = Infinity;
  let [px, py] = curvePoint(curve, 0);
  for (let step = 1; step <= 16; step++) {
    const [qx, qy] = curvePoint(curve, step / 16);
    least = Math.min(least, distanceToSegment(x, y, px, py, qx, qy));
    px = qx;
    py = qy;
  }
  return least;
}

function distanceToSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy || 1;
  const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
