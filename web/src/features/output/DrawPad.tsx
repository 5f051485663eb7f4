/** Draw a digit, or drop an image: what the network sees and says follows the pen. */

import { type DragEvent, type PointerEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';

import { clearDrawing, type Drawing, drawingStore, showAgain, showDrawing } from '../../core/looksDrawing';
import { microscopeStore } from '../../core/microscope';
import { count } from '../../core/numbers';
import { imageSheet } from '../../draw/digit';
import type { DatasetPreview } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { imagesOf, useRun } from '../microscope/queries';
import { sharesOf, TopThree } from '../microscope/TopThree';
import { chooseTab, useTab } from '../network/tab';
import { studio, useMoment, useNumbers, useSpec } from '../studio';

/** Pixels of the paper; what is dropped is made no larger. */
const SIDE = 140;
const PEN = 11;
const WEIGHTS = [0.299, 0.587, 0.114] as const;

export function DrawPad({ preview }: { preview: DatasetPreview | null }) {
  const run = useRun();
  const at = useMoment() ?? null;
  const paper = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | null>(null);
  const [over, setOver] = useState(false);
  const { drawing, centre, answer, problem } = useStore(drawingStore);
  const isColor = preview?.image?.channels === 3;
  // What was drawn is still there after another tab was looked at.
  useEffect(() => {
    const { drawing: kept } = drawingStore.getState();
    if (kept !== null) restore(paper.current, kept);
  }, []);
  const draw = (event: PointerEvent<HTMLCanvasElement>) => {
    const context = paper.current?.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    const box = event.currentTarget.getBoundingClientRect();
    const moves = event.nativeEvent.getCoalescedEvents();
    for (const { clientX, clientY } of moves.length > 0 ? moves : [event.nativeEvent]) {
      const to = {
        x: ((clientX - box.left) / box.width) * SIDE,
        y: ((clientY - box.top) / box.height) * SIDE,
      };
      stroke(context, last.current ?? to, to);
      last.current = to;
    }
    showDrawing(run, drawingOf(context, false), at);
  };
  const open = async (file: File | undefined) => {
    const context = paper.current?.getContext('2d', { willReadFrequently: true });
    if (file === undefined || !context) return;
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(SIDE / image.width, SIDE / image.height);
      const [wide, tall] = [image.width * scale, image.height * scale];
      // Around a photograph of dark ink on white lies white.
      context.fillStyle = cornerOf(image);
      context.fillRect(0, 0, SIDE, SIDE);
      context.drawImage(image, (SIDE - wide) / 2, (SIDE - tall) / 2, wide, tall);
      showDrawing(run, drawingOf(context, isColor), at);
    } catch {
      studio.notify(
        `${file.name} is no image that can be read: choose a PNG, JPEG, GIF or WebP file.`,
        'error',
      );
    }
  };
  return (
    <div data-testid="draw-pad">
      <div className="flex flex-wrap gap-4">
        <div>
          <canvas
            ref={paper}
            width={SIDE}
            height={SIDE}
            role="img"
            aria-label="Paper to draw on: with the pointer or a finger. By keyboard, choose an image file."
            data-testid="paper"
            className={`block size-44 cursor-crosshair touch-none rounded-md border bg-black ${over ? 'border-2 border-accent' : 'border-line'}`}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              last.current = null;
              draw(event);
            }}
            onPointerMove={(event) => {
              if (event.buttons > 0) draw(event);
            }}
            onPointerUp={() => {
              last.current = null;
            }}
            onDragOver={(event: DragEvent) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event: DragEvent) => {
              event.preventDefault();
              setOver(false);
              void open(event.dataTransfer.files[0]);
            }}
          />
          <div className="mt-2 flex gap-1.5">
            <button
              type="button"
              className="button h-7 px-2"
              disabled={drawing === null}
              onClick={() => {
                paper.current?.getContext('2d')?.clearRect(0, 0, SIDE, SIDE);
                clearDrawing();
              }}
            >
              Clear
            </button>
            <FileButton onFile={(file) => void open(file)} />
          </div>
        </div>
        <div className="min-w-32 flex-1">
          {problem ? (
            <p role="alert" className="text-danger">
              {problem}
            </p>
          ) : answer === null ? (
            <p className="text-muted">
              Draw {article(preview)} here, or drop an image. The predictions and all layers follow your pen.
            </p>
          ) : (
            <Answered preview={preview} />
          )}
        </div>
      </div>
      <label className="mt-2 flex items-start gap-1.5 text-[12px] text-muted">
        <input
          type="checkbox"
          className="mt-0.5 size-3.5 accent-accent"
          checked={centre}
          onChange={(event) => {
            drawingStore.setState({ centre: event.target.checked });
            showAgain(run, at);
          }}
        />
        Centre and scale it as MNIST was made: without that, a network that learned MNIST is asked about
        images that it never saw.
      </label>
    </div>
  );
}

function article(preview: DatasetPreview | null): string {
  return (preview?.class_names ?? []).every((name) => /^\d$/.test(name)) ? 'a digit' : 'one of the classes';
}

/** What the network sees of the drawing, and what it takes it for. */
function Answered({ preview }: { preview: DatasetPreview | null }) {
  const answer = useStore(drawingStore, (state) => state.answer);
  const isShown = useStore(microscopeStore, ({ subject }) => subject.kind === 'drawing');
  const output = useSpec().network.layers.at(-1)?.id ?? '';
  const drawable = useNumbers((numbers) => numbers.drawable);
  const tab = useTab();
  const seen = useRef<HTMLCanvasElement>(null);
  const images = useMemo(() => (answer ? imagesOf(answer, 'seen') : null), [answer]);
  useEffect(() => {
    const context = seen.current?.getContext('2d');
    if (!context || images === null) return;
    context.canvas.width = images.width;
    context.canvas.height = images.height;
    context.drawImage(imageSheet(images, 1), 0, 0);
  }, [images]);
  if (answer === null) return null;
  // While it trains, the newest picture knows more than the answer of then; in the past, the picture is what counts.
  const isPast = drawable?.picture.at != null;
  const live = isShown && (isPast || (drawable?.picture.step ?? 0) > answer.step) ? drawable : null;
  const outputs = live?.arrays.get(`activation-maps:${output}`) ?? answer.arrays.get('outputs');
  const step = live?.picture.step ?? answer.step;
  const note = answer.values['note'];
  return (
    <div className="grid gap-2">
      <div className="flex items-end gap-2">
        <canvas
          ref={seen}
          role="img"
          aria-label="What the network sees"
          data-testid="seen"
          className="size-20 rounded-sm border border-line object-contain [image-rendering:pixelated]"
        />
        <p className="text-[11px] leading-tight text-muted">
          What the network sees
          {images && (
            <span className="block tabular-nums">
              {images.height}×{images.width} pixels
            </span>
          )}
        </p>
      </div>
      {outputs && <TopThree shares={sharesOf([...outputs.data])} names={preview?.class_names ?? []} />}
      <p className="text-[11px] leading-tight text-muted" data-testid="drawing-note">
        At step {count(step)}. {typeof note === 'string' && note}
      </p>
      {tab !== 'neurons' && (
        <button
          type="button"
          className="link justify-self-start text-[12px]"
          onClick={() => chooseTab('neurons')}
        >
          See it travel through the layers
        </button>
      )}
    </div>
  );
}

function FileButton({ onFile }: { onFile: (file: File | undefined) => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        id={id}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp,image/bmp"
        className="hidden"
        data-testid="image-file"
        onChange={(event) => {
          onFile(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <button type="button" className="button h-7 px-2" onClick={() => input.current?.click()}>
        <Icon name="upload" size={14} /> Image…
      </button>
    </>
  );
}

type Context = CanvasRenderingContext2D;

function stroke(context: Context, from: { x: number; y: number }, to: { x: number; y: number }): void {
  context.strokeStyle = '#ffffff';
  context.lineWidth = PEN;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x + 0.01, to.y);
  context.stroke();
}

/** The bytes of the paper. Where nothing was drawn it is black. */
function drawingOf(context: Context, isColor: boolean): Drawing {
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  const channels = isColor ? 3 : 1;
  const pixels = new Uint8Array(SIDE * SIDE * channels);
  for (let at = 0; at < SIDE * SIDE; at++) {
    const share = (data[4 * at + 3] ?? 0) / 255;
    let gray = 0;
    for (let channel = 0; channel < 3; channel++) {
      const value = (data[4 * at + channel] ?? 0) * share;
      gray += (WEIGHTS[channel] ?? 0) * value;
      if (isColor) pixels[3 * at + channel] = Math.round(value);
    }
    if (!isColor) pixels[at] = Math.round(gray);
  }
  return { pixels, height: SIDE, width: SIDE, channels };
}

function restore(paper: HTMLCanvasElement | null, { pixels, height, width, channels }: Drawing): void {
  const images = { data: pixels, height, width, channels };
  paper?.getContext('2d', { willReadFrequently: true })?.drawImage(imageSheet(images, 1), 0, 0);
}

/** The color of the first pixel of an image. */
function cornerOf(image: ImageBitmap): string {
  const pixel = new OffscreenCanvas(1, 1).getContext('2d');
  if (pixel === null) return '#000000';
  pixel.drawImage(image, 0, 0);
  const [r = 0, g = 0, b = 0, alpha = 0] = pixel.getImageData(0, 0, 1, 1).data;
  return alpha < 255 ? '#000000' : `rgb(${r} ${g} ${b})`;
}
