/**
 * Commits an order's changes one after the other, in the order in which they were decided. Whatever else is asked of the
 * database waits in the same queue: two local activities at once can answer in another order in a replay (1.24.0).
 */
import { condition, workflowInfo, type CancellationScope } from '@temporalio/workflow';
import type { PendingChange } from '../../domain/order/order-context.ts';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { database } from './activity-calls.ts';

export class Recorder {
  readonly #queue: (() => Promise<void>)[] = [];
  readonly #scope: CancellationScope;
  readonly #onCommitted: (row: Trade, isLast: boolean) => void;
  #busy = false;

  /** Commits in `scope`, whatever scope a change was decided in; `onCommitted` hears the row after each commit, and whether it was the last waiting. */
  constructor(scope: CancellationScope, onCommitted: (row: Trade, isLast: boolean) => void) {
    this.#scope = scope;
    this.#onCommitted = onCommitted;
  }

  add(change: PendingChange): void {
    this.#enqueue(async () => {
      const row = await database.commitChange(asCommit(change));
      this.#onCommitted(row, this.#queue.length === 0);
    });
  }

  /** Takes a step of its own in the queue; answers what the step answers. */
  inTurn<Answer>(step: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve) => {
      this.#enqueue(async () => resolve(await step()));
    });
  }

  get idle(): boolean {
    return !this.#busy;
  }

  async drained(): Promise<void> {
    await condition(() => this.idle);
  }

  #enqueue(step: () => Promise<void>): void {
    this.#queue.push(step);
    if (!this.#busy) void this.#scope.run(() => this.#drain());
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    for (let step = this.#queue.shift(); step !== undefined; step = this.#queue.shift()) await step();
    this.#busy = false;
  }
}

function asCommit({ number, alert, ...change }: PendingChange): Parameters<typeof database.commitChange>[0] {
  // The run's id keeps the changes of a second life or a reset apart from those of the first.
  const { key = `${workflowInfo().runId}/${number}` } = change;
  return { change: { ...change, key, state: stateOf(change.trade) }, alert };
}
