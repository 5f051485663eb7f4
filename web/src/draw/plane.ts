/** What the axes of the big plot are: one input, two of them, or the principal components of all. */

import type { Axes } from '../core/view';
import type { AxisPart, BoundaryPart, ColumnSummary, DatasetPreview } from '../protocol/messages';
import { type Range, rangeOf } from './axes';

export interface Axis extends Range {
  readonly name: string;
  /** What its ticks are, where the axis is a category. */
  readonly categories: ColumnSummary['categories'];
}

export interface Plane {
  /** One input across; what is predicted goes up. */
  readonly isLine: boolean;
  /** The raw inputs that are the axes; none for principal components. */
  readonly columns: readonly [number, number] | null;
  readonly x: Axis;
  readonly y: Axis;
}

const COMPONENT = 'component 1';
const UNKNOWN: Range = { low: -6, high: 6 };

/** The plane of a picture; before there is one, the plane that was asked for. */
export function planeOf(part: BoundaryPart | null, preview: DatasetPreview | null, asked: Axes): Plane {
  const isLine = part !== null ? part.y === null : preview?.raw_names.length === 1;
  const columns = isLine ? ([0, 0] as const) : columnsOf(part, preview, asked);
  const x = axis(preview, part?.x ?? null, columns, 0);
  if (isLine) {
    const name = preview?.target_name ?? '';
    return { isLine, columns, x, y: { ...curveRange(preview), name, categories: [] } };
  }
  return { isLine, columns, x, y: axis(preview, part?.y ?? null, columns, 1) };
}

/** A picture that was asked for with other axes keeps its own until the next comes. */
function columnsOf(
  part: BoundaryPart | null,
  preview: DatasetPreview | null,
  asked: Axes,
): readonly [number, number] | null {
  const wanted = asked === 'pca' ? null : asked;
  const names = preview?.raw_names ?? [];
  if (part === null || part.x.name === (wanted === null ? COMPONENT : names[wanted[0]])) {
    const isSame = wanted === null || part === null || part.y?.name === names[wanted[1]];
    if (isSame) return wanted;
  }
  const shown = [names.indexOf(part.x.name), names.indexOf(part.y?.name ?? '')] as const;
  return shown[0] < 0 || shown[1] < 0 ? null : shown;
}

function axis(
  preview: DatasetPreview | null,
  part: AxisPart | null,
  columns: readonly [number, number] | null,
  which: 0 | 1,
): Axis {
  const column = columns === null ? undefined : preview?.columns[columns[which]];
  const name = columns === null ? `component ${which + 1}` : (column?.name ?? '');
  const categories = column?.read_as === 'categorical' ? column.categories : [];
  if (part !== null) return { name: part.name, low: part.low, high: part.high, categories };
  if (columns === null) return { ...rangeOf(preview?.points.components?.[which] ?? []), name, categories };
  const range =
    column?.low == null || column.high === null ? UNKNOWN : { low: column.low, high: column.high };
  return { ...range, name, categories };
}

/** The vertical range of the plot of one input: of the target, or from 0 to 1 for classes. */
function curveRange(preview: DatasetPreview | null): Range {
  if (preview === null) return { low: -1, high: 1 };
  if (preview.task !== 'regression') return { low: -0.1, high: 1.1 };
  return rangeOf(preview.points.target, 0.15);
}

type Places = readonly (number | null)[];

/** Where the samples lie on a plane, each list by sample. */
export function placesOf(preview: DatasetPreview, plane: Plane): { xs: Places; ys: Places } {
  const { inputs, target, components } = preview.points;
  if (plane.isLine) {
    const top = Math.max(1, preview.class_names.length - 1);
    const ys =
      preview.task === 'regression' ? target : target.map((label) => (label === null ? null : label / top));
    return { xs: inputs[0] ?? [], ys };
  }
  if (plane.columns === null) return { xs: components?.[0] ?? [], ys: components?.[1] ?? [] };
  return { xs: inputs[plane.columns[0]] ?? [], ys: inputs[plane.columns[1]] ?? [] };
}
