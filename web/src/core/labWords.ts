/** The words of the lab: formulas as they are written by hand, and what noise does. */

import type { Noise, Surface } from './labSetup';
import { count, digits } from './numbers';

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const raised = (digits: string) => digits.replace(/\d/g, (digit) => RAISED.charAt(Number(digit)));

/** `x**2/10 - 3*y` → x²/10 − 3·y. */
export function writtenFormula(text: string): string {
  return text
    .replaceAll('**', '^')
    .replace(/\s*\^\s*(\d+)(?![\d.eE])/g, (_, exponent: string) => raised(exponent))
    .replaceAll('-', '−')
    .replace(/\s*\*\s*/g, '·')
    .replace(/\bpi\b/g, 'π')
    .replace(/\bsqrt\(/g, '√(');
}

/** What the noise that is chosen does, in a sentence. */
export function noiseSentence(noise: Noise, surface: Surface): string {
  if (noise.kind === 'none') return 'Every step follows the gradient of the surface itself.';
  if (noise.kind === 'gaussian')
    return noise.standard_deviation === 0
      ? 'Without a deviation the gradient is exact.'
      : `To each coordinate of every gradient a random number of standard deviation ${digits(noise.standard_deviation)} is added: it is not the noise of any data. It shakes racers out of shallow hollows, and keeps them from coming to rest.`;
  const samples = surface.kind === 'regression' ? surface.samples : 0;
  if (noise.batch_size === 'all')
    return `A step takes the gradient of all ${count(samples)} samples: no exploration, straight convergence.`;
  const share = noise.batch_size / Math.max(1, samples);
  const batch = `A step takes the gradient of ${count(noise.batch_size)} of ${count(samples)} samples`;
  if (share <= 0.1)
    return `${batch}: it explores widely, and never comes to rest while the learning rate stays.`;
  if (share < 0.6) return `${batch}: it still wanders, in a smaller cloud around the minimum.`;
  return `${batch}: nearly the gradient of all, so it hardly explores and converges almost straight.`;
}
