/** Keeps an exchange's state in a file: read at the start, written while it runs and when it closes. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Clock } from './core/clock.ts';
import type { Exchange } from './core/exchange.ts';
import type { Ledger } from './core/ledger.ts';
import { restoreSnapshot, takeSnapshot } from './core/snapshot.ts';

/** Up to this much is lost when the process is killed. */
const WRITE_INTERVAL_MS = 1000;

export class StateFile {
  readonly #path: string;
  readonly #exchange: Exchange;
  readonly #ledger: Ledger;
  #writtenRevision = 0;
  #writing: Promise<void> | null = null;

  constructor(path: string, exchange: Exchange, ledger: Ledger) {
    this.#path = path;
    this.#exchange = exchange;
    this.#ledger = ledger;
  }

  /** Does nothing if there is no file yet. Throws an error that names the file and what to do. */
  async restore(): Promise<void> {
    try {
      const text = await this.#read();
      if (text !== null) restoreSnapshot(JSON.parse(text), this.#exchange, this.#ledger);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `The simulated exchange cannot go on from ${this.#path}: ${reason}. Delete the file; the exchange then starts without any order.`,
        { cause: error },
      );
    }
    this.#writtenRevision = this.#revision();
  }

  /** Writes about once a second if something has changed. A failure is ignored, because the next write follows soon; `save` reports it in the end. */
  keep(clock: Clock): void {
    clock.every(WRITE_INTERVAL_MS, () => {
      if (this.#writing !== null || this.#revision() === this.#writtenRevision) return;
      this.#writing = this.#write()
        .catch(() => {})
        .finally(() => {
          this.#writing = null;
        });
    });
  }

  /** Writes once more, even if nothing has changed. Throws if it cannot. */
  async save(): Promise<void> {
    await this.#writing;
    await this.#write();
  }

  /** Writes a temporary file and renames it, so that readers never see a partial file. */
  async #write(): Promise<void> {
    const revision = this.#revision();
    const text = JSON.stringify(takeSnapshot(this.#exchange, this.#ledger));
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(`${this.#path}.new`, text);
    await rename(`${this.#path}.new`, this.#path);
    this.#writtenRevision = revision;
  }

  async #read(): Promise<string | null> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  #revision(): number {
    return this.#exchange.revision + this.#ledger.revision;
  }
}
