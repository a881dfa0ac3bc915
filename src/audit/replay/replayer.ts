/** Replays histories one after the other with one worker of Temporal's SDK, which costs far more than a replay to set up. */
import { messageOf } from '../../domain/message-of.ts';
import { isRecord } from '../../domain/field-error.ts';
import { Worker, type ReplayResult } from '@temporalio/worker';
import { AUDIT_SWITCH } from '../../workflows/runtime/audit-interceptor.ts';
import { findingSinks, noFindings, type Replay } from './replayed-run.ts';

export class Replayer {
  readonly #code: string;
  #results: AsyncIterator<ReplayResult> | null = null;
  #next: { workflowId: string; history: object } | null = null;
  #findings = noFindings();

  /** @param code - The workflows' bundle, as a worker runs it. */
  constructor(code: string) {
    this.#code = `globalThis.${AUDIT_SWITCH} = true; ${code}`;
  }

  /** One at a time. `history` is Temporal's JSON, parsed. */
  async replay(workflowId: string, history: unknown): Promise<Replay> {
    if (!isHistory(history)) return { ...noFindings(), error: 'it is not a history as Temporal writes them' };
    this.#findings = noFindings();
    this.#next = { workflowId, history };
    this.#results ??= this.#start();
    try {
      const { value } = await this.#results.next();
      return { ...this.#findings, error: (value as ReplayResult).error?.message ?? null };
    } catch (error) {
      // A history that cannot even be read ends the worker.
      this.#results = null;
      return { ...this.#findings, error: messageOf(error) };
    }
  }

  async close(): Promise<void> {
    await this.#results?.return?.();
  }

  #start(): AsyncIterator<ReplayResult> {
    const options = {
      workflowBundle: { code: this.#code },
      sinks: findingSinks(() => this.#findings),
      // In this thread, which has nothing else to do: sinks and activations need not cross to another.
      debugMode: true,
    };
    return Worker.runReplayHistories(options, this.#histories());
  }

  /** The SDK asks for the next history when the next result is asked for. */
  *#histories(): Iterable<{ workflowId: string; history: object }> {
    for (; this.#next !== null;) yield this.#next;
  }
}

function isHistory(value: unknown): value is object {
  return isRecord(value) && Array.isArray(value['events']) && isRecord(value['events'][0]);
}
