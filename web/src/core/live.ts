/** The live channel: one WebSocket that reconnects, and credit for pictures. */

import { decodeFrame, type Frame } from '../protocol/frames';
import type { View, ViewerMessage } from '../protocol/messages';
import { apiAddress } from './guest';
import { same } from './json';

export type Link = 'connecting' | 'live' | 'lost';

const CREDIT = 2;
/** Between two pictures: the eye sees no more, and the cores that would draw them train. */
const PICTURE_MS = 29;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

interface Handlers {
  frame: (frame: Frame) => void;
  link: (link: Link) => void;
}

/**
 * Watches one run with one view. At most two pictures are outstanding; one is paid back with `drawn` after it is on
 * the screen, and a hidden tab pays nothing, so a page that cannot keep up gets fewer pictures, never old ones.
 */
export class LiveChannel {
  private socket: WebSocket | null = null;
  private wanted: { run: string; view: View } | null = null;
  private owed = 0;
  private wait_ms = FIRST_WAIT_MS;
  private nextPicture_ms = 0;
  private payment: ReturnType<typeof setTimeout> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly handlers: Handlers) {
    document.addEventListener('visibilitychange', () => this.payBack());
  }

  /** Watch a run with a view; the same again changes nothing. */
  watch(run: string, view: View): void {
    if (this.wanted?.run === run && same(this.wanted.view, view)) return;
    this.wanted = { run, view };
    if (this.socket === null) this.connect();
    else this.subscribe();
  }

  /** Watch nothing for now. */
  forget(): void {
    this.wanted = null;
    this.owed = 0;
  }

  /** Watch nothing any more. */
  leave(): void {
    this.forget();
    clearTimeout(this.timer);
    clearTimeout(this.payment);
    this.socket?.close();
  }

  /** So many pictures have been drawn, or dropped for a newer one. */
  drawn(count: number): void {
    if (this.wanted === null) return;
    this.owed = Math.min(CREDIT, this.owed + count);
    this.payBack();
  }

  /** Try again now instead of after the wait. */
  retry(): void {
    if (this.socket !== null || this.wanted === null) return;
    clearTimeout(this.timer);
    this.connect();
  }

  private connect(): void {
    const address = new URL(apiAddress('live'), document.baseURI);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    address.hash = '';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onopen = () => {
      this.wait_ms = FIRST_WAIT_MS;
      this.handlers.link('live');
      this.subscribe();
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      if (typeof event.data !== 'string') this.handlers.frame(decodeFrame(event.data));
    };
    socket.onclose = () => {
      this.socket = null;
      if (this.wanted === null) return;
      this.handlers.link('lost');
      this.timer = setTimeout(() => this.connect(), this.wait_ms);
      this.wait_ms = Math.min(LONGEST_WAIT_MS, 2 * this.wait_ms);
    };
  }

  private subscribe(): void {
    if (this.wanted === null || this.socket?.readyState !== WebSocket.OPEN) return;
    this.send({ kind: 'subscribe', ...this.wanted });
    this.owed = CREDIT;
    this.payBack();
  }

  private payBack(): void {
    if (this.owed === 0 || document.hidden || this.socket?.readyState !== WebSocket.OPEN) return;
    clearTimeout(this.payment);
    const now_ms = performance.now();
    if (now_ms >= this.nextPicture_ms) {
      this.send({ kind: 'credit', count: 1 });
      this.owed -= 1;
      this.nextPicture_ms = Math.max(now_ms, this.nextPicture_ms + PICTURE_MS);
    }
    if (this.owed > 0)
      this.payment = setTimeout(() => this.payBack(), Math.max(0, this.nextPicture_ms - now_ms));
  }

  private send(message: ViewerMessage): void {
    this.socket?.send(JSON.stringify(message));
  }
}
