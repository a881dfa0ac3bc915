/** One run of an order: the row as committed, the machine that follows it, and what the machine has done. */
import { ApplicationFailure, condition, workflowInfo, type CancellationScope } from '@temporalio/workflow';
import type { Fact } from '../../domain/order/fact.ts';
import { orderStateOf, type OrderState } from '../../domain/order/order-state.ts';
import type { GrantedResolution } from '../../domain/order/resolve.ts';
import { isEnded, isOlder, type Trade } from '../../domain/order/trade.ts';
import { Sequence } from '../runtime/sequence.ts';
import { database } from './activity-calls.ts';
import { RunningMachine } from './running-machine.ts';
import { showInDetails, showInLists } from './visibility.ts';

/** A fact as its maker gives it; the run adds the key and the time. */
type Unkeyed<Kind> = Kind extends Fact ? Omit<Kind, 'key' | 'at'> : never;

export class OrderRun {
  readonly #scope: CancellationScope;
  #machine: RunningMachine | null = null;
  #row: Trade | null = null;
  #looks = 0;
  #factCount = 0;
  #failure: unknown = null;
  #isCancelledEarly = false;
  /** Two local activities at once can answer in another order in a replay (1.24.0), so they follow one another. */
  readonly #steps = new Sequence();
  readonly #commands = new Sequence();

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
    return this.#row !== null && isEnded(this.#row.status) && this.#steps.isIdle;
  }

  /** True when this run can end without losing anything, another starting from the row. */
  get isResumable(): boolean {
    const isMonitored = this.#row?.status === 'pending' || this.#row?.status === 'stale';
    return isMonitored && this.#steps.isIdle && this.#machine?.isCancelling !== true;
  }

  /** Applies what was learnt elsewhere, under its own key. Answers the row as it is then. */
  apply(fact: Fact): Promise<Trade> {
    return this.#step(async () => {
      const { clientOrderId } = this.row;
      return this.#follow(await database.applyFact({ clientOrderId, fact }));
    });
  }

  /**
   * Applies what this run learns or is asked. The run's id keeps it apart from a second run or a reset. After a restore of
   * Temporal from a backup the run learns other things by the same count: its kind, and of a look its time, tells them apart.
   */
  learn(fact: Unkeyed<Fact>, at: string = new Date().toISOString()): Promise<Trade> {
    this.#factCount += 1;
    const what = fact.type === 'observed' ? `${fact.type}/${at}` : fact.type;
    const key = `${workflowInfo().runId}/${this.#factCount}/${what}`;
    return this.apply({ ...fact, key, at });
  }

  /** Takes the row as it is now: the feed commits an end before this run learns of it. */
  async refresh(): Promise<void> {
    const { clientOrderId } = this.row;
    await this.#step(async () => {
      const row = await database.readOrder({ clientOrderId });
      if (row !== null) this.#follow(row);
    });
  }

  /** The last resolution by an operator that was granted. */
  findResolution(): Promise<GrantedResolution | null> {
    const { clientOrderId } = this.row;
    return this.#step(() => database.findResolution({ clientOrderId }));
  }

  /** One command after the other: two manual syncs never mix their before and after. */
  enqueue<Result>(command: () => Promise<Result>): Promise<Result> {
    return this.#commands.add(command);
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
    this.#machine?.stop();
  }

  #startMachine(row: Trade): void {
    this.#machine = new RunningMachine(row, this.#looks, this.#scope, {
      follow: (committed) => this.#follow(committed),
      closeWindow: () => this.learn({ type: 'window-closed' }),
      fail: (error) => (this.#failure = error),
    });
    this.#machine.start();
  }

  /** Shows the row and has the machine follow it, unless a newer one is known. Answers the newest. */
  #follow(row: Trade): Trade {
    const before = this.row;
    if (isOlder(row, before)) return before;
    this.#row = row;
    showInLists(row, before);
    showInDetails(this.state);
    if (this.#machine === null && !isEnded(row.status)) this.#startMachine(row);
    else this.#machine?.send(row);
    return row;
  }

  #step<Result>(step: () => Promise<Result>): Promise<Result> {
    return this.#steps.add(() => this.#scope.run(step));
  }
}
