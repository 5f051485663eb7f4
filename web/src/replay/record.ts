/**
 * The record inside a replay page (`netlapse.server.replay_page`).
 *
 *     gzip( uint32 length │ JSON, where each part is [offset, length] │ parts )
 */

import type { LossRange, SharedRun, Status } from '../protocol/messages';

type Part = readonly [offset: number, length: number];

interface Head {
  readonly schema: unknown;
  readonly shared: SharedRun;
  readonly status: Status;
  readonly timeline: Part;
  readonly losses: {
    readonly steps_per_column: number;
    readonly steps: number;
    readonly low: Part;
    readonly high: Part;
  };
  readonly pictures: readonly (readonly [step: number, offset: number, length: number])[];
}

const COLUMNS = 1024;
const text = { decoder: new TextDecoder(), encoder: new TextEncoder() };

/** What the page was made with. */
export class Record {
  readonly head: Head;
  private readonly start: number;

  constructor(private readonly bytes: ArrayBuffer) {
    const length = new DataView(bytes).getUint32(0, true);
    this.start = 4 + length;
    this.head = JSON.parse(text.decoder.decode(new Uint8Array(bytes, 4, length))) as Head;
  }

  /** Unpack the text that a page holds. */
  static async unpack(base64: string): Promise<Record> {
    const packed = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Record(await new Response(stream).arrayBuffer());
  }

  get timeline(): ArrayBuffer {
    return this.part(this.head.timeline);
  }

  /** The picture at or before a step, as a frame that says what it was asked for. */
  picture(view: string, at: number | null): ArrayBuffer {
    const { pictures } = this.head;
    const wanted = at ?? Infinity;
    const found = pictures.findLast(([step]) => step <= wanted) ?? pictures[0];
    if (found === undefined) throw new Error('The record holds no picture.');
    const [, offset, length] = found;
    return readdressed(this.part([offset, length]), { view, at });
  }

  /** The losses of a range in at most 1,024 columns, each exact for the steps it spans. */
  losses(first: number, last: number): LossRange {
    const { steps_per_column: width, steps, low, high } = this.head.losses;
    const [least, most] = [this.floats(low), this.floats(high)];
    const from = Math.floor((Math.max(1, first) - 1) / width);
    const to = Math.min(least.length, Math.ceil(Math.min(last, steps) / width));
    const group = Math.max(1, Math.ceil((to - from) / COLUMNS));
    const columns = { low: [] as (number | null)[], high: [] as (number | null)[] };
    for (let at = from; at < to; at += group) {
      const end = Math.min(to, at + group);
      columns.low.push(finite(Math.min(...least.subarray(at, end))));
      columns.high.push(finite(Math.max(...most.subarray(at, end))));
    }
    return {
      first_step: from * width + 1,
      steps: Math.min(steps, to * width) - from * width,
      steps_per_column: width * group,
      ...columns,
    };
  }

  private part([offset, length]: Part): ArrayBuffer {
    return this.bytes.slice(this.start + offset, this.start + offset + length);
  }

  private floats([offset, length]: Part): Float32Array {
    return new Float32Array(this.bytes, this.start + offset, length / 4);
  }
}

/** The timeline of the run; what comes at once are the pictures that the page holds. */
export function timelineOf(record: Record): ArrayBuffer {
  return readdressed(record.timeline, { keyframes: record.head.pictures.map(([step]) => step) });
}

/** A frame with other words in its header: a recorded picture shows more than most views ask for. */
export function readdressed(frame: ArrayBuffer, changes: object): ArrayBuffer {
  const length = new DataView(frame).getUint32(0, true);
  const header = JSON.parse(text.decoder.decode(new Uint8Array(frame, 4, length))) as object;
  const words = JSON.stringify({ ...header, ...changes });
  const body = text.encoder.encode(words);
  const padded = body.length + ((8 - ((body.length + 4) % 8)) % 8);
  const payload = new Uint8Array(frame, 4 + length);
  const made = new Uint8Array(4 + padded + payload.length);
  new DataView(made.buffer).setUint32(0, padded, true);
  made.fill(32, 4, 4 + padded);
  made.set(body, 4);
  made.set(payload, 4 + padded);
  return made.buffer;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
