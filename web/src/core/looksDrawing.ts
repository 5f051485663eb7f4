/** What is drawn: sent to the run as the pen moves, one picture after the other, the newest only. */

import { createStore } from 'zustand/vanilla';

import { sentenceOf } from './api';
import { type Answer, ask, NewestOnly } from './looks';
import { microscopeStore } from './microscope';

/** The name under which the run keeps it. */
export const PEN = 'pen';

export interface Drawing {
  /** uint8 [height, width, channels]. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

export interface DrawingState {
  readonly drawing: Drawing | null;
  /** Whether it is centred and scaled as MNIST was made. */
  readonly centre: boolean;
  /** What the network sees and says of the newest that was sent. */
  readonly answer: Answer | null;
  readonly problem: string;
}

export const drawingStore = createStore<DrawingState>(() => ({
  drawing: null,
  centre: true,
  answer: null,
  problem: '',
}));

interface Sending {
  readonly run: string;
  readonly drawing: Drawing;
  readonly centre: boolean;
  /** Asked of the network of this step; null for now. */
  readonly at: number | null;
  /** Whether it becomes what the microscope looks at. */
  readonly chosen: boolean;
}

const pen = new NewestOnly<Sending>(async ({ run, drawing, centre, at, chosen }) => {
  const { pixels, ...size } = drawing;
  try {
    const answer = await ask(run, { kind: 'draw', drawing: PEN, ...size, centre, ink: 'auto', at }, pixels);
    if (drawingStore.getState().drawing === null) return;
    drawingStore.setState({ answer, problem: '' });
    microscopeStore.setState(
      chosen ? { drawn: PEN, subject: { kind: 'drawing', drawing: PEN } } : { drawn: PEN },
    );
  } catch (error) {
    drawingStore.setState({ answer: null, problem: sentenceOf(error) });
  }
});

/** Show a drawing to a run; what is drawn last is what counts, and what is looked at. */
export function showDrawing(run: string | null, drawing: Drawing, at: number | null = null): void {
  drawingStore.setState({ drawing });
  send(run, true, at);
}

/** Show the same to another run, or in another way. */
export function showAgain(run: string | null, at: number | null = null): void {
  send(run, false, at);
}

function send(run: string | null, chosen: boolean, at: number | null): void {
  const { drawing, centre } = drawingStore.getState();
  if (run !== null && drawing !== null) pen.push({ run, drawing, centre, at, chosen });
}

/** Nothing is drawn any more. */
export function clearDrawing(): void {
  drawingStore.setState({ drawing: null, answer: null, problem: '' });
  const { subject } = microscopeStore.getState();
  microscopeStore.setState({
    drawn: null,
    subject: subject.kind === 'drawing' ? { kind: 'sample', part: 'validation', index: 0 } : subject,
  });
}
