/**
 * The picture of an architecture, as SVG: maps as stacked sheets, other layers as bars, all to one stated scale.
 *
 * A pure function of the network: the same network gives the same text, which is what is shown and what is kept.
 */

import { layerTitle, shapeWords, summary } from '../core/layerWords';
import { count, roundUp } from '../core/numbers';
import type { Schema } from '../core/schema';
import type { Theme } from '../core/view';
import type { Examination, Layer } from '../protocol/messages';
import {
  type Arc,
  arcsOf,
  isImage,
  type PictureScale,
  scaleOf,
  type Stage,
  stagesOf,
} from './architectureStages';
import { escaped, n, rect, text } from './architectureSvg';

export interface Architecture {
  readonly title: string;
  /** What the input is called. */
  readonly input: string;
  readonly layers: readonly Layer[];
  readonly examination: Examination;
  /** Names of the kinds of layers. */
  readonly schema: Schema;
  readonly theme: Theme;
}

export interface ArchitecturePicture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** The same in words, for those who do not see it. */
  readonly words: string;
}

const INK = {
  light: { paper: '#ffffff', ink: '#15181c', muted: '#5a626c', line: '#8b929b' },
  dark: { paper: '#111317', ink: '#e8eaed', muted: '#9aa4b0', line: '#6d7682' },
} as const;

/** Fill and edge by what a stage does. */
const FILLS: Readonly<Record<Theme, Readonly<Record<string, readonly [string, string]>>>> = {
  light: {
    input: ['#eceef0', '#5a626c'],
    conv: ['#cfe3f8', '#1f66ad'],
    pool: ['#fbe3c4', '#a35a00'],
    merge: ['#e7dcf7', '#6b3fb0'],
    other: ['#d3efe2', '#0a7a55'],
  },
  dark: {
    input: ['#23282e', '#9aa4b0'],
    conv: ['#17304a', '#6fb1f2'],
    pool: ['#3d2a12', '#f2b264'],
    merge: ['#2d2145', '#bd9cf5'],
    other: ['#10382a', '#3ddc97'],
  },
};

const MARGIN = 24;
const GAP = 26;
const LINE = 14;
const LETTER = 5.7;
const SMALL_LETTER = 4.9;
const WORDS_WIDE = 19;
const BAR = 14;
/** Sheets recede to the right and up. */
const RISE = 0.55;
const ARC_STEP = 15;

interface Drawn {
  readonly stage: Stage;
  readonly lines: readonly Line[];
  /** Where its column begins, and how wide it is. */
  readonly left: number;
  readonly wide: number;
  readonly box: { readonly width: number; readonly height: number };
}

interface Line {
  readonly text: string;
  readonly look: 'shape' | 'name' | 'words';
}

export function drawArchitecture(architecture: Architecture): ArchitecturePicture {
  const { layers, examination, theme } = architecture;
  const stages = stagesOf(layers, examination.layers, examination.layers[0]?.input_shapes[0] ?? null);
  const scale = scaleOf(stages);
  const arcs = arcsOf(stages);
  const drawn: Drawn[] = [];
  let left = MARGIN;
  for (const stage of stages) {
    const lines = linesOf(stage, architecture);
    const box = boxOf(stage, scale);
    const words = Math.max(...lines.map(({ text }) => text.length * LETTER));
    const wide = Math.max(box.width, words, 40);
    drawn.push({ stage, lines, left, wide, box });
    left += wide + GAP;
  }
  const width = Math.ceil(Math.max(left - GAP + MARGIN, 420));
  const tallest = Math.max(...drawn.map(({ box }) => box.height));
  const levels = Math.max(0, ...arcs.map(({ level }) => level));
  const top = MARGIN + 22 + (levels > 0 ? 16 + levels * ARC_STEP : 8);
  const middle = top + tallest / 2;
  const textTop = top + tallest + 20;
  const deepest = Math.max(...drawn.map(({ lines }) => lines.length));
  const legendTop = textTop + deepest * LINE + 16;
  const height = Math.ceil(legendTop + 34);
  const colors = INK[theme];
  const parts = [
    rect(0, 0, width, height, colors.paper, 'none'),
    text(MARGIN, MARGIN + 4, headingOf(architecture), colors.ink, { size: 14, bold: true }),
    ...arcs.map((arc) => arcPath(arc, drawn, top, middle, colors.line)),
    ...drawn.flatMap((item, index) => arrowInto(item, index, drawn, middle, colors.line)),
    ...drawn.flatMap((item) => body(item, scale, middle, theme)),
    ...drawn.flatMap((item) => label(item, textTop, theme)),
    ...legend(scale, stages, legendTop, theme),
  ];
  const words = [
    headingOf(architecture),
    ...drawn.map(({ lines }) => lines.map((line) => line.text).join(' ')),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, 'Inter Variable', system-ui, sans-serif" role="img"><title>${escaped(headingOf(architecture))}</title>${parts.join('')}</svg>`;
  return { svg, width, height, words: words.join('; ') };
}

function headingOf({ title, examination }: Architecture): string {
  return `${title} · ${count(examination.parameters)} parameters`;
}

// --- stages -------------------------------------------------------------------------------------

function linesOf(stage: Stage, { input, schema }: Architecture): Line[] {
  const [first, ...following] = stage.layers;
  const shape: Line = { text: shapeWords(stage.shape), look: 'shape' };
  const say = (sentence: string): Line[] => wrapped(sentence).map((part) => ({ text: part, look: 'words' }));
  if (!first) return [shape, { text: 'input', look: 'name' }, ...say(input)];
  const wordsOf = (layer: Layer) =>
    [layerTitle(schema, layer.kind), summary(layer)].filter(Boolean).join(', ');
  return [
    shape,
    { text: first.id, look: 'name' },
    ...say(wordsOf(first)),
    ...following.flatMap((layer) => [{ text: layer.id, look: 'name' } as const, ...say(wordsOf(layer))]),
  ];
}

function wrapped(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WORDS_WIDE)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function boxOf({ shape }: Stage, scale: PictureScale): { width: number; height: number } {
  if (isImage(shape)) {
    const [height, width, maps] = shape;
    const depth = (maps - 1) * scale.map;
    return { width: width * scale.pixel + depth, height: height * scale.pixel + depth * RISE };
  }
  const units = shape === null ? 0 : (shape[0] ?? 1);
  return { width: BAR, height: shape === null ? 40 : Math.max(2, units * scale.unit) };
}

function body(
  { stage, left, wide, box }: Drawn,
  scale: PictureScale,
  middle: number,
  theme: Theme,
): string[] {
  const [fill, edge] = FILLS[theme][roleOf(stage)] ?? ['none', 'gray'];
  const x = left + (wide - box.width) / 2;
  const y = middle - box.height / 2;
  const { shape } = stage;
  if (!isImage(shape)) {
    const dash = shape === null ? ' stroke-dasharray="4 3"' : '';
    return [rect(x, y, box.width, box.height, fill, edge, dash)];
  }
  const [height, width, maps] = shape;
  const sheets = Math.ceil(maps / scale.mapsPerSheet);
  const depth = (maps - 1) * scale.map;
  // The last sheet first: what is nearer covers what is behind it.
  return Array.from({ length: sheets }, (_, index) => {
    const away = sheets === 1 ? 0 : depth * (1 - index / (sheets - 1));
    const size = [width * scale.pixel, height * scale.pixel] as const;
    return rect(x + away, y + (depth - away) * RISE, size[0], size[1], fill, edge);
  });
}

function roleOf({ layers }: Stage): string {
  const kind = layers[0]?.kind;
  if (kind === undefined) return 'input';
  if (kind === 'add' || kind === 'concatenate') return 'merge';
  if (kind.includes('pool')) return 'pool';
  return kind.includes('conv') ? 'conv' : 'other';
}

function label({ lines, left, wide }: Drawn, top: number, theme: Theme): string[] {
  const { ink, muted } = INK[theme];
  return lines.map((line, index) =>
    text(left + wide / 2, top + index * LINE, line.text, line.look === 'words' ? muted : ink, {
      size: line.look === 'words' ? 10 : 11,
      bold: line.look === 'name',
      middle: true,
    }),
  );
}

// --- wires --------------------------------------------------------------------------------------

function arrowInto(
  item: Drawn,
  index: number,
  drawn: readonly Drawn[],
  middle: number,
  color: string,
): string[] {
  const before = drawn[index - 1];
  if (!before || !item.stage.reads.includes(index - 1)) return [];
  const from = before.left + (before.wide + before.box.width) / 2 + 4;
  const to = item.left + (item.wide - item.box.width) / 2 - 4;
  return [
    `<path d="M${n(from)} ${n(middle)}H${n(to)}M${n(to - 5)} ${n(middle - 3.5)}L${n(to)} ${n(middle)}L${n(to - 5)} ${n(middle + 3.5)}" fill="none" stroke="${color}" stroke-width="1.25"/>`,
  ];
}

function arcPath(
  { from, to, level }: Arc,
  drawn: readonly Drawn[],
  top: number,
  middle: number,
  color: string,
): string {
  const end = (index: number, side: number) => {
    const item = drawn[index];
    if (!item) return { x: 0, y: middle };
    return { x: item.left + item.wide / 2 + side, y: middle - item.box.height / 2 - 4 };
  };
  const [a, b] = [end(from, 4), end(to, -4)];
  // A cubic reaches three quarters of the way to its control points.
  const apex = top - 8 - level * ARC_STEP;
  const control = (y: number) => n(y - (y - apex) / 0.75);
  return `<path data-arc="${from}-${to}" d="M${n(a.x)} ${n(a.y)}C${n(a.x)} ${control(a.y)} ${n(b.x)} ${control(b.y)} ${n(b.x)} ${n(b.y)}M${n(b.x - 3.5)} ${n(b.y - 5)}L${n(b.x)} ${n(b.y)}L${n(b.x + 3.5)} ${n(b.y - 5)}" fill="none" stroke="${color}" stroke-width="1.25"/>`;
}

// --- the scale ----------------------------------------------------------------------------------

function legend(scale: PictureScale, stages: readonly Stage[], top: number, theme: Theme): string[] {
  const { muted } = INK[theme];
  const images = stages.flatMap(({ shape }) => (isImage(shape) ? [shape] : []));
  const hasUnits = stages.some(({ shape }) => shape?.length === 1);
  const line = (path: string) => `<path d="${path}" fill="none" stroke="${muted}" stroke-width="1.5"/>`;
  const parts: string[] = [];
  let x = MARGIN;
  const say = (words: string) => {
    parts.push(text(x, top + 10, words, muted, { size: 10 }));
    x += words.length * SMALL_LETTER + 14;
  };
  say('To scale:');
  if (images.length > 0) {
    const pixels = roundUp(12 / scale.pixel);
    parts.push(line(`M${n(x)} ${n(top + 6)}h${n(pixels * scale.pixel)}`));
    x += pixels * scale.pixel + 6;
    say(`${count(pixels)} pixels`);
  }
  if (images.some(([, , maps]) => maps > 1)) {
    const maps = roundUp(12 / scale.map);
    parts.push(line(`M${n(x)} ${n(top + 11)}l${n(maps * scale.map)} ${n(-maps * scale.map * RISE)}`));
    x += maps * scale.map + 6;
    say(`${count(maps)} maps`);
  }
  if (hasUnits) {
    const units = roundUp(10 / scale.unit);
    parts.push(line(`M${n(x)} ${n(top + 12)}v${n(-units * scale.unit)}`));
    x += 8;
    say(`${count(units)} ${units === 1 ? 'unit' : 'units'}`);
  }
  if (scale.mapsPerSheet > 1) say(`a sheet stands for ${count(scale.mapsPerSheet)} maps`);
  return parts;
}
