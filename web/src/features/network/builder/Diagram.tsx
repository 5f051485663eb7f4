/** The network drawn as blocks and wires, from the input down; it is built here by hand. */

import '@xyflow/react/dist/base.css';

import { type NodeChange, ReactFlow, useReactFlow } from '@xyflow/react';
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useStore } from 'zustand';

import { builderStore, type Dragged } from '../../../core/builder';
import { INPUT, type Wire } from '../../../core/graph';
import { valuesWords } from '../../../core/layerWords';
import { plural } from '../../../core/numbers';
import { drawn, fold, repeatsOf } from '../../../core/repeats';
import { layOutGraph, NODE_WIDTH, type Point } from '../../../draw/graphLayout';
import { useDataset } from '../../queries';
import { useSpec, useStudio } from '../../studio';
import { openRepeat, select, selectWire } from './actions';
import { blockNodes, wireEdges } from './elements';
import { keyAction } from './keys';
import { InputNode, LayerNode } from './LayerNode';
import { RepeatNode } from './RepeatNode';
import { type Picture, useDrops } from './useDrops';
import { Overview } from './ViewTools';
import { WireEdge } from './WireEdge';

const NODE_TYPES = { layer: LayerNode, repeat: RepeatNode, 'input-block': InputNode };
const EDGE_TYPES = { wire: WireEdge };
/** Until a block has been measured. */
const USUAL_HEIGHT = 46;
const MARGIN = 14;
/** A new block is drawn a few frames after it is there. */
const FRAMES_TO_DRAW = 20;
const READABLE = 0.8;
/** So many blocks fit at a readable size; more have an overview. */
const FEW = 12;

export function Diagram({ pictureRef }: { pictureRef: RefObject<Picture | null> }) {
  const spec = useSpec();
  const root = useStudio((state) => state.schema);
  const examination = useStudio((state) => state.check?.examination ?? null);
  const { preview } = useDataset();
  const { block, wire, collapsed, unfolded, drag, sought } = useStore(builderStore);
  const flow = useReactFlow();
  const drops = useDrops();
  const frame = useRef<HTMLDivElement>(null);
  const dragged = useRef<Dragged | null>(null);
  const wantsFocus = useRef(false);
  const [sizes, setSizes] = useState<ReadonlyMap<string, number>>(new Map());
  const [moving, setMoving] = useState<{ id: string; position: Point } | null>(null);
  const { layers } = spec.network;
  const inputWords = preview
    ? shapeOfInput(examination?.layers[0]?.input_shapes[0], preview.feature_names.length)
    : '';

  const dataWords = preview?.name ?? '';

  const repeats = useMemo(() => repeatsOf(layers), [layers]);
  const folded = useMemo(() => {
    const isOpen = (id: string) => id === block || unfolded.has(id);
    return fold(
      layers,
      repeats.filter(({ ids }) => !ids.some(isOpen)),
    );
  }, [layers, repeats, unfolded, block]);
  const { layout, heights } = useMemo(() => {
    const all = new Map([INPUT, ...folded.ids].map((id) => [id, sizes.get(id) ?? USUAL_HEIGHT]));
    const lines = new Map(folded.wires.map((wire) => [lineOf(drawn(folded.hosts, wire)), wire]));
    const { wires, ...places } = layOutGraph(
      all,
      folded.wires.map((wire) => drawn(folded.hosts, wire)),
    );
    const whole = wires.map((wire) => ({ ...wire, ...lines.get(lineOf(wire)) }));
    return { layout: { ...places, wires: whole }, heights: all };
  }, [folded, sizes]);
  useLayoutEffect(() => {
    pictureRef.current = { layout, heights, frame: () => frame.current?.getBoundingClientRect() ?? null };
  }, [pictureRef, layout, heights]);

  const nodes = useMemo(
    () =>
      blockNodes({
        root,
        layers,
        folded,
        examination,
        layout,
        sizes,
        block,
        collapsed,
        drag,
        moving,
        dataWords,
      }),
    [root, layers, folded, examination, layout, sizes, block, collapsed, drag, moving, dataWords],
  );
  const edges = useMemo(
    () => wireEdges({ folded, examination, layout, wire, drag, inputWords }),
    [folded, examination, layout, wire, drag, inputWords],
  );

  const showTop = () => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    const across = (box.width - 2 * MARGIN) / layout.width;
    const whole = Math.min(across, (box.height - 2 * MARGIN) / layout.height);
    const zoom = Math.min(1, whole >= READABLE ? whole : Math.max(READABLE, Math.min(across, 1)));
    const trunk = (layout.places.get(INPUT)?.x ?? 0) + NODE_WIDTH / 2;
    const middle = layout.width * zoom <= box.width - 2 * MARGIN ? layout.width / 2 : trunk;
    void flow.setViewport({ x: box.width / 2 - middle * zoom, y: MARGIN, zoom });
  };

  // Another network is looked at from its top; an edit leaves the view where it is.
  const seen = useRef<ReadonlySet<string>>(new Set());
  const blocks = useRef(0);
  const measured = folded.ids.every((id) => sizes.has(id));
  useEffect(() => {
    if (!measured) return;
    const ids = layers.map(({ id }) => id);
    const common = ids.filter((id) => seen.current.has(id)).length;
    const isOther = seen.current.size === 0 || common < Math.min(ids.length, seen.current.size) / 2;
    // So is one that is folded: what was in sight is gone.
    const isFolded = folded.ids.length < blocks.current / 2;
    seen.current = new Set(ids);
    blocks.current = folded.ids.length;
    if (isOther || isFolded) showTop();
  });

  // What is selected by key has the focus, as soon as it is drawn; it, and what is sought, is in sight.
  useEffect(() => {
    if (block === null || (!wantsFocus.current && sought !== block)) return;
    let frameRequest = 0;
    const attempt = (framesLeft: number) => {
      const node = frame.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(block)}"]`);
      if (wantsFocus.current) node?.focus({ preventScroll: true });
      if (node && (!wantsFocus.current || document.activeElement === node)) {
        wantsFocus.current = false;
        reveal(block, node);
        builderStore.setState({ sought: null });
      } else if (framesLeft > 0) frameRequest = requestAnimationFrame(() => attempt(framesLeft - 1));
    };
    const reveal = (id: string, node: HTMLElement) => {
      const box = frame.current?.getBoundingClientRect();
      const at = node.getBoundingClientRect();
      const place = layout.places.get(id);
      if (!box || !place) return;
      const isInSight =
        at.top >= box.top && at.bottom <= box.bottom && at.left >= box.left && at.right <= box.right;
      // Seen from far away, what is sought has no name.
      const isFar = flow.getZoom() < READABLE / 2;
      if (isInSight && !isFar) return;
      const half = (heights.get(id) ?? USUAL_HEIGHT) / 2;
      void flow.setCenter(place.x + NODE_WIDTH / 2, place.y + half, {
        zoom: isFar ? READABLE : flow.getZoom(),
      });
    };
    attempt(FRAMES_TO_DRAW);
    return () => cancelAnimationFrame(frameRequest);
  }, [block, sought, layout, heights, flow]);

  // The blocks are a list to those who listen.
  useEffect(() => {
    const list = frame.current?.querySelector('.react-flow__nodes');
    list?.setAttribute('role', 'list');
    list?.setAttribute('aria-label', 'Layers');
  }, []);

  const onChange = (changes: readonly NodeChange[]) => {
    const grown = new Map(sizes);
    for (const change of changes) {
      if (change.type === 'dimensions' && change.dimensions) grown.set(change.id, change.dimensions.height);
      if (change.type === 'position' && change.position && change.dragging)
        setMoving({ id: change.id, position: change.position });
    }
    if ([...grown].some(([id, height]) => sizes.get(id) !== height)) setSizes(grown);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && drag !== null) {
      drops.cancel();
      dragged.current = null;
    } else {
      const action = keyAction(event, block, wire);
      if (action === null) return;
      wantsFocus.current = true;
      action();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={frame}
      className="relative min-h-[420px] min-w-0 flex-1"
      data-testid="diagram"
      onKeyDown={onKey}
      onPointerMove={(event) => {
        if (dragged.current?.what === 'wire') drops.over(dragged.current, event.clientX, event.clientY);
      }}
    >
      <div className="absolute inset-0">
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={onChange}
          onNodeClick={(_, node) => {
            const repeat = folded.repeats.get(node.id);
            if (repeat) openRepeat(repeat);
            else select(node.id);
          }}
          onEdgeClick={(_, edge) => {
            if (edge.data) selectWire(edge.data.wire);
          }}
          onPaneClick={() => select(null)}
          onNodeDrag={(event, node) => {
            const point = pointOf(event);
            if (dragged.current?.what !== 'move') dragged.current = { what: 'move', id: node.id };
            drops.over(dragged.current, point.x, point.y);
          }}
          onNodeDragStop={() => {
            if (dragged.current) drops.drop(dragged.current);
            dragged.current = null;
            setMoving(null);
          }}
          onConnectStart={(_, { nodeId }) => {
            if (nodeId !== null) dragged.current = { what: 'wire', from: nodeId };
          }}
          onConnectEnd={() => {
            if (dragged.current) drops.drop(dragged.current);
            dragged.current = null;
          }}
          elementsSelectable={false}
          edgesFocusable={false}
          connectOnClick={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          nodeDragThreshold={4}
          minZoom={0.05}
          maxZoom={1.5}
          panOnScroll
          zoomOnDoubleClick={false}
          connectionLineStyle={{
            stroke: drag?.outcome && drag.outcome.tone !== 'fits' ? 'var(--danger)' : 'var(--accent)',
            strokeWidth: 2,
          }}
          aria-label="The network as blocks and wires"
        >
          {folded.ids.length > FEW && <Overview />}
        </ReactFlow>
      </div>
    </div>
  );
}

function shapeOfInput(shape: readonly number[] | undefined, features: number): string {
  return shape !== undefined && shape.length > 1 ? valuesWords(shape) : plural(features, 'feature');
}

/** A line between two blocks, as a key. */
function lineOf({ from, to }: Wire): string {
  return JSON.stringify([from, to]);
}

function pointOf(event: MouseEvent | TouchEvent | { nativeEvent: Event }): Point {
  const native = 'nativeEvent' in event ? event.nativeEvent : event;
  const touch = native instanceof TouchEvent ? (native.touches[0] ?? native.changedTouches[0]) : null;
  if (touch) return { x: touch.clientX, y: touch.clientY };
  return native instanceof MouseEvent ? { x: native.clientX, y: native.clientY } : { x: 0, y: 0 };
}
