/** A drawing that is kept as long as what it was made of stays the same. */

export class Layer {
  private readonly canvas = document.createElement('canvas');
  private made: readonly unknown[] = [];

  /** Put the layer on a canvas; `draw` is called only where one of `of` has changed, or the size. */
  paint(
    context: CanvasRenderingContext2D,
    width: number,
    height: number,
    of: readonly unknown[],
    draw: (onto: CanvasRenderingContext2D) => void,
  ): void {
    const ratio = context.getTransform().a;
    const key = [...of, width, height, ratio];
    if (key.length !== this.made.length || key.some((part, index) => !Object.is(part, this.made[index]))) {
      this.made = key;
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      const onto = this.canvas.getContext('2d');
      if (onto === null) return;
      onto.setTransform(ratio, 0, 0, ratio, 0, 0);
      draw(onto);
    }
    context.drawImage(this.canvas, 0, 0, width, height);
  }
}
