/** The network as the nodes and edges that the diagram draws. */

import type { Drag } from '../../../core/builder';
import { INPUT, readsOf, type Wire } from '../../../core/graph';
import { layerTitle, shapeWords, summary, valuesWords } from '../../../core/layerWords';
import type { Schema } from '../../../core/schema';
import { type GraphLayout, NODE_WIDTH, type Point } from '../../../draw/graphLayout';
import type { Examination, Layer } from '../../../protocol/messages';
import type { InputBlock, LayerBlock } from './LayerNode';
import type { WireLine } from './WireEdge';

type Tone = 'none' | 'target' | 'bad';

function toneOf(drag: Drag): Tone {
  return drag.outcome !== null && drag.outcome.tone !== 'fits' ? 'bad' : 'target';
}

interface Blocks {
  readonly root: Schema;
  readonly layers: readonly Layer[];
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

export function blockNodes(blocks: Blocks): (LayerBlock | InputBlock)[] {
  const { root, layers, examination, block, collapsed, drag, dataWords } = blocks;
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
    ...layers.map((layer, index): LayerBlock => {
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
  readonly layers: readonly Layer[];
  readonly examination: Examination | null;
  readonly layout: GraphLayout;
  readonly wire: Wire | null;
  readonly drag: Drag | null;
  readonly inputWords: string;
}

/** Wires with the shapes that they carry; while something is dragged, those that they would carry. */
export function wireEdges({ examination, layout, wire, drag, inputWords }: Lines): WireLine[] {
  return layout.wires.map(({ from, to, points, label }) => {
    const isInput = from === INPUT;
    const words = isInput ? inputWords : givenWords(examination, from);
    const then = isInput || !drag?.examination ? words : givenWords(drag.examination, from);
    const over = drag?.target.on === 'wire' ? drag.target.wire : null;
    return {
      id: `${from}>${to}`,
      source: from,
      target: to,
      type: 'wire',
      selected: wire?.from === from && wire.to === to,
      data: {
        points,
        label,
        words: then,
        isNew: then !== words,
        tone: drag !== null && over?.from === from && over.to === to ? toneOf(drag) : 'none',
      },
    };
  });
}
