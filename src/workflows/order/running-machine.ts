/** The machine of one run of an order, and the activities that it invokes. */
import { CancellationScope } from '@temporalio/workflow';
import { createActor, type Actor } from 'xstate';
import type { OrderActivityResult } from '../../activities/order/fact-log.ts';
import type { OrderMachine } from '../../domain/order/machine.ts';
import { provideActors, type OrderActors } from '../../domain/order/order-actors.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { workflowClock } from '../runtime/workflow-clock.ts';
import { cancelling, checking, placing } from './activity-calls.ts';
import { orderMachine } from './order-machine.ts';

/** The run that the machine is of. */
export interface MachineOwner {
  /** Takes the row that an activity answered; answers the newest. */
  follow(row: Trade): Trade;
  closeWindow(): Promise<Trade>;
  /** The machine has failed, which is a defect of ours. */
  fail(error: unknown): void;
}

export class RunningMachine {
  readonly #scope: CancellationScope;
  readonly #owner: MachineOwner;
  readonly #actor: Actor<OrderMachine>;
  #looks: number;
  #isCancelling = false;

  /** `looks` of the immediate check are made already. */
  constructor(row: Trade, looks: number, scope: CancellationScope, owner: MachineOwner) {
    this.#scope = scope;
    this.#owner = owner;
    this.#looks = looks;
    // The machine has one timer.
    const clock = workflowClock(scope, 'The monitoring window: an order that has not ended by then is stale');
    this.#actor = createActor(orderMachine(), { input: { row }, clock });
    provideActors(this.#actor, this.#actors());
    // An error that nobody observes vanishes without a trace in the sandbox.
    this.#actor.subscribe({ error: (error) => owner.fail(error) });
  }

  get isCancelling(): boolean {
    return this.#isCancelling;
  }

  start(): void {
    this.#actor.start();
  }

  /** The row was committed. */
  send(row: Trade): void {
    this.#actor.send({ type: 'ROW', row });
  }

  stop(): void {
    this.#actor.stop();
  }

  #actors(): OrderActors {
    const activity =
      (run: (row: Trade) => Promise<OrderActivityResult>) =>
      async (row: Trade, left: AbortSignal): Promise<Trade> => {
        // Leaving a state aborts the signal and nothing else (XState), so the activity gets a scope that follows it.
        const scope = new CancellationScope({ cancellable: true, parent: this.#scope });
        left.addEventListener('abort', () => scope.cancel());
        return this.#owner.follow((await scope.run(() => run(row))).trade);
      };
    return {
      place: activity(async ({ clientOrderId, botId }) => {
        const posted = await placing.placeOrder({ clientOrderId, botId });
        this.#looks = posted.looks;
        return posted;
      }),
      check: activity((trade) => checking.checkOrder({ trade, looks: this.#looks })),
      cancel: (row) => this.#cancel(row),
      closeWindow: () => this.#owner.closeWindow(),
    };
  }

  /** An order that ends meanwhile does not call it off: what the exchange answered is recorded. */
  async #cancel(row: Trade): Promise<Trade> {
    this.#isCancelling = true;
    try {
      return this.#owner.follow((await this.#scope.run(() => cancelling.cancelOrder(row))).trade);
    } finally {
      this.#isCancelling = false;
    }
  }
}
