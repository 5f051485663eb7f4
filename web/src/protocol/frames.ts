/**
 * Frames: how a message with its arrays lies in bytes (`netlapse.protocol.frames`).
 *
 *     uint32 header length │ header: UTF-8 JSON, padded with spaces to 8 bytes │ payload
 */

import type { Buffer, LiveEvent } from './messages';

export type Values = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** One array of a frame. A value is `zero + scale · data[i]`. */
export interface FrameArray {
  readonly data: Values;
  readonly shape: readonly number[];
  readonly scale: number;
  readonly zero: number;
}

export interface Frame {
  readonly message: LiveEvent;
  readonly arrays: ReadonlyMap<string, FrameArray>;
}

export class TornFrame extends Error {}

const text = new TextDecoder();

/** The message of a frame and views (not copies) of its arrays. */
export function decodeFrame(bytes: ArrayBuffer): Frame {
  if (bytes.byteLength < 4) throw new TornFrame('A frame is too short to hold a header.');
  const length = new DataView(bytes).getUint32(0, true);
  const start = 4 + length;
  if (start > bytes.byteLength) throw new TornFrame('A frame ends within its header.');
  const message = JSON.parse(text.decode(new Uint8Array(bytes, 4, length))) as LiveEvent;
  const arrays = new Map<string, FrameArray>();
  if ('buffers' in message) {
    for (const buffer of message.buffers) arrays.set(buffer.name, view(bytes, start, buffer));
  }
  return { message, arrays };
}

function view(bytes: ArrayBuffer, start: number, buffer: Buffer): FrameArray {
  const count = buffer.shape.reduce((product, size) => product * size, 1);
  const offset = start + buffer.offset;
  const width = { uint8: 1, int32: 4, uint32: 4, float32: 4, float64: 8 }[buffer.dtype];
  if (offset + count * width > bytes.byteLength) {
    throw new TornFrame(`The array ${buffer.name} reaches beyond its frame.`);
  }
  const { shape, scale, zero } = buffer;
  switch (buffer.dtype) {
    case 'uint8':
      return { data: new Uint8Array(bytes, offset, count), shape, scale, zero };
    case 'int32':
      return { data: new Int32Array(bytes, offset, count), shape, scale, zero };
    case 'uint32':
      return { data: new Uint32Array(bytes, offset, count), shape, scale, zero };
    case 'float32':
      return { data: new Float32Array(bytes, offset, count), shape, scale, zero };
    case 'float64':
      return { data: new Float64Array(bytes, offset, count), shape, scale, zero };
  }
}

/** The value at a flat index, in its own unit. */
export function valueAt(array: FrameArray, index: number): number {
  return array.zero + array.scale * (array.data[index] ?? Number.NaN);
}
