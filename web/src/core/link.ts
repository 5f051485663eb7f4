/** The spec in the address: `#s=` and base64url of the deflated JSON. */

import type { Spec } from '../protocol/messages';
import { isObject } from './json';

const MAX_BYTES = 8 * 1024 * 1024;

export async function encodeSpec(spec: Spec): Promise<string> {
  return `s=${await encodeDocument(spec)}`;
}

/** The spec of an address' hash; null where there is none, an error where it is broken. */
export async function decodeSpec(hash: string): Promise<Readonly<Record<string, unknown>> | null> {
  const match = /^#?s=([\w-]+)$/.exec(hash);
  if (!match) return null;
  try {
    return await decodeDocument(match[1] ?? '');
  } catch {
    throw new Error('The link is cut off or damaged, so its spec cannot be read.');
  }
}

/** A document as base64url of its deflated JSON. */
export async function encodeDocument(document: object): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return toBase64(await through(new CompressionStream('deflate-raw'), bytes));
}

/** The document of such a text; an error where it is broken, or no object. */
export async function decodeDocument(text: string): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await through(new DecompressionStream('deflate-raw'), fromBase64(text));
  const document: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!isObject(document)) throw new Error('The link holds no document.');
  return document;
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_BYTES) throw new Error('too large');
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
