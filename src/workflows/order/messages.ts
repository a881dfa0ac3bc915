/** The signals, updates and queries of an order's workflow. The names are the contract's, but for the engine's own three. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { OrderState } from '../../domain/order/order-state.ts';
import type { SyncReport } from '../../domain/order/sync-report.ts';

/** What a sender gives, and, as `sender-interceptor.ts` adds it, who that is: Temporal's identity of the client. */
export type Message = [argument?: unknown, sentBy?: string | null];

/** Asks the exchange now and records what it says. Works with no argument. */
export const manualSync = defineSignal<Message>('manualSync');
/** As the signal, and answers with what was before, what the exchange said and what is after. */
export const syncNow = defineUpdate<SyncReport, Message>('syncNow');
/** Cancels the order at the exchange; asynchronous as there. Works with no argument. */
export const cancelOrder = defineSignal<Message>('cancelOrder');
/** Ends an order that cannot be verified: `{"status","requestedBy","reason"}`. Fails with `ResolveRefused` or `InvalidResolution`. */
export const resolveOrderUpdate = defineUpdate<OrderState, Message>('resolveOrder');
/** As the update, without an answer; a refusal is recorded in `order_events`. */
export const resolveOrderSignal = defineSignal<Message>('resolveOrder');
/** An ObservedFact of the feed or of reconciliation. */
export const observed = defineSignal<Message>('observed');
/** An UnconfirmedFact of the feed. */
export const unconfirmed = defineSignal<Message>('unconfirmed');
/** Wakes an order whose workers are no longer the current version: only a workflow task carries that information. */
export const upgrade = defineSignal('upgrade');
/** The last committed state. */
export const orderState = defineQuery<OrderState>('orderState');
/** Answers with the order as it is after its first task, and a repeated request with its row as it is now; fails with `ClientOrderIdConflict` when the id belongs to another order. */
export const place = defineUpdate<OrderState, [request: unknown]>('place');
