/** A function of one's own: it is drawn once the server can read it; until then what was drawn stays. */

import { useEffect, useId, useRef, useState } from 'react';

import { writtenFormula } from '../../core/labWords';
import type { Expression } from '../../protocol/messages';
import { change, lab } from './lab';

const DELAY_MS = 350;
const NAMES = 'x y pi e, + − * / ^, sin cos tan exp log sqrt abs min max …';

export function OwnFunction({ surface }: { surface: Expression }) {
  const id = useId();
  const [text, setText] = useState(surface.text);
  const [problem, setProblem] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const attempt = async (wanted: string) => {
    if (wanted.trim() === surface.text) {
      setProblem('');
      return;
    }
    const next: Expression = { ...surface, text: wanted.trim() };
    const wrong = await lab.tryGrid(next, next.domain);
    if (field.current?.value !== wanted) return;
    setProblem(wrong);
    if (wrong === '') change((setup) => ({ ...setup, surface: next }));
  };
  const field = useRef<HTMLInputElement>(null);
  return (
    <div>
      <label htmlFor={id} className="text-muted">
        f(x, y) =
      </label>
      <input
        ref={field}
        id={id}
        className="field h-8 text-[14px]"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={500}
        data-testid="lab-expression"
        aria-invalid={problem !== ''}
        aria-describedby={`${id}-help${problem ? ` ${id}-problem` : ''}`}
        value={text}
        onChange={(event) => {
          const wanted = event.target.value;
          setText(wanted);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => void attempt(wanted), DELAY_MS);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          clearTimeout(timer.current);
          void attempt(text);
        }}
      />
      {problem ? (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-[12px] text-danger">
          {problem}
        </p>
      ) : (
        <p className="mt-1 text-[12px]">f = {writtenFormula(surface.text)}</p>
      )}
      <p id={`${id}-help`} className="text-[12px] text-muted">
        {NAMES}
      </p>
    </div>
  );
}
