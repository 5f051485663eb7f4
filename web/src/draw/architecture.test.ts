import { expect, it } from 'vitest';

import type { Examination, Layer } from '../protocol/messages';
import { drawArchitecture } from './architecture';
import { arcsOf, scaleOf, stagesOf } from './architectureStages';

type Draft = [id: string, kind: string, shape: readonly number[] | null, inputs?: readonly string[]];

const RESIDUAL: readonly Draft[] = [
  ['conv', 'conv2d', [28, 28, 16]],
  ['norm', 'batch-norm', [28, 28, 16]],
  ['relu', 'activation', [28, 28, 16]],
  ['conv-2', 'conv2d', [28, 28, 16]],
  ['sum', 'add', [28, 28, 16], ['conv-2', 'relu']],
  ['relu-2', 'activation', [28, 28, 16]],
  ['pool', 'max-pool2d', [14, 14, 16]],
  ['flatten', 'flatten', [3136]],
  ['out', 'dense', [10]],
];

function network(drafts: readonly Draft[]): { layers: Layer[]; examination: Examination } {
  const layers = drafts.map(([id, kind, , inputs]) => ({
    id,
    kind,
    inputs: inputs ?? null,
  })) as unknown as Layer[];
  const reports = drafts.map(([layer, , output_shape]) => ({
    layer,
    output_shape,
    input_shapes: [[28, 28, 1]],
  }));
  return {
    layers,
    examination: { layers: reports, parameters: 1234, findings: [] } as unknown as Examination,
  };
}

function stages(drafts: readonly Draft[]) {
  const { layers, examination } = network(drafts);
  return stagesOf(layers, examination.layers, [28, 28, 1]);
}

function drawn(drafts: readonly Draft[], title = 'A net') {
  return drawArchitecture({ title, input: 'MNIST', ...network(drafts), schema: {}, theme: 'light' });
}

/** Sizes of the rectangles, without the paper. */
function sizes(svg: string): [number, number][] {
  return [...svg.matchAll(/<rect [^>]*?width="([\d.]+)" height="([\d.]+)"/g)]
    .slice(1)
    .map(([, width, height]) => [Number(width), Number(height)]);
}

it('puts what only changes values under the layer that it follows', () => {
  expect(stages(RESIDUAL).map(({ layers }) => layers.map(({ id }) => id).join(' '))).toEqual([
    '',
    'conv norm relu',
    'conv-2',
    'sum relu-2',
    'pool',
    'flatten',
    'out',
  ]);
});

it('keeps a layer apart whose values something else reads too', () => {
  const forked = stages([
    ['conv', 'conv2d', [28, 28, 16]],
    ['norm', 'batch-norm', [28, 28, 16]],
    ['sum', 'add', [28, 28, 16], ['norm', 'conv']],
  ]);
  expect(forked.map(({ layers }) => layers.length)).toEqual([0, 1, 1, 1]);
  expect(forked[3]?.reads).toEqual([2, 1]);
});

it('draws arcs past layers, those around others above them', () => {
  expect(arcsOf(stages(RESIDUAL))).toEqual([{ from: 1, to: 3, level: 1 }]);
  const dense = stages([
    ['a', 'conv2d', [28, 28, 4]],
    ['b', 'conv2d', [28, 28, 4]],
    ['c', 'concatenate', [28, 28, 8], ['b', 'a']],
    ['d', 'conv2d', [28, 28, 4]],
    ['e', 'concatenate', [28, 28, 12], ['d', 'c', 'a']],
  ]);
  expect(arcsOf(dense)).toEqual([
    { from: 1, to: 3, level: 1 },
    { from: 3, to: 5, level: 1 },
    { from: 1, to: 5, level: 2 },
  ]);
});

it('draws maps and units on one scale', () => {
  const { svg } = drawn(RESIDUAL);
  const scale = scaleOf(stages(RESIDUAL));
  const side = (pixels: number) => Math.round(100 * pixels * scale.pixel) / 100;
  const squares = sizes(svg).filter(([width, height]) => width === height);
  // The input, three stacks of 16 maps with 28 × 28 pixels, one with 14 × 14.
  expect(squares.filter(([width]) => width === side(28))).toHaveLength(1 + 3 * 16);
  expect(squares.filter(([width]) => width === side(14))).toHaveLength(16);
  const bars = sizes(svg).slice(-2);
  expect(bars[0]?.[1]).toBeCloseTo(3136 * scale.unit, 1);
  expect(bars[1]?.[1]).toBeGreaterThan(0);
});

it('lets a sheet stand for several maps where there are many, and says so', () => {
  const { svg } = drawn([['conv', 'conv2d', [28, 28, 256]]]);
  expect(sizes(svg)).toHaveLength(1 + 16);
  expect(svg).toContain('a sheet stands for 16 maps');
  expect(drawn(RESIDUAL).svg).not.toContain('a sheet stands for');
});

it('prints the name and the shape of every layer', () => {
  const { svg, words } = drawn(RESIDUAL);
  for (const id of ['conv', 'norm', 'relu-2', 'pool', 'flatten', 'out'])
    expect(svg).toContain(`>${id}</text>`);
  for (const shape of ['28×28×1', '28×28×16', '14×14×16', '3,136']) expect(svg).toContain(`>${shape}</text>`);
  expect(words).toContain('14×14×16 pool');
  expect(words).toContain('1,234 parameters');
});

it('is an XML document whatever the network is called', () => {
  const { svg, width, height } = drawn(RESIDUAL, '<A> & "B"');
  expect(svg).toContain('&lt;A&gt; &amp; &quot;B&quot;');
  expect(svg).not.toContain('<A>');
  expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`);
  expect(svg.match(/<text/g)?.length).toBe(svg.match(/<\/text>/g)?.length);
});

it('draws a layer whose shape an error hides', () => {
  const { svg } = drawn([['conv', 'conv2d', null]]);
  expect(svg).toContain('stroke-dasharray');
  expect(svg).toContain('>–</text>');
});
