/** What the feed and reconciliation need of the orders' workflows: nothing becomes of an order that its workflow is not told. */
import type { ExchangeOrder } from '../domain/order/exchange-order.ts';
import type { Observation } from '../domain/order/observation.ts';
import type { Unconfirmed } from '../domain/order/order-context.ts';

export interface RunningWorkflow {
  clientOrderId: string;
  startedAt: string;
}

/** Every method throws when Temporal does not answer. */
export interface OrderWorkflows {
  /** Tells the running workflow what was seen of its order; false where none runs. */
  observe(clientOrderId: string, observation: Observation): Promise<boolean>;
  /** Tells the running workflow that nothing has confirmed its order for its window; false where none runs. */
  lose(clientOrderId: string, report: Unconfirmed): Promise<boolean>;
  /** Tells the order's workflow what the exchange shows; where none runs, one is started that resumes and never posts. */
  tell(clientOrderId: string, order: ExchangeOrder, seenAt: string): Promise<void>;
  /** Starts a workflow that resumes where the row is; does nothing where one runs. */
  resume(clientOrderId: string): Promise<void>;
  /** Has the running workflow ask the exchange itself; does nothing where none runs. */
  nudge(clientOrderId: string, reason: string): Promise<void>;
  /**
   * Ends the running workflow if it cannot go on, because its tasks fail one after the other (a history that does not
   * replay, say); the start that follows goes on from the row. Answers whether it did.
   */
  endIfStuck(clientOrderId: string): Promise<boolean>;
  /** All that run, as Temporal's lists have it: a moment late, so good to suspect by, not to decide. */
  listRunning(): Promise<RunningWorkflow[]>;
  /** For sure. */
  isRunning(clientOrderId: string): Promise<boolean>;
  /** The argument with which the order was first started; null where Temporal does not know the order. */
  requestOf(clientOrderId: string): Promise<unknown>;
}
