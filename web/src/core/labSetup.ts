/** What is set up in the optimizer lab: a surface, the racers, a start. It is plain data, and never changed in place. */

import type { Domain, Optimizer, Race, SurfaceEntry } from '../protocol/messages';
import { isList, isObject } from './json';
import { roundUp } from './numbers';
import { complete, field, initial, kinds, resolve, type Schema } from './schema';

export type Surface = Race['surface'];
export type Noise = Race['noise'];
export type Point = readonly [number, number];

export interface LabRacer {
  readonly optimizer: Optimizer;
  /** Empty: that of its optimizer. */
  readonly name: string;
  /** Whether it takes part. */
  readonly on: boolean;
  /** Its place among the colors of racers. */
  readonly color: number;
}

export interface LabSetup {
  readonly surface: Surface;
  /** The part of the plane that is shown; null for the surface's own. */
  readonly domain: Domain | null;
  readonly racers: readonly LabRacer[];
  readonly start: Point;
  readonly steps: number;
  readonly seed: number;
  readonly noise: Noise;
  /** A racer within this distance of a minimum has reached it; null for a hundredth of what is shown. */
  readonly tolerance: number | null;
}

export const MOST_RACERS = 8;

/** The set-up that a surface suggests. */
export function setupOf({ race }: SurfaceEntry): LabSetup {
  return {
    surface: race.surface,
    domain: null,
    racers: race.racers.map(({ optimizer, name }, color) => ({ optimizer, name, on: true, color })),
    start: race.start,
    steps: race.steps,
    seed: race.seed,
    noise: race.noise,
    tolerance: null,
  };
}

/** Another surface, with the racers that are there: their learning rates become those that suit it. */
export function onSurface(setup: LabSetup, entry: SurfaceEntry): LabSetup {
  const fresh = setupOf(entry);
  const racers = setup.racers.map((racer) => {
    const suited = suggested(entry, racer.optimizer.kind);
    return suited === null ? racer : { ...racer, optimizer: suited };
  });
  const keepsNoise = setup.noise.kind === 'gaussian' && fresh.noise.kind === 'none';
  return { ...fresh, racers, seed: setup.seed, noise: keepsNoise ? setup.noise : fresh.noise };
}

/** An optimizer with the numbers that suit a surface; null where the surface suggests none of that kind. */
export function suggested(entry: SurfaceEntry | null, kind: string): Optimizer | null {
  return entry?.race.racers.find(({ optimizer }) => optimizer.kind === kind)?.optimizer ?? null;
}

/** The racers that take part, by their places in the list. */
export function racing(setup: LabSetup): number[] {
  return setup.racers.flatMap(({ on }, index) => (on ? [index] : []));
}

/** What a racer is called. Gradient descent is SGD where there is no noise. */
export function racerName({ name, optimizer }: LabRacer, noise: Noise): string {
  if (name.trim() !== '') return name.trim();
  return optimizerTitle(optimizer.kind, isNoisy(noise));
}

export function isNoisy(noise: Noise): boolean {
  if (noise.kind === 'gaussian') return noise.standard_deviation > 0;
  return noise.kind === 'mini-batch' && noise.batch_size !== 'all';
}

const TITLES: Readonly<Record<string, string>> = {
  momentum: 'Momentum',
  nesterov: 'Nesterov',
  adagrad: 'AdaGrad',
  rmsprop: 'RMSprop',
  adam: 'Adam',
  adamw: 'AdamW',
};

export function optimizerTitle(kind: string, isNoisy: boolean): string {
  return TITLES[kind] ?? (isNoisy ? 'SGD' : 'Gradient descent');
}

/** The schemas of the optimizers that a racer may have. */
export function optimizerSchemas(root: Schema): { kind: string; schema: Schema }[] {
  return kinds(field(resolve({ $ref: '#/$defs/Racer' }, root), 'optimizer', root), root);
}

/** An optimizer with its defaults; nothing where the schema has none of that kind. */
export function defaultOptimizer(kind: string, root: Schema): object {
  const member = optimizerSchemas(root).find((each) => each.kind === kind);
  return member === undefined ? {} : (initial(member.schema, root) as object);
}

/** What the server is asked to run; null where nobody takes part. */
export function raceOf(setup: LabSetup): Race | null {
  const racers = setup.racers
    .filter(({ on }) => on)
    .map((racer) => ({ optimizer: racer.optimizer, name: racerName(racer, setup.noise) }));
  if (racers.length === 0) return null;
  const { surface, start, steps, seed, noise } = setup;
  return { surface, racers, start, steps, seed, noise };
}

/** The first color that nobody has. */
export function freeColor(racers: readonly LabRacer[]): number {
  const taken = new Set(racers.map(({ color }) => color));
  return Array.from({ length: MOST_RACERS }, (_, color) => color).find((color) => !taken.has(color)) ?? 0;
}

export function withRacer(setup: LabSetup, optimizer: Optimizer, name = '', after?: number): LabSetup {
  if (setup.racers.length >= MOST_RACERS) return setup;
  const racer = { optimizer, name, on: true, color: freeColor(setup.racers) };
  return { ...setup, racers: setup.racers.toSpliced((after ?? setup.racers.length - 1) + 1, 0, racer) };
}

export function withoutRacer(setup: LabSetup, index: number): LabSetup {
  return { ...setup, racers: setup.racers.toSpliced(index, 1) };
}

/** The part of the plane that is shown. */
export function domainOf(setup: LabSetup, entries: readonly SurfaceEntry[]): Domain {
  if (setup.domain !== null) return setup.domain;
  if (setup.surface.kind === 'expression') return setup.surface.domain;
  const own = entryOf(setup.surface, entries)?.domain;
  return own ?? { x: [-10, 10], y: [-10, 10] };
}

export function entryOf(surface: Surface, entries: readonly SurfaceEntry[]): SurfaceEntry | null {
  return entries.find((entry) => entry.surface.kind === surface.kind) ?? null;
}

export function toleranceOf(setup: LabSetup, domain: Domain): number {
  return setup.tolerance ?? roundUp(0.01 * Math.min(domain.x[1] - domain.x[0], domain.y[1] - domain.y[0]));
}

/**
 * A set-up out of a link: what it lacks is filled in; null where it is none.
 *
 * @param race The schema of a race, which `root` holds the parts of.
 */
export function readSetup(
  found: unknown,
  entries: readonly SurfaceEntry[],
  race: Schema,
  root: Schema,
): LabSetup | null {
  if (!isObject(found) || !isObject(found['surface']) || !isList(found['racers'])) return null;
  const kind = found['surface']['kind'];
  const entry = entries.find(({ surface }) => surface.kind === kind);
  if (entry === undefined) return null;
  const part = (name: string, value: unknown) => complete(value, field(race, name, root), root);
  const racers = found['racers'].slice(0, MOST_RACERS).flatMap((racer, place) => {
    if (!isObject(racer) || !isObject(racer['optimizer'])) return [];
    const optimizer = part('racers', [{ optimizer: racer['optimizer'], name: '' }]);
    const [whole] = optimizer as readonly { optimizer: Optimizer }[];
    const { name, on, color } = racer;
    return [
      {
        optimizer: whole?.optimizer as Optimizer,
        name: typeof name === 'string' ? name.slice(0, 40) : '',
        on: on !== false,
        color: typeof color === 'number' && color >= 0 ? Math.floor(color) % MOST_RACERS : place,
      },
    ];
  });
  const suggestion = setupOf(entry);
  const { domain, start, steps, seed, noise, tolerance } = found;
  return {
    surface: part('surface', found['surface']) as Surface,
    domain:
      isObject(domain) && isPair(domain['x']) && isPair(domain['y'])
        ? { x: domain['x'], y: domain['y'] }
        : null,
    racers,
    start: isPair(start) ? start : suggestion.start,
    steps: typeof steps === 'number' ? steps : suggestion.steps,
    seed: typeof seed === 'number' ? seed : suggestion.seed,
    noise: isObject(noise) ? (part('noise', noise) as Noise) : suggestion.noise,
    tolerance: typeof tolerance === 'number' && tolerance > 0 ? tolerance : null,
  };
}

function isPair(value: unknown): value is Point {
  return isList(value) && value.length === 2 && value.every((entry) => typeof entry === 'number');
}
