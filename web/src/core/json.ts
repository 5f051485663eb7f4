/** Plain JSON data: comparing, walking by path, patching. */

import type { PatchOperation } from '../protocol/messages';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type Path = readonly (string | number)[];

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Whether two documents say the same; the order of an object's keys does not matter. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((entry, i) => same(entry, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

export function getAt(document: unknown, path: Path): unknown {
  let node = document;
  for (const key of path) {
    if (isList(node)) node = node[Number(key)];
    else if (isObject(node)) node = node[String(key)];
    else return undefined;
  }
  return node;
}

/** A copy with another value at a path; what lies beside the path is shared. */
export function setAt<T>(document: T, path: Path, value: unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return value as T;
  const node: unknown = document;
  if (isList(node)) {
    const copy = [...node];
    copy[Number(key)] = setAt(copy[Number(key)], rest, value);
    return copy as T;
  }
  const fields: Readonly<Record<string, unknown>> = isObject(node) ? node : {};
  return { ...fields, [key]: setAt(fields[String(key)], rest, value) } as T;
}

/** `training.optimizer.learning_rate`, `network.layers[1].rate`: the paths of interventions and errors. */
export function writePath(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${key}` : key),
    '',
  );
}

export function readPath(text: string): Path {
  return [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}

/** The keys of a JSON pointer (RFC 6901). */
export function readPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A document after a JSON Patch of the operations that findings use (RFC 6902: add, replace, remove). */
export function applyPatch<T>(document: T, patch: readonly PatchOperation[]): T {
  return patch.reduce(
    (node, operation) => patched(node, readPointer(operation.path), operation) as T,
    document,
  );
}

function patched(node: unknown, keys: readonly string[], operation: PatchOperation): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return operation.value;
  if (isList(node)) {
    const index = key === '-' ? node.length : Number(key);
    const copy = [...node];
    if (!Number.isInteger(index) || index < 0 || index > copy.length) {
      throw new RangeError(`The patch names entry ${key} of a list of ${copy.length}.`);
    }
    if (rest.length > 0) copy[index] = patched(copy[index], rest, operation);
    else if (operation.op === 'add') copy.splice(index, 0, operation.value);
    else if (operation.op === 'remove') copy.splice(index, 1);
    else copy[index] = operation.value;
    return copy;
  }
  if (!isObject(node)) throw new RangeError(`The patch leads to ${key}, which does not exist.`);
  const copy: Record<string, unknown> = { ...node };
  if (rest.length > 0) copy[key] = patched(copy[key], rest, operation);
  else if (operation.op === 'remove') Reflect.deleteProperty(copy, key);
  else copy[key] = operation.value;
  return copy;
}
