import { describe, expect, it } from 'vitest';

import { decodeFrame, TornFrame, valueAt } from './frames';

/** The bytes that `netlapse.protocol.frames.encode` makes of a header and a payload. */
function encode(header: object, payload: Uint8Array = new Uint8Array()): ArrayBuffer {
  let json = new TextEncoder().encode(JSON.stringify(header));
  const padding = (8 - ((json.length + 4) % 8)) % 8;
  json = new Uint8Array([...json, ...new Uint8Array(padding).fill(32)]);
  const bytes = new Uint8Array(4 + json.length + payload.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  bytes.set(payload, 4 + json.length);
  return bytes.buffer;
}

const picture = (buffers: object[]) => ({ kind: 'picture', run: 'r', step: 7, buffers });

describe('decodeFrame', () => {
  it('reads the header and views of every kind of array', () => {
    const payload = new Uint8Array(24);
    payload.set([0, 128, 255], 0);
    new DataView(payload.buffer).setFloat32(8, 1.5, true);
    new DataView(payload.buffer).setFloat64(16, -2.25, true);
    const { message, arrays } = decodeFrame(
      encode(
        picture([
          { name: 'map', dtype: 'uint8', shape: [1, 3], offset: 0, scale: 2 / 255, zero: -1 },
          { name: 'loss', dtype: 'float32', shape: [1], offset: 8, scale: 1, zero: 0 },
          { name: 'at', dtype: 'float64', shape: [1], offset: 16, scale: 1, zero: 0 },
        ]),
        payload,
      ),
    );
    expect(message.kind).toBe('picture');
    const map = arrays.get('map');
    expect(map?.shape).toEqual([1, 3]);
    expect(map && [0, 1, 2].map((i) => valueAt(map, i))).toEqual([
      -1,
      expect.closeTo(0, 2),
      expect.closeTo(1),
    ]);
    expect(arrays.get('loss')?.data[0]).toBe(1.5);
    expect(arrays.get('at')?.data[0]).toBe(-2.25);
  });

  it('reads a message without arrays', () => {
    expect(decodeFrame(encode({ kind: 'gone', run: 'ä' })).message).toEqual({ kind: 'gone', run: 'ä' });
  });

  it('refuses what is torn', () => {
    expect(() => decodeFrame(new ArrayBuffer(2))).toThrow(TornFrame);
    expect(() => decodeFrame(encode({ kind: 'gone', run: 'r' }).slice(0, 9))).toThrow('within its header');
    const short = encode(
      picture([{ name: 'map', dtype: 'float32', shape: [9], offset: 0, scale: 1, zero: 0 }]),
      new Uint8Array(8),
    );
    expect(() => decodeFrame(short)).toThrow('The array map reaches beyond its frame.');
  });
});
