/** Keeps the transparency log: appends what was committed, signs its head, and publishes one every hour where no database owner reaches it. */
import { messageOf } from '../domain/message-of.ts';
import { growTree } from '../audit/log/grow-tree.ts';
import { DatabaseUnavailableError } from '../ports/trade-store-error.ts';
import type { Alerts } from '../ports/alerts.ts';
import { type LogProblem, type LogState, type TransparencyLog } from '../ports/transparency-log.ts';
import type { Logger } from '../process/log.ts';
import { LogHeads, type LogFiles } from './log-heads.ts';
import { repeat } from './repeat.ts';

export interface LogKeeperOptions {
  log: TransparencyLog;
  files: LogFiles;
  alerts: Pick<Alerts, 'reportLog' | 'publishHead'>;
  logger: Logger;
  /** Default 3,600. */
  publishEverySeconds?: number;
  /** A row that waits longer for its leaf is reported. Default 60. */
  lateAfterSeconds?: number;
}

const LOOK_EVERY_MS = 1_000;
/** Small enough to hold nothing else up: a leaf takes 0.09 ms of this process's time, its statements included. */
const BATCH = 500;
const SIGN_AGAIN_AFTER_MS = 30_000;

export class LogKeeper {
  readonly #options: Required<LogKeeperOptions>;
  readonly #heads: LogHeads;
  readonly #state: { size: number | null; waitingSeconds: number | null; problems: Record<LogProblem, string | null> } =
    {
      size: null,
      waitingSeconds: null,
      problems: { behind: null, contradiction: null, unsigned: null },
    };
  #signed: { size: number | null; atMs: number } = { size: null, atMs: -Infinity };
  #stop: () => Promise<void> = () => Promise.resolve();

  constructor(options: LogKeeperOptions) {
    this.#options = { publishEverySeconds: 3_600, lateAfterSeconds: 60, ...options };
    this.#heads = new LogHeads(options.log, options.files);
  }

  get state(): LogState {
    return this.#state;
  }

  start(): void {
    this.#stop = repeat({ pauseMs: LOOK_EVERY_MS }, async (stop) => {
      const behind = await this.#append(stop);
      if (behind !== 'unknown') this.#report('behind', behind);
      if (behind === null && this.#isToBeSigned()) await this.#sign();
    });
  }

  async stop(): Promise<void> {
    await this.#stop();
  }

  /** Until nothing is left to append now. Answers why rows wait longer than they should. */
  async #append(stop: AbortSignal): Promise<string | null> {
    const { log, logger, lateAfterSeconds } = this.#options;
    try {
      for (let count = BATCH; count === BATCH && !stop.aborted;) {
        count = (await log.append(BATCH, growTree))?.appended ?? 0;
      }
      const waitingSeconds = await log.waitingSeconds();
      const { size } = await log.tree();
      Object.assign(this.#state, { waitingSeconds, size });
      return waitingSeconds > lateAfterSeconds ? `a row has waited ${Math.round(waitingSeconds)} s for its leaf` : null;
    } catch (error) {
      logger.warn('could not append to the transparency log; trying again', { error });
      return error instanceof DatabaseUnavailableError ? 'unknown' : messageOf(error);
    }
  }

  /** A head that is still the newest is looked at again now and then: by then somebody may have changed the tree. */
  #isToBeSigned(): boolean {
    const isNew = this.#state.size !== this.#signed.size;
    return isNew || performance.now() - this.#signed.atMs >= SIGN_AGAIN_AFTER_MS;
  }

  async #sign(): Promise<void> {
    const { alerts, logger, publishEverySeconds } = this.#options;
    try {
      const { contradiction, unsigned } = await this.#heads.sign();
      this.#report('contradiction', contradiction);
      this.#report('unsigned', unsigned);
      if (contradiction !== null || unsigned !== null) return;
      this.#signed = { size: this.#state.size, atMs: performance.now() };
      const toPost = await this.#heads.publish(publishEverySeconds);
      if (toPost !== null) alerts.publishHead(toPost);
    } catch (error) {
      logger.warn('could not sign or publish the head of the transparency log; trying again', { error });
    }
  }

  #report(problem: LogProblem, detail: string | null): void {
    const before = this.#state.problems[problem];
    this.#state.problems[problem] = detail;
    if (detail !== null) this.#options.alerts.reportLog({ problem, stage: 'found', detail });
    else if (before !== null) this.#options.alerts.reportLog({ problem, stage: 'resolved', detail: before });
  }
}
