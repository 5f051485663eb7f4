/** The network as the nodes and edges that the diagram draws. */

import type { Drag } from '../../../core/builder';
import { INPUT, readsOf, type Wire } from '../../../core/graph';
import { layerTitle, shapeWords, summary, valuesWords } from '../../../core/layerWords';
import { plural } from '../../../core/numbers';
import { drawn, type Folded, type Repeat } from '../../../core/repeats';
import type { Schema } from '../../../core/schema';
import { type GraphLayout, NODE_WIDTH, type Point } from '../../../draw/graphLayout';
import type { Examination, Layer } from '../../../protocol/messages';
import type { InputBlock, LayerBlock } from './LayerNode';
import type { RepeatBlock } from './RepeatNode';
import type { WireLine } from './WireEdge';

type Tone = 'none' | 'target' | 'bad';

function toneOf(drag: Drag): Tone {
  return drag.outcome !== null && drag.outcome.tone !== 'fits' ? 'bad' : 'target';
}

interface Blocks {
  readonly root: Schema;
  readonly layers: readonly Layer[];
  readonly folded: Folded;
  readonly examination: Examination | null;
  readonly layout: GraphLayout;
  readonly sizes: ReadonlyMap<string, number>;
  readonly block: string | null;
  readonly collapsed: ReadonlySet<string>;
  readonly drag: Drag | null;
  readonly moving: { readonly id: string; readonly position: Point } | null;
  /** What the input is. */
  readonly dataWords: string;
}

export function blockNodes(blocks: Blocks): (LayerBlock | InputBlock | RepeatBlock)[] {
  const { root, layers, folded, examination, block, collapsed, drag, dataWords } = blocks;
  const tone = (id: string): Tone =>
    drag?.target.on === 'block' && drag.target.id === id ? toneOf(drag) : 'none';
  const input: InputBlock = {
    id: INPUT,
    type: 'input-block',
    ...placed(blocks, INPUT),
    data: { words: dataWords, tone: tone(INPUT) },
    selected: block === INPUT,
    draggable: false,
    focusable: false,
    ariaRole: 'listitem',
    ariaLabel: ['input', dataWords].filter(Boolean).join(', '),
    domAttributes: { tabIndex: -1, 'aria-roledescription': 'input' },
  };
  const read = new Set(readsOf(layers).flat());
  const isKnown = layers.some(({ id }) => id === block);
  return [
    input,
    ...layers.flatMap((layer, index): LayerBlock | RepeatBlock | [] => {
      const repeat = folded.repeats.get(layer.id);
      if (repeat) return repeatNode(blocks, layer.id, repeat, tone(layer.id));
      if (folded.hosts.has(layer.id)) return [];
      const report = examination?.layers.find((entry) => entry.layer === layer.id);
      const findings = (examination?.findings ?? []).filter((finding) => finding.layer === layer.id);
      const isStop = isKnown ? layer.id === block : index === 0;
      return {
        id: layer.id,
        type: 'layer',
        ...placed(blocks, layer.id),
        data: {
          layer,
          title: layerTitle(root, layer.kind),
          report,
          findings,
          collapsed: collapsed.has(layer.id),
          isFirst: index === 0,
          isLast: index === layers.length - 1,
          gives: read.has(layer.id) ? '' : givenWords(examination, layer.id),
          tone: tone(layer.id),
        },
        selected: block === layer.id,
        ariaRole: 'listitem',
        ariaLabel: [
          layer.id,
          layerTitle(root, layer.kind),
          summary(layer),
          report ? `gives ${shapeWords(report.output_shape)}` : '',
          findings.length > 0 ? `${findings.length} findings` : '',
        ]
          .filter(Boolean)
          .join(', '),
        domAttributes: {
          tabIndex: isStop ? 0 : -1,
          'aria-roledescription': 'layer',
          'aria-current': layer.id === block,
          ...{ 'data-testid': `block-${layer.id}` },
        },
      };
    }),
  ];
}

function repeatNode(blocks: Blocks, id: string, repeat: Repeat, tone: Tone): RepeatBlock {
  const { root, layers, examination, block } = blocks;
  const own = new Set(repeat.ids);
  const turn = layers.filter((layer) => repeat.ids.indexOf(layer.id) < repeat.period && own.has(layer.id));
  const titles = turn.map((layer) => layerTitle(root, layer.kind)).join(', ');
  const [only] = turn;
  const isOne = turn.length === 1 && only !== undefined;
  const words = isOne ? summary(only) : titles;
  const findings = (examination?.findings ?? []).filter(
    ({ layer, severity }) => layer !== null && own.has(layer) && severity !== 'advice',
  ).length;
  const reports = (examination?.layers ?? []).filter(({ layer }) => own.has(layer));
  const ends = `${repeat.ids[0] ?? ''} to ${id}`;
  return {
    id,
    type: 'repeat',
    ...placed(blocks, id),
    data: {
      repeat,
      title: `${repeat.times} × ${isOne ? titles : plural(repeat.period, 'layer')}`,
      words,
      parameters: reports.reduce((sum, { parameters }) => sum + parameters, 0),
      findings,
      tone,
    },
    draggable: false,
    ariaRole: 'listitem',
    ariaLabel: `${ends}: ${repeat.times} times ${isOne ? `${titles}, ${words}` : titles}; folded`,
    domAttributes: {
      tabIndex: block === null && layers[0] !== undefined && own.has(layers[0].id) ? 0 : -1,
      'aria-roledescription': 'folded layers',
      ...{ 'data-testid': `repeat-${repeat.ids[0] ?? ''}`, 'data-repeat': '' },
    },
  };
}

function placed({ layout, sizes, moving }: Blocks, id: string) {
  const height = sizes.get(id);
  const position =
    moving?.id === id ? { ...moving.position } : { ...(layout.places.get(id) ?? { x: 0, y: 0 }) };
  return { position, ...(height === undefined ? {} : { measured: { width: NODE_WIDTH, height } }) };
}

/** What a layer gives; nothing where the layer is not known. */
function givenWords(examination: Examination | null, id: string): string {
  const report = examination?.layers.find(({ layer }) => layer === id);
  return report ? valuesWords(report.output_shape) : '';
}

interface Lines {
  readonly folded: Folded;
  readonly examination: Examination | null;
  readonly layout: GraphLayout;
  readonly wire: Wire | null;
  readonly drag: Drag | null;
  readonly inputWords: string;
}

/** Wires with the shapes that they carry; while something is dragged, those that they would carry. */
export function wireEdges({ folded, examination, layout, wire, drag, inputWords }: Lines): WireLine[] {
  return layout.wires.map(({ from, to, points, label }) => {
    const isInput = from === INPUT;
    const words = isInput ? inputWords : givenWords(examination, from);
    const then = isInput || !drag?.examination ? words : givenWords(drag.examination, from);
    const ends = drawn(folded.hosts, { from, to });
    const over = drag?.target.on === 'wire' ? drag.target.wire : null;
    return {
      id: `${from}>${to}`,
      source: ends.from,
      target: ends.to,
      type: 'wire',
      selected: wire?.from === from && wire.to === to,
      data: {
        wire: { from, to },
        points,
        label,
        words: then,
        isNew: then !== words,
        tone: drag !== null && over?.from === from && over.to === to ? toneOf(drag) : 'none',
      },
    };
  });
}
