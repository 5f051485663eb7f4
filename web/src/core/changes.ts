/** What lies between two specs: nothing, interventions on a running training, or a new network. */

import { LIVE_LAYER, LIVE_TRAINING } from '../protocol/changeable';
import type { Change, SetValue, Spec } from '../protocol/messages';
import { isObject, type Path, readPath, same, writePath } from './json';

/** Whether a field may change during a training. */
export function isLive(path: Path): boolean {
  if (path[0] === 'training') return LIVE_TRAINING.some((name) => name === path[1]);
  return path[0] === 'network' && path[1] === 'layers' && LIVE_LAYER.includes(String(path[3]));
}

/** The interventions that lead from one spec to another; null where new weights are needed. */
export function interventions(from: Spec, to: Spec): SetValue[] | null {
  const changes: SetValue[] = [];
  if (!same(from.data, to.data) || from.seed !== to.seed) return null;
  if (!same(from.training.loss, to.training.loss)) return null;
  if (from.network.layers.length !== to.network.layers.length) return null;
  for (const name of LIVE_TRAINING) {
    collect(['training', name], from.training[name], to.training[name], changes);
  }
  for (const [index, before] of from.network.layers.entries()) {
    const a: Readonly<Record<string, unknown>> = { ...before };
    const b: Readonly<Record<string, unknown>> = { ...to.network.layers[index] };
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (same(a[key], b[key])) continue;
      if (!LIVE_LAYER.includes(key)) return null;
      collect(['network', 'layers', index, key], a[key], b[key], changes);
    }
  }
  return changes;
}

function collect(path: Path, from: unknown, to: unknown, changes: SetValue[]): void {
  if (same(from, to)) return;
  // Another number of the same kind is named alone, so that an optimizer keeps its moments and the
  // flag on the timeline says what changed.
  if (isObject(from) && isObject(to) && from['kind'] === to['kind'] && sameKeys(from, to)) {
    for (const key of Object.keys(to)) collect([...path, key], from[key], to[key], changes);
    return;
  }
  changes.push({ kind: 'set', path: writePath(path), value: to });
}

function sameKeys(a: object, b: object): boolean {
  return same(Object.keys(a).sort(), Object.keys(b).sort());
}

/** A change in a few words: `learning rate 0.003`, `weight of hidden-2`. */
export function changeWords(change: Change): string {
  if (change.kind === 'edit')
    return `${parameterWords(change.parameter)} of ${change.layer} ${numberWords(change.value)}`;
  const name = String(readPath(change.path).at(-1));
  const words = /^l[12]$/.test(name) ? name.toUpperCase() : name.replaceAll('_', ' ');
  return `${words} ${valueWords(change.value)}`;
}

/** What one entry of an array of a layer is called: a weight, its bias, its scale. */
export function parameterWords(parameter: string): string {
  return parameter.endsWith('kernel') ? 'weight' : parameter;
}

function valueWords(value: unknown): string {
  if (typeof value === 'number') return numberWords(value);
  if (typeof value === 'string') return value;
  if (isObject(value)) return typeof value['kind'] === 'string' ? value['kind'] : 'changed';
  return value === true ? 'on' : 'off';
}

/** As it was typed: 0.001, not 0.00100. */
function numberWords(value: number): string {
  return String(Number(value.toPrecision(6))).replaceAll('-', '−');
}
