/** The map with its paths and the names of the racers, as a picture to be kept. */

import { domainOf } from '../../core/labSetup';
import { writtenFormula } from '../../core/labWords';
import { css } from '../../draw/colors';
import { labFrame } from '../../draw/labFrame';
import { MapLayer, paintMinima } from '../../draw/labMap';
import { paintPaths } from '../../draw/labPaths';
import type { PlotStyle } from '../../draw/plotFrame';
import { lab, scaleOfGrid, type Shown } from './lab';

const SIZE = { width: 900, height: 820, ratio: 2 } as const;
const LEGEND_PX = 72;

/** As it is now: at the step on screen, in the theme on screen. */
export async function pictureOf({ run, looks, of }: Shown, style: PlotStyle): Promise<Blob> {
  const { grid, entries } = lab.store.getState();
  const canvas = document.createElement('canvas');
  canvas.width = SIZE.width * SIZE.ratio;
  canvas.height = SIZE.height * SIZE.ratio;
  const context = canvas.getContext('2d');
  if (context === null || grid === null) throw new Error('The browser could not draw the picture.');
  context.setTransform(SIZE.ratio, 0, 0, SIZE.ratio, 0, 0);
  context.fillStyle = style.paper;
  context.fillRect(0, 0, SIZE.width, SIZE.height);
  const room = { ...SIZE, height: SIZE.height - LEGEND_PX };
  const frame = labFrame(room.width, room.height, domainOf(of, entries));
  new MapLayer().draw(context, room, frame, grid, scaleOfGrid(grid), style);
  paintMinima(context, frame, grid.part.minima, style);
  paintPaths(context, frame, run, looks, lab.player.position, style);
  context.font = "13px 'Inter Variable', system-ui, sans-serif";
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = style.ink;
  const words = `f = ${writtenFormula(grid.part.formula)} · step ${Math.floor(lab.player.position)} of ${run.part.steps}`;
  context.fillText(words, 38, room.height + 14, SIZE.width - 60);
  let left = 38;
  for (const [racer, { color, number }] of looks.entries()) {
    const text = `${number} ${run.part.racers[racer]?.name ?? ''}`;
    context.fillStyle = css(color);
    context.fillRect(left, room.height + 38, 14, 4);
    context.fillStyle = style.ink;
    context.fillText(text, left + 20, room.height + 40);
    left += 20 + context.measureText(text).width + 18;
  }
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (png === null) throw new Error('The browser could not draw the picture.');
  return png;
}
