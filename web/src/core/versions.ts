/** How the spec of a run read at its steps. */

import type { RunVersion, Spec } from '../protocol/messages';
import { api } from './api';

interface Known {
  readonly run: string;
  readonly interventions: number;
  readonly all: Promise<readonly RunVersion[]>;
}

/** The version that a step was trained with: the last that began at it or before. */
export function specAt(versions: readonly RunVersion[], step: number): Spec | null {
  return versions.findLast((version) => version.step <= step)?.spec ?? null;
}

export class Versions {
  private known: Known | null = null;

  /** The spec at a step of a run that was changed so often; null where it is not known. */
  async at(run: string, interventions: number, step: number): Promise<Spec | null> {
    if (this.known?.run !== run || this.known.interventions !== interventions)
      this.known = { run, interventions, all: this.ofRun(run) };
    return specAt(await this.known.all, step);
  }

  /** Without those of the runs that were edited into it. */
  private async ofRun(run: string): Promise<readonly RunVersion[]> {
    const all = await api.versions(run).catch(() => []);
    return all.filter((version) => version.run === run);
  }
}
