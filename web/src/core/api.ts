/** The server's REST interface. Every refusal becomes a `Problem` that says rule, place and remedy. */

import type {
  AdviceResult,
  CheckResult,
  CollectionEntry,
  CollectionName,
  Data,
  DatasetPreview,
  Evaluation,
  Health,
  ImagesAdded,
  Intervention,
  LookRequest,
  OwnImagesEntry,
  PredictResult,
  PresetEntry,
  ProblemPart,
  RunCommand,
  RunCreated,
  RunDetails,
  RunEntry,
  SamplePage,
  SamplesRequest,
  Schemas,
  Spec,
  Storage,
  TableAdded,
  TableEntry,
} from '../protocol/messages';
import { isObject } from './json';

export type ImageColor = 'auto' | 'grayscale' | 'rgb';

/** That a command was carried out, and after how many updates it takes effect. */
export interface Acknowledged {
  readonly step: number;
  readonly intervention: Intervention | null;
}

/** A refusal of the server, or no answer at all (`status` 0). */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly place = '',
    readonly remedy = '',
    /** The class of the error. */
    readonly kind = '',
  ) {
    super(message);
  }

  /** The sentence and what to do about it. */
  get sentence(): string {
    return problemSentence({ kind: '', message: this.message, place: this.place, remedy: this.remedy });
  }
}

export function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.sentence;
  return error instanceof Error ? error.message : String(error);
}

/** A place in a table is part of the sentence; fields and layers show their problems themselves. */
const TABLE_PLACE = /^(row|column|line|cell)\b/i;

/** Place, rule and remedy as one text. */
export function problemSentence({ message, place, remedy }: ProblemPart): string {
  const where = TABLE_PLACE.test(place) ? `${place}: ` : '';
  return `${where}${message}${remedy ? ` ${remedy}` : ''}`.replaceAll('`', '');
}

async function ask<T>(
  method: string,
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<T> {
  const response = await send(method, path, body, signal);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<Response> {
  const isBytes = body instanceof Blob;
  try {
    return await fetch(`api/${path}`, {
      method,
      signal,
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
      headers: body === undefined || isBytes ? {} : { 'content-type': 'application/json' },
    });
  } catch {
    throw new Problem('The netlapse server does not answer.', 0, '', 'Is it still running?');
  }
}

async function refusal(response: Response): Promise<Problem> {
  const answer: unknown = await response.json().catch(() => null);
  if (isObject(answer) && typeof answer['message'] === 'string') {
    const { message, place, remedy, kind } = answer;
    return new Problem(
      message,
      response.status,
      typeof place === 'string' ? place : '',
      typeof remedy === 'string' ? remedy : '',
      typeof kind === 'string' ? kind : '',
    );
  }
  return new Problem(`The server answered ${response.status} ${response.statusText}.`, response.status);
}

const run = (id: string) => `runs/${encodeURIComponent(id)}`;

export const api = {
  health: () => ask<Health>('GET', 'health'),
  schema: () => ask<Schemas>('GET', 'schema'),
  presets: () => ask<PresetEntry[]>('GET', 'presets'),
  check: (spec: unknown) => ask<CheckResult>('POST', 'check', { spec }),
  /** What could stand after a layer (null: where the network grows), and what the architecture is worth. */
  advice: (spec: Spec, after: string | null) => ask<AdviceResult>('POST', 'advice', { spec, after }),
  dataset: (data: Data) => ask<DatasetPreview>('POST', 'dataset', { data }),
  samples: (request: SamplesRequest) => ask<SamplePage>('POST', 'data/samples', request),
  collections: () => ask<CollectionEntry[]>('GET', 'collections'),
  fetchCollection: (name: CollectionName) => ask<CollectionEntry>('POST', `collections/${name}/fetch`),
  cancelFetch: (name: CollectionName) => ask<CollectionEntry>('DELETE', `collections/${name}/fetch`),
  images: () => ask<OwnImagesEntry[]>('GET', 'images'),
  imagesOf: (id: string) => ask<OwnImagesEntry>('GET', `images/${encodeURIComponent(id)}`),
  /** Read an archive of images and keep them, scaled to a size (0: as they are). */
  addImages: (name: string, content: Blob, size: number, color: ImageColor) =>
    ask<ImagesAdded>(
      'POST',
      `images?name=${encodeURIComponent(name)}&color=${color}${size ? `&size=${size}` : ''}`,
      content,
    ),
  deleteImages: (id: string) => ask<unknown>('DELETE', `images/${encodeURIComponent(id)}`),
  tables: () => ask<TableEntry[]>('GET', 'tables'),
  table: (id: string) => ask<TableAdded>('GET', `tables/${encodeURIComponent(id)}`),
  addTable: (name: string, content: Blob) =>
    ask<TableAdded>('POST', `tables?name=${encodeURIComponent(name)}`, content),
  deleteTable: (id: string) => ask<unknown>('DELETE', `tables/${encodeURIComponent(id)}`),
  createRun: (spec: Spec, confirmed: boolean, signal: AbortSignal) =>
    ask<RunCreated>('POST', 'runs', { spec, confirmed }, signal),
  runs: () => ask<RunEntry[]>('GET', 'runs'),
  run: (id: string) => ask<RunDetails>('GET', run(id)),
  deleteRun: (id: string) => ask<unknown>('DELETE', run(id)),
  command: (id: string, command: RunCommand) => ask<Acknowledged>('POST', `${run(id)}/commands`, command),
  resume: (id: string) => ask<unknown>('POST', `${run(id)}/resume`),
  predict: (id: string, rows: readonly (readonly number[])[], layers: boolean) =>
    ask<PredictResult>('POST', `${run(id)}/predict`, { rows, layers }),
  evaluation: (id: string) => ask<Evaluation>('GET', `${run(id)}/evaluation`),
  /** The trained weights, as a safetensors file. */
  weights: async (id: string): Promise<Blob> => {
    const response = await fetch(`api/${run(id)}/weights`);
    if (!response.ok) throw await refusal(response);
    return response.blob();
  },
  /** The answer to a question about images, as a frame with a `Reply`. */
  look: async (id: string, body: LookRequest): Promise<ArrayBuffer> => {
    const response = await send('POST', `${run(id)}/looks`, body);
    if (!response.ok) throw await refusal(response);
    return response.arrayBuffer();
  },
  storage: () => ask<Storage>('GET', 'storage'),
  quit: () => ask<unknown>('POST', 'quit'),
};
