import { describe, expect, it } from 'vitest';

import { decodeFrame } from '../protocol/frames';
import { readdressed, Record } from './record';

function frame(header: object, payload: readonly number[]): ArrayBuffer {
  const words = new TextEncoder().encode(JSON.stringify(header).padEnd(204));
  const bytes = new Uint8Array(4 + words.length + payload.length);
  new DataView(bytes.buffer).setUint32(0, words.length, true);
  bytes.set(words, 4);
  bytes.set(payload, 4 + words.length);
  return bytes.buffer;
}

const buffers = [{ name: 'boundary', dtype: 'uint8', shape: [3], offset: 0, scale: 1, zero: 0 }];

function recordOf(pictures: readonly (readonly [number, ArrayBuffer])[], losses: readonly number[]): Record {
  const parts: Uint8Array[] = [];
  let end = 0;
  const add = (data: Uint8Array): [number, number] => {
    const padded = new Uint8Array(Math.ceil(data.length / 8) * 8);
    padded.set(data);
    parts.push(padded);
    end += padded.length;
    return [end - padded.length, data.length];
  };
  const floats = new Uint8Array(Float32Array.from(losses).buffer);
  const head = {
    losses: { steps_per_column: 2, steps: 2 * losses.length, low: add(floats), high: add(floats) },
    pictures: pictures.map(([step, data]) => [step, ...add(new Uint8Array(data))]),
  };
  const words = new TextEncoder().encode(JSON.stringify(head));
  const padded = words.length + ((8 - ((words.length + 4) % 8)) % 8);
  const bytes = new Uint8Array(4 + padded + end).fill(32);
  new DataView(bytes.buffer).setUint32(0, padded, true);
  bytes.set(words, 4);
  let at = 4 + padded;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Record(bytes.buffer);
}

describe('a recorded picture', () => {
  const pictures = [0, 10, 40].map(
    (step) => [step, frame({ kind: 'picture', step, buffers }, [step, 2, 3])] as const,
  );
  const record = recordOf(pictures, [1, 2]);

  it('answers any view at or before its step, and keeps its arrays', () => {
    const { message, arrays } = decodeFrame(record.picture('a view', 25));
    expect(message).toMatchObject({ step: 10, at: 25, view: 'a view' });
    expect([...(arrays.get('boundary')?.data ?? [])]).toEqual([10, 2, 3]);
  });

  it('is the last one for now', () => {
    expect(decodeFrame(record.picture('v', null)).message).toMatchObject({ step: 40, at: null });
  });

  it('stays aligned whatever the header says', () => {
    for (let length = 0; length < 20; length += 1) {
      const changed = readdressed(frame({ kind: 'picture', buffers }, [7, 8, 9]), {
        view: 'x'.repeat(length),
      });
      expect(new DataView(changed).getUint32(0, true) % 8).toBe(4);
      expect([...(decodeFrame(changed).arrays.get('boundary')?.data ?? [])]).toEqual([7, 8, 9]);
    }
  });
});

describe('recorded losses', () => {
  const record = recordOf(
    [],
    Array.from({ length: 3000 }, (_, at) => (at * 7919) % 3001),
  );

  it('come in at most 1,024 columns, each exact for its steps', () => {
    const range = record.losses(1, 6000);
    expect(range.low.length).toBeLessThanOrEqual(1024);
    expect(range.steps_per_column).toBe(6);
    expect(range.low[1]).toBe(Math.min(...[3, 4, 5].map((at) => (at * 7919) % 3001)));
    expect(range.high[1]).toBe(Math.max(...[3, 4, 5].map((at) => (at * 7919) % 3001)));
  });

  it('say where a range begins', () => {
    const range = record.losses(101, 200);
    expect([range.first_step, range.steps, range.low.length]).toEqual([101, 100, 50]);
  });
});
