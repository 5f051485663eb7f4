/** A canvas that is drawn imperatively: with each picture, when its painter changes, when it is resized. */

import { type CSSProperties, useEffect, useRef } from 'react';

import { canvasRoom } from '../draw/canvasRoom';
import type { PlotStyle } from '../draw/plotFrame';
import { studio, useView } from './studio';

export type Paint = (context: CanvasRenderingContext2D, width: number, height: number) => void;

interface Props {
  readonly paint: Paint;
  /** Whether it is drawn anew with each picture. */
  readonly live?: boolean;
  /** What the canvas shows; without it, the canvas is decoration. */
  readonly label?: string;
  readonly className?: string;
  readonly style?: CSSProperties;
  readonly testId?: string;
}

export function Canvas({ paint, live = false, label, className, style, testId }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const room = canvasRoom(canvas, draw);
    function draw() {
      const size = context && room.fit(context);
      if (!canvas || !size) return;
      if (live) fade(canvas, studio.pictures.isShade);
      paint(context, size.width, size.height);
    }
    const end = live ? studio.pictures.subscribe(draw) : undefined;
    return () => {
      room.end();
      end?.();
    };
  }, [paint, live]);
  return (
    <canvas
      ref={ref}
      data-testid={testId}
      className={className}
      style={style}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    />
  );
}

/** What belongs to the run before is pale until the new one has a picture. */
function fade(canvas: HTMLCanvasElement, isPale: boolean): void {
  const opacity = isPale ? '0.4' : '';
  if (canvas.style.opacity !== opacity) canvas.style.opacity = opacity;
}

const STYLES: Record<'dark' | 'light', PlotStyle> = {
  light: { theme: 'light', ink: '#15181c', muted: '#5a626c', line: '#c9ced4', paper: '#ffffff' },
  dark: { theme: 'dark', ink: '#e8eaed', muted: '#9aa4b0', line: '#343b44', paper: '#111317' },
};

/** The colors of the page for canvases. */
export function usePlotStyle(): PlotStyle {
  return STYLES[useView((view) => view.theme)];
}
