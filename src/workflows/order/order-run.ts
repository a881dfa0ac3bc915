/** One run of an order: the row as committed, the machine that follows it, and what the machine has done. */
import { ApplicationFailure, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import { createActor, type Actor } from 'xstate';
import type { Learnt } from '../../activities/order/fact-log.ts';
import type { Fact } from '../../domain/order/fact.ts';
import type { OrderMachine } from '../../domain/order/machine.ts';
import { provideActors, type OrderActors } from '../../domain/order/order-actors.ts';
import { orderStateOf, type OrderState } from '../../domain/order/order-state.ts';
import type { GrantedResolution } from '../../domain/order/resolve.ts';
import { isEnded, isOlder, type Trade } from '../../domain/order/trade.ts';
import { workflowClock } from '../runtime/workflow-clock.ts';
import { cancelling, checking, database, placing } from './activity-calls.ts';
import { orderMachine } from './order-machine.ts';
import { showInDetails, showInLists } from './visibility.ts';

/** A fact as its maker gives it; the run adds the key and the time. */
type Unkeyed<Kind> = Kind extends Fact ? Omit<Kind, 'key' | 'at'> : never;

export class OrderRun {
  readonly #scope: CancellationScope;
  #actor: Actor<OrderMachine> | null = null;
  #row: Trade | null = null;
  #looks = 0;
  #factCount = 0;
  #failure: unknown = null;
  #isCancelling = false;
  #isCancelledEarly = false;
  /** Two local activities at once can answer in another order in a replay (1.24.0), so they follow one another. */
  #lastStep: Promise<unknown> = Promise.resolve();
  #lastCommand: Promise<unknown> = Promise.resolve();
  #pendingSteps = 0;

  /** Everything the run does happens in `scope`, which a cancellation of the workflow does not reach. */
  constructor(scope: CancellationScope) {
    this.#scope = scope;
  }

  /** Starts the machine where the row is. `looks` of the immediate check are made already. */
  start({ trade, looks }: { trade: Trade; looks: number }): void {
    this.#looks = looks;
    this.#row = trade;
    showInLists(trade, null);
    showInDetails(this.state);
    if (isEnded(trade.status)) return;
    this.#startMachine(trade);
  }

  /** A cancel that came before the first step: nothing may be posted then. */
  noteCancel(): void {
    this.#isCancelledEarly ||= !this.isStarted;
  }

  get isCancelledEarly(): boolean {
    return this.#isCancelledEarly;
  }

  get isStarted(): boolean {
    return this.#row !== null;
  }

  /** The trade as last committed. */
  get row(): Trade {
    if (this.#row === null)
      throw ApplicationFailure.nonRetryable('the intent is not committed yet; ask again', 'NotRecordedYet');
    return this.#row;
  }

  get state(): OrderState {
    return orderStateOf(this.row);
  }

  get hasEnded(): boolean {
    return this.#row !== null && isEnded(this.#row.status) && this.#pendingSteps === 0;
  }

  /** True when this run can end without losing anything, another starting from the row. */
  get isResumable(): boolean {
    const isMonitored = this.#row?.status === 'pending' || this.#row?.status === 'stale';
    return isMonitored && this.#pendingSteps === 0 && !this.#isCancelling;
  }

  /** Applies what was learnt elsewhere, under its own key. Answers the row as it is then. */
  apply(fact: Fact): Promise<Trade> {
    return this.#step(async () => {
      const { clientOrderId } = this.row;
      return this.#follow(await database.applyFact({ clientOrderId, fact }));
    });
  }

  /** Applies what this run learns or is asked. The run's id keeps it apart from a second run or a reset. */
  learn(fact: Unkeyed<Fact>, at: string = new Date().toISOString()): Promise<Trade> {
    this.#factCount += 1;
    const key = `${workflowInfo().runId}/${this.#factCount}`;
    return this.apply({ ...fact, key, at });
  }

  /** The last resolution by an operator that was granted. */
  findResolution(): Promise<GrantedResolution | null> {
    const { clientOrderId } = this.row;
    return this.#step(() => database.findResolution({ clientOrderId }));
  }

  /** One command after the other: two manual syncs never mix their before and after. */
  enqueue<Result>(command: () => Promise<Result>): Promise<Result> {
    const result = this.#lastCommand.then(command);
    this.#lastCommand = result.catch(() => undefined);
    return result;
  }

  /**
   * Waits for `isDone`. A failed machine is a defect of ours: a plain error fails the workflow task, not the order, so
   * that mended code takes it up where it was.
   */
  async until(isDone: () => boolean): Promise<void> {
    await condition(() => this.#failure !== null || isDone());
    if (this.#failure !== null) throw new Error(`the order's machine failed: ${String(this.#failure)}`);
  }

  stop(): void {
    this.#actor?.stop();
  }

  #startMachine(row: Trade): void {
    // The machine has one timer.
    const clock = workflowClock(this.#scope, 'The monitoring window: an order that has not ended by then is stale');
    const actor = createActor(orderMachine(), { input: { row }, clock });
    provideActors(actor, this.#actors());
    // An error that nobody observes vanishes without a trace in the sandbox.
    actor.subscribe({ error: (error) => (this.#failure = error) });
    this.#actor = actor;
    actor.start();
  }

  #actors(): OrderActors {
    const activity =
      (run: (row: Trade) => Promise<Learnt>) =>
      async (row: Trade, left: AbortSignal): Promise<Trade> => {
        // Leaving a state aborts the signal and nothing else (XState), so the activity gets a scope that follows it.
        const scope = new CancellationScope({ cancellable: true, parent: this.#scope });
        left.addEventListener('abort', () => scope.cancel());
        return this.#follow((await scope.run(() => run(row))).trade);
      };
    return {
      place: activity(async ({ clientOrderId }) => {
        const posted = await placing.placeOrder({ clientOrderId });
        this.#looks = posted.looks;
        return posted;
      }),
      check: activity((trade) => checking.checkOrder({ trade, looks: this.#looks })),
      cancel: (row) => this.#cancel(row),
      closeWindow: () => this.learn({ type: 'window-closed' }),
    };
  }

  /** An order that ends meanwhile does not call it off: what the exchange answered is recorded. */
  async #cancel(row: Trade): Promise<Trade> {
    this.#isCancelling = true;
    try {
      return this.#follow((await this.#scope.run(() => cancelling.cancelOrder(row))).trade);
    } finally {
      this.#isCancelling = false;
    }
  }

  /** Shows the row and has the machine follow it, unless a newer one is known. Answers the newest. */
  #follow(row: Trade): Trade {
    const before = this.row;
    if (isOlder(row, before)) return before;
    this.#row = row;
    showInLists(row, before);
    showInDetails(this.state);
    if (this.#actor === null && !isEnded(row.status)) this.#startMachine(row);
    else this.#actor?.send({ type: 'ROW', row });
    return row;
  }

  #step<Result>(step: () => Promise<Result>): Promise<Result> {
    this.#pendingSteps += 1;
    const result = this.#lastStep.then(() => this.#scope.run(step)).finally(() => (this.#pendingSteps -= 1));
    this.#lastStep = result.catch(() => undefined);
    return result;
  }
}
