/** Says loss and score at a calm pace, for those who do not see the page. */

import { useEffect, useState } from 'react';

import { count, digits, percent } from '../core/numbers';
import { studio } from './studio';

const EVERY_MS = 5000;

export function LiveRegion() {
  const [text, setText] = useState('');
  useEffect(() => {
    let last = '';
    const say = () => {
      const { status } = studio.state;
      const next = sentence();
      // While it stands still there is nothing new to say.
      if (status !== null && next !== last) setText(next);
      last = next;
    };
    const timer = setInterval(say, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="sr-only" role="status" aria-live="polite" data-testid="live-region">
      {text}
    </p>
  );
}

function sentence(): string {
  const { evaluation, step } = studio.stores.numbers.getState();
  const split = evaluation?.validation ?? evaluation?.train;
  if (!split || step === 0) return '';
  const part = evaluation?.validation ? 'validation' : 'training';
  const score = split.accuracy === null ? `R² ${digits(split.r2)}` : `accuracy ${percent(split.accuracy)}`;
  return `Step ${count(step)}: ${part} loss ${digits(split.loss)}, ${score}.`;
}
