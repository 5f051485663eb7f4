/** The server's REST interface. Every refusal becomes a `Problem` that says rule, place and remedy. */

import type {
  AdviceResult,
  CheckResult,
  CollectionEntry,
  CollectionName,
  Data,
  DatasetPreview,
  Diagnosis,
  Evaluation,
  Health,
  ImagesAdded,
  Intervention,
  LookRequest,
  LossRange,
  OwnImagesEntry,
  PredictResult,
  PresetEntry,
  ProblemPart,
  RunCommand,
  RunCreated,
  RunDetails,
  RunEntry,
  RunSamplesRequest,
  RunVersion,
  SamplePage,
  SamplesRequest,
  Schemas,
  ShareCreated,
  SharedRun,
  ShareEntry,
  ShareRequest,
  Spec,
  Storage,
  TableAdded,
  TableEntry,
  Vitals,
  VitalsRange,
} from '../protocol/messages';
import { apiAddress, GUEST_SENTENCE, isRefused, linkToken } from './guest';
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

/** The JSON answer of a route. */
export async function ask<T>(
  method: string,
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<T> {
  const response = await send(method, path, body, signal);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

/** The answer of a route that answers with a frame. */
export async function askBytes(
  method: string,
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<ArrayBuffer> {
  const response = await send(method, path, body, signal);
  if (!response.ok) throw await refusal(response);
  return response.arrayBuffer();
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<Response> {
  if (isRefused(method, path)) throw new Problem(GUEST_SENTENCE, 401);
  const isBytes = body instanceof Blob;
  try {
    return await fetch(apiAddress(path), {
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
  if (response.status === 401 && linkToken() !== null) return new Problem(GUEST_SENTENCE, 401);
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
  /** `editedFrom` is the run whose spec was edited into this one. */
  createRun: (spec: Spec, confirmed: boolean, editedFrom: string | null, signal: AbortSignal) =>
    ask<RunCreated>('POST', 'runs', { spec, confirmed, edited_from: editedFrom }, signal),
  runs: () => ask<RunEntry[]>('GET', 'runs'),
  run: (id: string) => ask<RunDetails>('GET', run(id)),
  /** The spec of a run from each step on at which it was changed, the first at step 0. */
  versions: (id: string) => ask<RunVersion[]>('GET', `${run(id)}/versions`),
  /** A run that goes on from a past step of this one. */
  branch: (id: string, step: number) => ask<RunCreated>('POST', `${run(id)}/branch`, { step }),
  /** The losses of a range of steps in at most 1,024 columns. */
  losses: (id: string, first: number, last: number) =>
    ask<LossRange>('GET', `${run(id)}/losses?first_step=${first}&last_step=${last}`),
  /** The recorded vitals of a range of steps, at most so many. */
  vitals: (id: string, first: number, most: number) =>
    ask<VitalsRange>('GET', `${run(id)}/vitals?first_step=${first}&most=${most}`),
  /** The vitals of exactly this step, recorded or computed. */
  vitalsAt: (id: string, step: number) => ask<Vitals>('GET', `${run(id)}/vitals/${step}`),
  /** What the doctor says of a step; null for the last one that is recorded. */
  diagnosis: (id: string, at: number | null) =>
    ask<Diagnosis>('GET', `${run(id)}/diagnosis${at === null ? '' : `?at=${at}`}`),
  deleteRun: (id: string) => ask<unknown>('DELETE', run(id)),
  command: (id: string, command: RunCommand) => ask<Acknowledged>('POST', `${run(id)}/commands`, command),
  resume: (id: string) => ask<unknown>('POST', `${run(id)}/resume`),
  predict: (id: string, rows: readonly (readonly number[])[], layers: boolean, at: number | null) =>
    ask<PredictResult>('POST', `${run(id)}/predict`, { rows, layers, at }),
  evaluation: (id: string) => ask<Evaluation>('GET', `${run(id)}/evaluation`),
  /** The trained weights, as a safetensors file. */
  weights: async (id: string): Promise<Blob> => {
    const response = await fetch(apiAddress(`${run(id)}/weights`));
    if (!response.ok) throw await refusal(response);
    return response.blob();
  },
  /** The answer to a question about images, as a frame with a `Reply`. */
  look: (id: string, body: LookRequest, signal: AbortSignal | null = null) =>
    askBytes('POST', `${run(id)}/looks`, body, signal),
  /** The run of a link, with all that its page needs. */
  shared: async (token: string): Promise<SharedRun> => {
    const response = await fetch(apiAddress('shared'), { headers: { 'netlapse-link': token } });
    if (!response.ok) throw await refusal(response);
    return (await response.json()) as SharedRun;
  },
  /** Images of the data that a run learns from. */
  samplesOf: (id: string, request: RunSamplesRequest) =>
    ask<SamplePage>('POST', `${run(id)}/samples`, request),
  share: (id: string, request: ShareRequest) => ask<ShareCreated>('POST', `${run(id)}/shares`, request),
  shares: (id: string) => ask<ShareEntry[]>('GET', `${run(id)}/shares`),
  revokeShare: (id: string) => ask<unknown>('DELETE', `shares/${id}`),
  storage: () => ask<Storage>('GET', 'storage'),
  quit: () => ask<unknown>('POST', 'quit'),
};
