/** The newest picture of the run, and the one place where drawing happens. */

import type { Frame, FrameArray } from '../protocol/frames';
import type { Picture } from '../protocol/messages';

/** A picture with its arrays. */
export interface Drawable {
  readonly picture: Picture;
  readonly arrays: ReadonlyMap<string, FrameArray>;
}

type Painter = () => void;

/**
 * Latest wins: of the pictures that arrive within one frame of the screen only the last is drawn. The loop sleeps
 * while nothing changed.
 */
export class PictureStore {
  latest: Drawable | null = null;
  /** The newest picture that is not of the past. */
  ofNow: Drawable | null = null;
  /** The last picture of the run before, until this one has its own. */
  private shade: Drawable | null = null;
  private readonly painters = new Set<Painter>();
  private readonly waiting = new Set<Painter>();
  private received = 0;
  private scheduled = false;

  constructor(private readonly drawn: (count: number) => void) {}

  /** Draw with each new picture; gives the function that ends it. */
  subscribe(painter: Painter): () => void {
    this.painters.add(painter);
    return () => {
      this.painters.delete(painter);
      this.waiting.delete(painter);
    };
  }

  receive(frame: Frame): void {
    if (frame.message.kind !== 'picture') return;
    this.latest = { picture: frame.message, arrays: frame.arrays };
    if (frame.message.at === null) this.ofNow = this.latest;
    this.shade = null;
    this.received += 1;
    this.paintAll();
  }

  /** The past is left: what was last known of now is drawn again, until the next picture. */
  showNow(): void {
    if (this.ofNow === null || this.latest === this.ofNow) return;
    this.latest = this.ofNow;
    this.paintAll();
  }

  /** What canvases draw: the newest picture, or a shade of what was there. */
  get shown(): Drawable | null {
    return this.latest ?? this.shade;
  }

  /** Whether what is drawn is of the run before. */
  get isShade(): boolean {
    return this.latest === null && this.shade !== null;
  }

  /** Another run is opened; a shade of what was drawn may stay until its first picture comes. */
  clear(keepsShade: boolean): void {
    this.shade = keepsShade ? this.shown : null;
    this.latest = null;
    this.ofNow = null;
    this.paintAll();
  }

  /** Draw once with the next frame of the screen. */
  request(painter: Painter): void {
    this.waiting.add(painter);
    this.schedule();
  }

  private paintAll(): void {
    for (const painter of this.painters) this.waiting.add(painter);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      const painters = [...this.waiting];
      this.waiting.clear();
      for (const painter of painters) painter();
      const count = this.received;
      this.received = 0;
      if (count > 0) this.drawn(count);
    });
  }
}
