/** Questions about images that are answered once, with the step that the answer belongs to. */

import type { FrameArray } from '../protocol/frames';
import { decodeFrame } from '../protocol/frames';
import type { ImageSubject, Question, Reply, Subject } from '../protocol/messages';
import { api } from './api';

export interface Answer {
  readonly step: number;
  readonly values: Reply['values'];
  readonly arrays: ReadonlyMap<string, FrameArray>;
}

/** Ask a run; the pixels are those of a drawing, uint8 [height, width, channels]. */
export async function ask(
  run: string,
  question: Question,
  pixels?: Uint8Array,
  signal: AbortSignal | null = null,
): Promise<Answer> {
  const bytes = await api.look(run, { question, pixels: pixels ? base64(pixels) : '' }, signal);
  const { message, arrays } = decodeFrame(bytes);
  const { step, values } = message as unknown as Reply;
  return { step, values, arrays };
}

const PIECE = 0x8000;

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += PIECE)
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(binary);
}

/** A number among the values of an answer; null where there is none. */
export function numberOf(answer: Answer | null | undefined, name: string): number | null {
  const value = answer?.values[name];
  return typeof value === 'number' ? value : null;
}

/** The subject as an image that can be asked about; null for a mean, which is no image. */
export function imageOf(subject: Subject): ImageSubject | null {
  return subject.kind === 'mean' ? null : subject;
}

/**
 * Asks one question after the other: while one is under way, of those that come only the newest is kept, so that what
 * follows a pointer or a pen never piles up.
 */
export class NewestOnly<T> {
  private busy = false;
  private next: T | null = null;

  constructor(private readonly act: (wanted: T) => Promise<void>) {}

  /** Do this now, or as soon as what is under way is done. */
  push(wanted: T): void {
    this.next = wanted;
    if (!this.busy) void this.run();
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.next !== null) {
      const wanted = this.next;
      this.next = null;
      await this.act(wanted);
    }
    this.busy = false;
  }
}
