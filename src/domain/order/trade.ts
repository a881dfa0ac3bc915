/**
 * A trade is what the database knows of one order. Money, sizes and prices are decimal strings; times are RFC 3339 UTC
 * strings. Statuses, states and layers are the contract's words and are never re-cased.
 */
import type { OrderConfiguration } from './order-configuration.ts';
import type { OrderPolicy } from './policy.ts';

export type Side = 'BUY' | 'SELL';

/** What a bot sees. The first three block the bot on the product; the others release it. */
export type TradeStatus =
  'placing' | 'pending' | 'stale' | 'completed' | 'cancelled' | 'expired' | 'failed' | 'rejected';

/** Where the machine of an order is. */
export type OrderStateName = 'placed' | 'immediate-check' | 'monitoring' | 'stale' | 'completed' | 'closed';

/** The layer of defence that saw the order's end. */
export type Layer = 'immediate-check' | 'monitoring' | 'reconciliation' | 'manual-sync';

export interface Trade {
  clientOrderId: string;
  /** The exchange's id; null until the order is known to be accepted. */
  orderId: string | null;
  botId: string;
  productId: string;
  side: Side;
  orderConfiguration: OrderConfiguration;
  policy: OrderPolicy;
  status: TradeStatus;
  /** How many times a POST was about to be sent; committed before each one. */
  postAttempts: number;
  postAttemptedAt: string | null;
  immediateFill: boolean;
  fillDetectedAt: string | null;
  filledAt: string | null;
  detectedBy: Layer | null;
  filledSize: string;
  averageFilledPrice: string | null;
  filledValue: string | null;
  totalFees: string | null;
  /** True when the recorded fills add up to the filled size (an order without fills has all of them). */
  fillsComplete: boolean;
  reason: string | null;
  staleSince: string | null;
  createdAt: string;
  updatedAt: string;
}

const ENDED: readonly TradeStatus[] = ['completed', 'cancelled', 'expired', 'failed', 'rejected'];

/** True for a status that never changes again (but for `resolveOrder`) and that releases the bot. */
export function isEnded(status: TradeStatus): boolean {
  return ENDED.includes(status);
}

/** The states whose trades have the given status; `placing` is shared by two, told apart by the exchange's id. */
export function stateOf(trade: Pick<Trade, 'status' | 'orderId'>): OrderStateName {
  switch (trade.status) {
    case 'placing':
      return trade.orderId === null ? 'placed' : 'immediate-check';
    case 'pending':
      return 'monitoring';
    case 'stale':
      return 'stale';
    case 'completed':
      return 'completed';
    case 'cancelled':
    case 'expired':
    case 'failed':
    case 'rejected':
      return 'closed';
  }
}

/** The answer of the query `orderState`, and the last of them is the result of `orderWorkflow`. */
export interface OrderState {
  clientOrderId: string;
  botId: string;
  productId: string;
  side: Side;
  orderId: string | null;
  state: OrderStateName;
  status: TradeStatus;
  exchangeStatus: string | null;
  filledSize: string;
  averageFilledPrice: string | null;
  totalFees: string | null;
  immediateFill: boolean;
  fillDetectedAt: string | null;
  filledAt: string | null;
  detectedBy: Layer | null;
  fillsComplete: boolean;
  lastCheckedAt: string | null;
  staleSince: string | null;
  reason: string | null;
}

export type OrderOutcome = OrderState;

/** A state's part of a SyncReport. */
export interface SyncSide {
  state: OrderStateName;
  status: TradeStatus;
  filledSize: string;
  filledAt: string | null;
}

/** The answer of the update `syncNow`: what was before, what the exchange said, what is after. */
export interface SyncReport {
  orderId: string | null;
  clientOrderId: string;
  requestedBy: string | null;
  reason: string | null;
  before: SyncSide;
  /** Null when the exchange did not answer (`error` says why) or does not know the order. */
  coinbase: {
    status: string;
    filledSize: string;
    averageFilledPrice: string | null;
    totalFees: string | null;
    filledValue: string | null;
    lastFillTime: string | null;
  } | null;
  after: SyncSide;
  changed: boolean;
  syncedAt: string;
  error: string | null;
}
