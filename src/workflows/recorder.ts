/** Commits an order's changes one after the other, in the order in which they were decided. */
import { condition, workflowInfo, type CancellationScope } from '@temporalio/workflow';
import type { PendingChange } from '../order/order-context.ts';
import { stateOf, type Trade } from '../order/trade.ts';
import { database } from './activity-calls.ts';

export class Recorder {
  readonly #queue: PendingChange[] = [];
  readonly #scope: CancellationScope;
  readonly #onCommitted: (row: Trade, isLast: boolean) => void;
  #busy = false;

  /** Commits in `scope`, whatever scope a change was decided in; `onCommitted` hears the row after each commit, and whether it was the last waiting. */
  constructor(scope: CancellationScope, onCommitted: (row: Trade, isLast: boolean) => void) {
    this.#scope = scope;
    this.#onCommitted = onCommitted;
  }

  add(change: PendingChange): void {
    this.#queue.push(change);
    if (!this.#busy) void this.#scope.run(() => this.#drain());
  }

  get idle(): boolean {
    return !this.#busy;
  }

  async drained(): Promise<void> {
    await condition(() => this.idle);
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    for (let change = this.#queue.shift(); change !== undefined; change = this.#queue.shift()) {
      const row = await database.commitChange(asCommit(change));
      this.#onCommitted(row, this.#queue.length === 0);
    }
    this.#busy = false;
  }
}

function asCommit({ number, alert, ...change }: PendingChange): Parameters<typeof database.commitChange>[0] {
  // The run's id keeps the changes of a second life or a reset apart from those of the first.
  const key = `${workflowInfo().runId}/${number}`;
  return { change: { ...change, key, state: stateOf(change.trade) }, alert };
}
