/** The weights of all layers of a small network, as maps in sign colors beside each other. */

import type { FrameArray } from '../protocol/frames';
import { fillSigned, GridImage, limitOf } from './heatmap';
import type { PlotStyle } from './plotFrame';

const GAP = 10;
const WORDS = 16;
/** Room for the name of a layer. */
const LEAST = 36;

/** A kernel [features, units] as the only map of a stack. */
function asMap(kernel: FrameArray): FrameArray {
  const [rows = 1, columns = 1] = kernel.shape;
  return { ...kernel, shape: [1, rows, columns] };
}

interface Kernel {
  readonly layer: string;
  readonly kernel: FrameArray;
}

function kernelsOf(arrays: ReadonlyMap<string, FrameArray> | undefined, layers: readonly string[]): Kernel[] {
  return layers.flatMap((layer) => {
    const kernel = arrays?.get(`parameter:${layer}:kernel`);
    return kernel?.shape.length === 2 ? [{ layer, kernel }] : [];
  });
}

/** The largest weight of some layers, which the scale ends at; null where there are none. */
export function weightLimit(
  arrays: ReadonlyMap<string, FrameArray> | undefined,
  layers: readonly string[],
): number | null {
  const kernels = kernelsOf(arrays, layers);
  return kernels.length === 0 ? null : Math.max(...kernels.map(({ kernel }) => limitOf(kernel)));
}

export class WeightSheet {
  private readonly images = new Map<string, GridImage>();

  /** Draw the kernels of some layers on one scale. */
  paint(
    context: CanvasRenderingContext2D,
    width: number,
    height: number,
    arrays: ReadonlyMap<string, FrameArray> | undefined,
    layers: readonly string[],
    style: PlotStyle,
  ): void {
    context.clearRect(0, 0, width, height);
    const kernels = kernelsOf(arrays, layers);
    const limit = weightLimit(arrays, layers);
    if (limit === null) return;
    const most = Math.max(...kernels.map(({ kernel }) => kernel.shape[0] ?? 1));
    const columnsOfAll = kernels.reduce((sum, { kernel }) => sum + (kernel.shape[1] ?? 1), 0);
    const room = width - GAP * (kernels.length - 1) - LEAST * kernels.length;
    const cell = Math.max(0.5, Math.min(room / columnsOfAll, (height - WORDS) / most, 16));
    let left = 0;
    context.imageSmoothingEnabled = false;
    context.font = "11px 'Inter Variable', system-ui, sans-serif";
    context.textBaseline = 'top';
    for (const { layer, kernel } of kernels) {
      const [rows = 1, columns = 1] = kernel.shape;
      const image = this.images.get(layer) ?? new GridImage();
      this.images.set(layer, image);
      const map = asMap(kernel);
      const canvas = image.paint(columns, rows, (pixels) => fillSigned(pixels, map, 0, limit, style.theme));
      context.drawImage(canvas, left, WORDS, Math.max(2, columns * cell), Math.max(2, rows * cell));
      context.fillStyle = style.muted;
      const wide = Math.max(LEAST, columns * cell);
      context.fillText(layer, left, 0, wide);
      left += wide + GAP;
    }
  }
}
