/** Commands to the open run, one after the other. */

import type { Change, RunCommand } from '../protocol/messages';
import { type Acknowledged, api, sentenceOf } from './api';
import type { Stores } from './stores';

export class Commands {
  private queue: Promise<unknown> = Promise.resolve();
  /** Interventions that are not acknowledged yet. */
  private applying = 0;

  constructor(private readonly stores: Stores) {}

  /** Send a command after those before it; null where it was not carried out. */
  send(command: RunCommand): Promise<Acknowledged | null> {
    const { run } = this.stores.now;
    if (run === null) return Promise.resolve(null);
    const sent = this.queue.then(async () => {
      try {
        return await api.command(run, command);
      } catch (error) {
        if (this.stores.now.run === run) {
          this.stores.set({ wantsTraining: false });
          this.stores.notify(sentenceOf(error), 'error');
        }
        return null;
      }
    });
    this.queue = sent;
    return sent;
  }

  /** Change the training from its next step on. */
  async intervene(changes: readonly Change[]): Promise<Acknowledged | null> {
    this.applying += 1;
    this.stores.set({ applying: true });
    const done = await this.send({ kind: 'intervene', changes });
    this.applying -= 1;
    this.stores.set({ applying: this.applying > 0 });
    return done;
  }

  /** When all commands so far are answered. */
  async settled(): Promise<void> {
    await this.queue;
  }
}
