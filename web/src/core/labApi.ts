/** What the lab asks the server for: surfaces, grids of values, races. */

import { decodeFrame, type Values } from '../protocol/frames';
import type { Domain, GridPart, Race, RacePart, Reply, SurfaceEntry } from '../protocol/messages';
import { api, ask, askBytes } from './api';
import type { Surface } from './labSetup';
import { isObject } from './json';
import type { Schema } from './schema';

/** A surface on a grid: row 0 at the least y. */
export interface Grid {
  readonly part: GridPart;
  /** NaN or infinite where the function is not finite [rows · columns]. */
  readonly values: Values;
}

/** A race that was run: of R racers the entries 0 (the start) to `steps`, NaN behind a path's end. */
export interface RaceRun {
  readonly part: RacePart;
  readonly race: Race;
  /** x, y, f [R, steps + 1, 3]. */
  readonly path: Values;
  /** [R, steps + 1] each. */
  readonly gradientNorm: Values;
  readonly stepLength: Values;
  /** To the nearest minimum; NaN where there is none. */
  readonly distance: Values;
}

/** Rows and columns of a grid: a cell is about three pixels of a plot. */
const SIZE = 161;

export interface LabDocuments {
  readonly entries: readonly SurfaceEntry[];
  /** The schema of a race and of what it is made of. */
  readonly schema: Schema;
}

export async function askDocuments(): Promise<LabDocuments> {
  const [schemas, entries] = await Promise.all([api.schema(), ask<SurfaceEntry[]>('GET', 'lab/surfaces')]);
  return { entries, schema: schemaOf(schemas.openapi) };
}

/** The parts of the interface's description, with the references of a schema of its own. */
function schemaOf(openapi: unknown): Schema {
  const components = isObject(openapi) && isObject(openapi['components']) ? openapi['components'] : {};
  const text = JSON.stringify(components['schemas'] ?? {}).replaceAll('#/components/schemas/', '#/$defs/');
  return { $defs: JSON.parse(text) as Readonly<Record<string, Schema>> };
}

export async function askGrid(surface: Surface, domain: Domain | null, signal?: AbortSignal): Promise<Grid> {
  const { values, arrays } = await reply('lab/grid', { surface, domain, size: SIZE }, signal);
  return { part: values['grid'] as GridPart, values: arrays.get('values')?.data ?? new Float32Array() };
}

export async function askRace(race: Race, signal: AbortSignal): Promise<RaceRun> {
  const { values, arrays } = await reply('lab/race', { race }, signal);
  const array = (name: string) => arrays.get(name)?.data ?? new Float64Array();
  return {
    part: values['race'] as RacePart,
    race,
    path: array('path'),
    gradientNorm: array('gradient_norm'),
    stepLength: array('step_length'),
    distance: array('distance'),
  };
}

async function reply(path: string, body: object, signal: AbortSignal | null = null) {
  const { message, arrays } = decodeFrame(await askBytes('POST', path, body, signal));
  return { values: (message as unknown as Reply).values, arrays };
}
