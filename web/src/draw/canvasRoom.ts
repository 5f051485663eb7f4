/** The room that a canvas has on the page, in CSS pixels, and as many pixels of its own as the screen has there. */

export interface CanvasSize {
  readonly width: number;
  readonly height: number;
  /** Pixels of the screen in a CSS pixel. */
  readonly ratio: number;
}

export interface CanvasRoom {
  /** Make the canvas ready to be painted in CSS pixels; null where there is no room. */
  readonly fit: (context: CanvasRenderingContext2D) => CanvasSize | null;
  readonly end: () => void;
}

/** Hears of each change of the room. Its size is what the observer says: asking the element would force a layout. */
export function canvasRoom(canvas: HTMLCanvasElement, onChange: () => void): CanvasRoom {
  let [width, height] = [0, 0];
  const observer = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    width = entry.contentRect.width;
    height = entry.contentRect.height;
    onChange();
  });
  observer.observe(canvas);
  const fit = (context: CanvasRenderingContext2D) => {
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (w === 0 || h === 0) return null;
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { width, height, ratio };
  };
  return { fit, end: () => observer.disconnect() };
}
