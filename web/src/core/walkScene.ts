/** What the network shows at a stop of the walk: which numbers are in its units and on its edges, and what is lit. */

import type { WalkAnswer, WalkPhase } from '../protocol/messages';
import { INPUT, outputOf } from './walk';

export interface UnitShow {
  /** One quantity, or two: the first above the second. */
  readonly quantities: readonly string[];
  /** Those of the layer's biases instead of its units'. */
  readonly ofBias: readonly string[];
  readonly isLit: boolean;
  /** Computed before, and of no part here. */
  readonly isPale: boolean;
}

export interface Flow {
  /** Edges into these layers, */
  readonly into: readonly string[];
  /** from this one alone; null for all. */
  readonly from: string | null;
  readonly way: 'forwards' | 'backwards' | 'none';
}

export interface WalkScene {
  readonly units: ReadonlyMap<string, UnitShow>;
  /** The quantity on the edges into each layer. */
  readonly edges: ReadonlyMap<string, string>;
  readonly flow: Flow;
}

const nothing: Flow = { into: [], from: null, way: 'none' };

/** All that is known when one stands at a stop, and what of it happens there. */
export function sceneAt(values: WalkAnswer, at: number): WalkScene {
  const units = new Map<string, UnitShow>();
  const edges = new Map<string, string>(values.layers.map(({ layer }) => [layer, 'w']));
  let flow = nothing;
  for (const phase of values.phases.slice(0, at + 1)) {
    for (const [layer, show] of units) units.set(layer, settled(show));
    flow = act(values, phase, units, edges);
  }
  return { units, edges, flow };
}

/** What stays of a layer's numbers when the walk goes on. */
function settled({ quantities }: UnitShow): UnitShow {
  return { quantities: quantities.slice(-1), ofBias: [], isLit: false, isPale: true };
}

function act(
  values: WalkAnswer,
  phase: WalkPhase,
  units: Map<string, UnitShow>,
  edges: Map<string, string>,
): Flow {
  const output = outputOf(values);
  const layer = phase.layer ?? output;
  const show = (id: string, quantities: readonly string[], ofBias: readonly string[] = []) =>
    units.set(id, { quantities, ofBias, isLit: true, isPale: false });
  /** What a layer shows becomes clear, because it is read here. */
  const read = (ids: readonly string[], quantity: string) => {
    for (const id of ids) units.set(id, { quantities: [quantity], ofBias: [], isLit: false, isPale: false });
  };
  const reads = values.layers.find((one) => one.layer === layer)?.reads ?? [];
  const into = [layer];
  switch (phase.kind) {
    case 'input':
      show(INPUT, ['a']);
      return nothing;
    case 'forward':
      read(reads, 'a');
      show(layer, ['z', 'a']);
      return { into, from: null, way: 'forwards' };
    case 'prediction':
      show(output, ['a']);
      return nothing;
    case 'loss':
      show(output, ['a', 'output_losses']);
      return nothing;
    case 'loss-gradient':
      show(output, quantitiesOf(phase, ['da', 'dz']));
      return nothing;
    case 'backward': {
      const readers = values.layers.filter((one) => one.reads.includes(layer)).map((one) => one.layer);
      read(readers, 'dz');
      show(layer, quantitiesOf(phase, ['da', 'dz']));
      return { into: readers, from: layer, way: 'backwards' };
    }
    case 'gradients':
      read(reads, 'a');
      show(layer, ['dz'], ['gradient']);
      edges.set(layer, 'gradient');
      return { into, from: null, way: 'none' };
    case 'update':
      read(reads, 'a');
      show(layer, [], ['update']);
      edges.set(layer, 'update');
      return { into, from: null, way: 'none' };
    case 'new-weights':
      for (const one of values.layers) {
        show(one.layer, [], ['new']);
        edges.set(one.layer, 'new');
      }
      return { into: values.layers.map((one) => one.layer), from: null, way: 'none' };
  }
}

/** Those of the phase that units have; the usual ones where it names none. */
function quantitiesOf({ quantities }: WalkPhase, usual: readonly string[]): readonly string[] {
  const own = usual.filter((name) => quantities.includes(name));
  return own.length > 0 ? own : usual;
}

const GROUPS: Readonly<Record<WalkPhase['kind'], string>> = {
  input: 'Forwards',
  forward: 'Forwards',
  prediction: 'Forwards',
  loss: 'Loss',
  'loss-gradient': 'Loss',
  backward: 'Backwards',
  gradients: 'Gradients',
  update: 'Update',
  'new-weights': 'Update',
};

export interface PhaseGroup {
  readonly title: string;
  readonly first: number;
  readonly phases: readonly WalkPhase[];
}

/** Stops that belong together, in order. */
export function grouped(phases: readonly WalkPhase[]): PhaseGroup[] {
  const groups: { title: string; first: number; phases: WalkPhase[] }[] = [];
  for (const [at, phase] of phases.entries()) {
    const title = GROUPS[phase.kind];
    const last = groups.at(-1);
    if (last?.title === title) last.phases.push(phase);
    else groups.push({ title, first: at, phases: [phase] });
  }
  return groups;
}

/** Which arithmetic of a unit or an entry is of interest at a stop. */
export function phaseOf(
  kind: WalkPhase['kind'],
  parameter: string,
): 'z' | 'a' | 'loss' | 'dz' | 'gradient' | 'update' {
  if (parameter !== '') return kind === 'update' || kind === 'new-weights' ? 'update' : 'gradient';
  if (kind === 'input') return 'a';
  if (kind === 'forward') return 'z';
  if (kind === 'prediction') return 'a';
  return kind === 'loss' ? 'loss' : 'dz';
}
