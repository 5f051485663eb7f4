/** Loss, distance and length of the step, by step; the line is the moment that the map shows. */

import { type PointerEvent, useCallback, useMemo } from 'react';

import {
  type CurveData,
  curveData,
  curveFrame,
  type CurveName,
  paintCurves,
  stepX,
} from '../../draw/labCurves';
import { usePlotStyle } from '../Canvas';
import { lab, type Shown, useLab, useShown } from './lab';
import { LabCanvas, type LabPaint } from './LabCanvas';

const CURVES: readonly CurveName[] = ['loss', 'distance', 'step'];

export function LabCurves() {
  const shown = useShown();
  if (shown === null) return <Awaited />;
  return (
    <div className="grid grid-cols-3 gap-4 max-md:grid-cols-1">
      {CURVES.filter((name) => name !== 'distance' || shown.run.part.minima.length > 0).map((name) => (
        <Curve key={name} name={name} shown={shown} />
      ))}
    </div>
  );
}

/** Keeps the room, so that nothing jumps when the race comes. */
function Awaited() {
  const busy = useLab((state) => state.busy);
  return (
    <p className="grid h-[134px] place-items-center text-muted">
      {busy
        ? 'The race is on its way…'
        : 'Once there is a race: loss, distance and step size of every racer, step by step.'}
    </p>
  );
}

function Curve({ name, shown }: { name: CurveName; shown: Shown }) {
  const style = usePlotStyle();
  const drags = useLab((state) => state.drags);
  const data = useMemo(() => curveData(name, shown.run), [name, shown]);
  const layer = useMemo(() => new CurveLayer(), []);
  const paint: LabPaint = useCallback(
    (context, { width, height, ratio }) => {
      const picture = layer.of(width, height, ratio, data, shown, style);
      const position = drags ? shown.run.part.steps : lab.player.position;
      const frame = curveFrame(width, height);
      const x = stepX(position, data.steps, frame);
      context.clearRect(0, 0, width, height);
      // What is to come is pale.
      context.globalAlpha = 0.3;
      context.drawImage(picture, 0, 0, width, height);
      context.globalAlpha = 1;
      for (const [left, right] of [
        [0, x],
        [x, x],
      ] as const) {
        context.save();
        context.beginPath();
        context.rect(left, 0, right - left, height);
        context.clip();
        context.clearRect(left, 0, right - left, height);
        context.drawImage(picture, 0, 0, width, height);
        context.restore();
      }
      context.strokeStyle = style.ink;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, frame.top);
      context.lineTo(x, frame.top + frame.height);
      context.stroke();
    },
    [data, shown, drags, style, layer],
  );
  const seek = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const frame = curveFrame(box.width, box.height);
    const share = (event.clientX - box.left - frame.left) / frame.width;
    lab.player.seek(Math.round(share * data.steps));
  };
  return (
    <figure className="min-w-0">
      <figcaption className="truncate text-[12px] text-muted">{data.title}</figcaption>
      <div
        className="cursor-ew-resize touch-pan-y"
        title="Drag to scrub"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seek(event);
        }}
        onPointerMove={seek}
      >
        <LabCanvas
          paint={paint}
          className="block h-[116px] w-full"
          testId={`lab-curve-${name}`}
          label={`${data.title} of each racer by step. The table below says where each ended.`}
        />
      </div>
    </figure>
  );
}

/** The curves as a picture that is made anew only when they, or its size, are others. */
class CurveLayer {
  private readonly canvas = document.createElement('canvas');
  private made: readonly unknown[] = [];

  of(
    width: number,
    height: number,
    ratio: number,
    data: CurveData,
    shown: Shown,
    style: ReturnType<typeof usePlotStyle>,
  ): HTMLCanvasElement {
    const made = [width, height, ratio, data, shown, style];
    if (made.some((part, index) => part !== this.made[index])) {
      this.made = made;
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      const context = this.canvas.getContext('2d');
      context?.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (context) paintCurves(context, width, height, data, shown.looks, style);
    }
    return this.canvas;
  }
}
