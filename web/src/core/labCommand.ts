/** The command line that runs the same race. */

import type { Optimizer, Race } from '../protocol/messages';

/** `netlapse lab …`; an optimizer's numbers are given where they are not its defaults. */
export function commandOf(race: Race, defaultsOf: (kind: string) => object): string {
  const { surface, start, steps, seed, noise, racers } = race;
  const parts = [
    'netlapse lab',
    '--function',
    quoted(surface.kind === 'expression' ? surface.text : surface.kind),
  ];
  if (surface.kind === 'expression') {
    const { x, y } = surface.domain;
    parts.push('--domain', [...x, ...y].join(' '));
  }
  parts.push('--start', start.join(' '));
  for (const { optimizer } of racers) {
    const own = changed(optimizer, defaultsOf(optimizer.kind)).map((number) => number.join('='));
    const typed = [nameOf(optimizer), ...(own.length > 0 ? [own.join(',')] : [])].join(':');
    parts.push('--optimizer', typed, '--learning-rate', String(optimizer.learning_rate));
  }
  if (surface.kind === 'regression')
    for (const [name, value] of Object.entries(surface))
      if (name !== 'kind') parts.push('--set', `surface.${name}=${value}`);
  parts.push('--steps', String(steps));
  if (noise.kind === 'gaussian') parts.push('--noise', String(noise.standard_deviation));
  if (noise.kind === 'mini-batch')
    parts.push('--noise', 'mini-batch', '--batch-size', String(noise.batch_size));
  if (seed !== 0) parts.push('--seed', String(seed));
  return parts.join(' ');
}

function nameOf({ kind }: Optimizer): string {
  return kind === 'sgd' ? 'gradient-descent' : kind;
}

function changed(optimizer: Optimizer, defaults: object): [string, unknown][] {
  const usual = new Map<string, unknown>(Object.entries(defaults));
  return Object.entries(optimizer).filter(
    ([name, value]) => name !== 'kind' && name !== 'learning_rate' && usual.get(name) !== value,
  );
}

function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text}"`;
}
