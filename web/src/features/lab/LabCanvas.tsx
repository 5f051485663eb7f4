/** A canvas of the lab: drawn anew with each move of the film, with each answer, and when its painter changes. */

import { useEffect, useRef } from 'react';

import { canvasRoom, type CanvasSize } from '../../draw/canvasRoom';
import { lab } from './lab';

export type LabPaint = (context: CanvasRenderingContext2D, size: CanvasSize) => void;

interface Props {
  readonly paint: LabPaint;
  /** What it shows; without it, it is decoration. */
  readonly label?: string;
  readonly className?: string;
  readonly testId?: string;
  /** Whether it stands still while the film plays. */
  readonly still?: boolean;
}

export function LabCanvas({ paint, label, className, testId, still = false }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return undefined;
    const room = canvasRoom(canvas, draw);
    function draw() {
      const size = context && room.fit(context);
      if (size) paint(context, size);
    }
    const end = still ? undefined : lab.player.onMove(draw);
    return () => {
      room.end();
      end?.();
    };
  }, [paint, still]);
  return (
    <canvas
      ref={ref}
      data-testid={testId}
      className={className}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    />
  );
}
