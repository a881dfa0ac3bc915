/** One run of an order: the machine, its clock and activities, and the commits of what it decides. */
import { ApplicationFailure, condition, type CancellationScope } from '@temporalio/workflow';
import { createActor, type Actor } from 'xstate';
import type { OrderMachine } from '../../domain/order/machine.ts';
import { provideActors } from '../../domain/order/order-actors.ts';
import type { Edition } from '../../domain/order/edition.ts';
import type { OrderEvent, Requester, Unconfirmed, WatchInput, WatchOutcome } from '../../domain/order/order-context.ts';
import { orderStateOf } from '../../domain/order/order-state.ts';
import type { GrantedResolution } from '../../domain/order/resolve.ts';
import { isEnded, type OrderState, type Trade } from '../../domain/order/trade.ts';
import { database, fillsAtOnce } from './activity-calls.ts';
import { activityActors } from './order-actors.ts';
import { orderMachine } from './order-machine.ts';
import { Recorder } from './recorder.ts';
import { showInDetails, showInLists } from './visibility.ts';
import { workflowClock } from '../runtime/workflow-clock.ts';

export class OrderRun {
  readonly #recorder: Recorder;
  readonly #scope: CancellationScope;
  #actor: Actor<OrderMachine> | null = null;
  #row: Trade | null = null;
  #failure: unknown = null;
  #last: Promise<unknown> = Promise.resolve();
  /** By the placement's own answer, which tells the end before any workflow task. */
  #isReleased = false;
  #onLost: ((report: Unconfirmed) => void) | null = null;

  /** Everything the run does happens in `scope`, which a cancellation of the workflow does not reach. */
  constructor(scope: CancellationScope) {
    this.#scope = scope;
    this.#recorder = new Recorder(scope, (row, isLast) => (isLast ? this.takeRow(row) : this.#show(row)));
  }

  /**
   * Starts the machine where the row is. `resumed` when the row was there before this run; `byFeed` when the feed tells
   * what changes (runs that began before there was one go on with an activity of their own).
   */
  start(row: Trade, { resumed, byFeed, edition }: { resumed: boolean; byFeed: boolean; edition: Edition }): void {
    const clock = workflowClock(this.#scope);
    const actor = createActor(orderMachine(), { input: { trade: row, resumed, edition }, clock });
    const actors = activityActors({
      parent: this.#scope,
      recorded: () => this.#recorder.drained(),
      watch: byFeed ? (input) => this.#untilLost(input) : null,
      takeFills: async (input) =>
        edition >= 3 && this.#isReleased ? this.#recorder.inTurn(() => fillsAtOnce(input)) : null,
    });
    provideActors(actor, actors);
    // An error that nobody observes vanishes without a trace in the sandbox.
    actor.subscribe({ error: (error) => (this.#failure = error) });
    actor.on('CHANGED', ({ change }) => this.#recorder.add(change));
    actor.on('RECORDED', ({ fields }) => this.#takeRecorded(fields));
    this.#actor = actor;
    this.#show(row);
    actor.start();
  }

  get started(): boolean {
    return this.#row !== null;
  }

  /** The trade as last committed. */
  get row(): Trade {
    if (this.#row === null)
      throw ApplicationFailure.nonRetryable('the intent is not committed yet; ask again', 'NotRecordedYet');
    return this.#row;
  }

  /** The state as last committed. */
  get state(): OrderState {
    return orderStateOf(this.row, this.#actor?.getSnapshot().context);
  }

  send(event: OrderEvent): void {
    this.#actor?.send(event);
  }

  /** The feed has nothing to confirm the order by. */
  lose(report: Unconfirmed): void {
    this.#onLost?.(report);
  }

  /** Ends the trade if it was never attempted; answers the row as it is then. */
  withdraw(requester: Requester): Promise<Trade> {
    const { clientOrderId } = this.row;
    return this.#recorder.inTurn(() => database.withdrawTrade({ clientOrderId, requester }));
  }

  /** The last resolution by hand that was granted. */
  findResolution(): Promise<GrantedResolution | null> {
    const { clientOrderId } = this.row;
    return this.#recorder.inTurn(() => database.findResolution({ clientOrderId }));
  }

  /** Resolves when all that was decided so far is committed. */
  recorded(): Promise<void> {
    return this.#recorder.drained();
  }

  /** True when the order has ended, its fills are in or given up, and all of it is committed. */
  get finished(): boolean {
    return this.#recorder.idle && (this.#actor?.getSnapshot().hasTag('finished') ?? false);
  }

  /**
   * True when this run can end without losing anything, another starting from the row: the order is only being watched,
   * and no cancellation is under way.
   */
  get resumable(): boolean {
    const snapshot = this.#actor?.getSnapshot();
    const isWatched = this.#row?.status === 'pending' || this.#row?.status === 'stale';
    return this.#recorder.idle && isWatched && snapshot?.context.cancelWanted === null;
  }

  /** Stops watching, so that another run can take over. */
  stop(): void {
    this.#actor?.stop();
  }

  /**
   * Waits for `isDone`. A failed actor is a defect of ours: a plain error fails the workflow task, not the order, so
   * that mended code takes it up where it was.
   */
  async until(isDone: () => boolean): Promise<void> {
    await condition(() => this.#failure !== null || isDone());
    if (this.#failure !== null) throw new Error(`the order's machine failed: ${String(this.#failure)}`);
  }

  /**
   * Takes over the row as it stands; when it has ended by another hand, the machine follows. Not while decisions wait to
   * be committed: one of them may correct that very end.
   */
  takeRow(row: Trade): void {
    this.#show(row);
    if (isEnded(row.status)) this.send({ type: 'SETTLED', trade: row });
  }

  /** Runs one thing after the other: two syncs by hand never mix their before and after. */
  exclusively<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(act);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** What the feed sees comes as observations; all that is left to wait for is that it sees nothing. */
  #untilLost({ unconfirmedAfterMs }: WatchInput): Promise<WatchOutcome> {
    return new Promise((resolve) => {
      this.#onLost = unconfirmedAfterMs === null ? null : (report) => resolve({ kind: 'unconfirmed', ...report });
    });
  }

  /** A commit that is under way may answer with an older row: what is shown last stays. */
  #takeRecorded(fields: Partial<Trade>): void {
    if (fields.status !== undefined && isEnded(fields.status)) this.#isReleased = true;
    const show = (): void => this.#show({ ...this.row, ...fields });
    if (this.#recorder.idle) show();
    else void this.#recorder.inTurn(async () => show());
  }

  #show(row: Trade): void {
    showInLists(row, this.#row);
    this.#row = row;
    showInDetails(this.state);
  }
}
