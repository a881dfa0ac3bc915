/** What the feed and reconciliation need of the orders' workflows: what they learn of an order stands in its history. */
import type { ObservedFact, UnconfirmedFact } from '../domain/order/fact.ts';
import type { Requester } from '../domain/order/requester.ts';

export interface RunningWorkflow {
  clientOrderId: string;
  startedAt: string;
}

/** Every method throws when Temporal does not answer. */
export interface OrderWorkflows {
  /** Signals the fact to the running workflow of its order; false where none runs. */
  signalFact(clientOrderId: string, fact: ObservedFact | UnconfirmedFact): Promise<boolean>;
  /** As `signalFact`; where no workflow runs, one is started that resumes and never posts. */
  signalOrResume(clientOrderId: string, fact: ObservedFact): Promise<void>;
  /** Wants the order cancelled; where no workflow runs, one is started that resumes and never posts. */
  cancelOrResume(clientOrderId: string, requester: Requester): Promise<void>;
  /**
   * Starts a workflow that resumes where the row is; does nothing where one runs. A cancellation that the last run was asked
   * for and has not handled is asked of the new one.
   */
  resume(clientOrderId: string): Promise<void>;
  /** Has the running workflow ask the exchange itself; does nothing where none runs. */
  requestSync(clientOrderId: string, reason: string): Promise<void>;
  /**
   * Ends the running workflow if it cannot continue, because its tasks fail one after the other (a history that does
   * not replay, say); the start that follows continues from the row. A cancellation that it has not handled is asked of
   * another run, which is started for it. Answers whether it did.
   */
  endIfStuck(clientOrderId: string): Promise<boolean>;
  /**
   * Why the running workflow cannot continue: its task has failed three times in a row. Null where it can, or none
   * runs.
   */
  whyStuck(clientOrderId: string): Promise<string | null>;
  /** Those of which Temporal's lists say so, a moment late; null where the server has no such list (before 1.30). */
  listStuck(): Promise<string[] | null>;
  /** All that run, as Temporal's lists have it: a moment late, so good to suspect by, not to decide. */
  listRunning(): Promise<RunningWorkflow[]>;
  /** For sure. */
  isRunning(clientOrderId: string): Promise<boolean>;
  /**
   * Runs, and not only because its next task waits for a worker, as it does for a while where there is more to do than
   * the workers can; after five minutes it is taken to wait for one that does not come.
   */
  isOverdue(clientOrderId: string): Promise<boolean>;
  /** The argument with which the order was first started; null where Temporal does not know the order. */
  requestOf(clientOrderId: string): Promise<unknown>;
}

/** The search attributes that every order carries, and their types as a Temporal server must have them registered. */
export const SEARCH_ATTRIBUTES = {
  OrderStatus: 'Keyword',
  BotId: 'Keyword',
  ProductId: 'Keyword',
  ExchangeOrderId: 'Keyword',
  /** Unset while the order is not stale. */
  StaleSince: 'Datetime',
} as const;
