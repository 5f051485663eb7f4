/**
 * The server of a page that has none: it answers what a guest's page asks, from the record inside the page.
 *
 * It stands in for `fetch` and `WebSocket`, so that the page is the Studio's own, to the last line.
 */

import type { ViewerMessage } from '../protocol/messages';
import { setReplay } from '../core/guest';
import { type Record, readdressed, timelineOf } from './record';

const SENTENCE = 'This page holds pictures alone. Open the run in netlapse to ask it more.';

export function serve(record: Record): void {
  setReplay(record.head.pictures.map(([step]) => step));
  globalThis.fetch = (input) =>
    Promise.resolve(answer(record, String(input instanceof Request ? input.url : input)));
  globalThis.WebSocket = socketOf(record);
}

function answer(record: Record, address: string): Response {
  const [path = '', query = ''] = address.replace(/^.*?api\//, '').split('?');
  const { schema, shared } = record.head;
  if (path === 'schema') return json({ spec: schema, view: {}, openapi: {} });
  if (path === 'shared') return json(shared);
  if (path === `runs/${shared.run}`) return json(shared.details);
  if (path === `runs/${shared.run}/losses`) {
    const asked = new URLSearchParams(query);
    const last = asked.get('last_step');
    return json(record.losses(Number(asked.get('first_step') ?? 1), last === null ? Infinity : Number(last)));
  }
  return json({ kind: 'AccessError', message: SENTENCE, place: '', remedy: '' }, 404);
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

/** A socket whose other end is the record. */
function socketOf(record: Record): typeof WebSocket {
  class Socket extends EventTarget {
    static readonly OPEN = 1;
    readonly readyState = Socket.OPEN;
    binaryType = 'arraybuffer';
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
    onclose: (() => void) | null = null;
    private view = '';
    private at: number | null = null;
    /** A view that has not changed has no second picture. */
    private isOwed = false;

    constructor() {
      super();
      setTimeout(() => this.onopen?.(), 0);
    }

    send(text: string): void {
      const message = JSON.parse(text) as ViewerMessage;
      if (message.kind === 'subscribe') {
        this.view = JSON.stringify(message.view);
        this.at = message.view.at ?? null;
        this.isOwed = true;
        this.say(statusFrame(record));
        this.say(timelineOf(record));
      } else if (this.isOwed) {
        this.isOwed = false;
        this.say(record.picture(this.view, this.at));
      }
    }

    close(): void {
      this.onclose?.();
    }

    private say(data: ArrayBuffer): void {
      setTimeout(() => this.onmessage?.({ data }), 0);
    }
  }
  return Socket as unknown as typeof WebSocket;
}

function statusFrame(record: Record): ArrayBuffer {
  const empty = new ArrayBuffer(8);
  const bytes = new Uint8Array(empty);
  new DataView(empty).setUint32(0, 4, true);
  bytes.set(new TextEncoder().encode('{}  '), 4);
  return readdressed(empty, { ...record.head.status });
}
