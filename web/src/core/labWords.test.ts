import { expect, it } from 'vitest';

import { noiseSentence, writtenFormula } from './labWords';

it('writes formulas as by hand', () => {
  expect(writtenFormula('x**2/10 - 3*y^12')).toBe('x²/10 − 3·y¹²');
  expect(writtenFormula('sqrt(x^0.5) + 2^x + e^(-pi)')).toBe('√(x^0.5) + 2^x + e^(−π)');
});

it('says what a batch of some size does', () => {
  const surface = { kind: 'regression', samples: 64, noise: 1, spread: 0.5, seed: 0 } as const;
  const say = (batch_size: number | 'all') => noiseSentence({ kind: 'mini-batch', batch_size }, surface);
  expect(say(1)).toContain('1 of 64 samples: it explores widely');
  expect(say(60)).toContain('hardly explores');
  expect(say('all')).toContain('all 64 samples: no exploration');
});
