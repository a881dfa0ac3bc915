/** What can be said to an order's workflow, and asked of it. The names are the contract's. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Observation } from '../../domain/order/observation.ts';
import type { Unconfirmed } from '../../domain/order/order-context.ts';
import type { OrderState, SyncReport } from '../../domain/order/trade.ts';

/** Asks the exchange now and records what it says. Works with no argument. */
export const manualSync = defineSignal<[argument?: unknown]>('manualSync');
/** As the signal, and answers with what was before, what the exchange said and what is after. */
export const syncNow = defineUpdate<SyncReport, [argument?: unknown]>('syncNow');
/** Wants the order cancelled at the exchange; asynchronous as there. Works with no argument. */
export const cancelOrder = defineSignal<[argument?: unknown]>('cancelOrder');
/** The operator's last word: `{"status","requestedBy","reason"}`. Fails with `ResolveRefused` or `InvalidResolution`. */
export const resolveOrderUpdate = defineUpdate<OrderState, [resolution: unknown]>('resolveOrder');
/** As the update, without an answer; a refusal stands in `order_events`. */
export const resolveOrderSignal = defineSignal<[resolution?: unknown]>('resolveOrder');
/** Tells the order of an observation; the machine judges it like any other. */
export const observed = defineSignal<[observation: Observation]>('observed');
/** Nothing has confirmed a resting order for its whole window. */
export const unconfirmed = defineSignal<[report: Unconfirmed]>('unconfirmed');
/** The last committed state. */
export const orderState = defineQuery<OrderState>('orderState');
/** Answers once the intent is committed; fails with `ClientOrderIdConflict` when the id stands for another order. */
export const place = defineUpdate<OrderState, [request: unknown]>('place');
