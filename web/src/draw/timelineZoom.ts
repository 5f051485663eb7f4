/** Which steps the timeline shows. */

/** From the end of one step to the end of another; 0 is the beginning. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The narrowest range that is shown. */
const LEAST_STEPS = 10;

export function whole(span: number): Range {
  return { from: 0, to: Math.max(1, span) };
}

export function stepsOf({ from, to }: Range): number {
  return Math.max(1, to - from);
}

/** Another range around a step that stays at its place: a factor below 1 shows fewer steps. Null: all of them. */
export function zoomed(range: Range, factor: number, around: number, span: number): Range | null {
  const least = Math.min(LEAST_STEPS, span);
  const steps = Math.min(span, Math.max(least, Math.round(stepsOf(range) * factor)));
  if (steps >= span) return null;
  const share = (around - range.from) / stepsOf(range);
  return within(around - share * steps, steps, span);
}

/** The range moved by so many steps, no further than the run. */
export function panned(range: Range, steps: number, span: number): Range {
  return within(range.from + steps, stepsOf(range), span);
}

/** The range moved so far that a step lies within it, with some room beside it. */
export function following(range: Range, step: number, span: number): Range {
  if (step >= range.from && step <= range.to) return range;
  const steps = stepsOf(range);
  return within(step < range.from ? step - 0.1 * steps : step - 0.9 * steps, steps, span);
}

function within(from: number, steps: number, span: number): Range {
  const first = Math.round(Math.min(Math.max(0, span - steps), Math.max(0, from)));
  return { from: first, to: first + steps };
}
