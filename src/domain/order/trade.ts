/**
 * A trade is what the database knows of one order. Money, sizes and prices are decimal strings; times are RFC 3339 UTC
 * strings. Statuses, states and layers are the contract's words and are never re-cased.
 */
import type { OrderConfiguration } from './order-configuration.ts';
import type { OrderPolicy } from './policy.ts';

export type Side = 'BUY' | 'SELL';

/** The statuses that block a bot on a product. */
export const BLOCKING_STATUSES = ['placing', 'pending', 'stale'] as const;
/** Those that release it; they never change again, but for `resolveOrder`. */
const ENDED_STATUSES = ['completed', 'cancelled', 'expired', 'failed', 'rejected'] as const;
export const TRADE_STATUSES = [...BLOCKING_STATUSES, ...ENDED_STATUSES] as const;

/** What a bot sees. */
export type TradeStatus = (typeof TRADE_STATUSES)[number];
export type OpenStatus = (typeof BLOCKING_STATUSES)[number];

export const ORDER_STATES = ['placed', 'immediate-check', 'monitoring', 'stale', 'completed', 'closed'] as const;
/** Where the machine of an order is. */
export type OrderStateName = (typeof ORDER_STATES)[number];

export const LAYERS = ['immediate-check', 'monitoring', 'reconciliation', 'manual-sync'] as const;
/** The layer of defence that saw the order's end. */
export type Layer = (typeof LAYERS)[number];

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
  /** How many of the attempts are proven to have created nothing. */
  postDenials: number;
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
  /** Since when the monitoring window runs; null before `monitoring`. */
  monitoredSince: string | null;
  endedAt: string | null;
  /** As last recorded: Coinbase's word, whether it says that a cancel is pending, and when that was seen. */
  exchangeStatus: string | null;
  pendingCancel: boolean;
  lastCheckedAt: string | null;
  /** Set while a cancel is wanted that has not been sent. */
  cancelRequestedAt: string | null;
  /** When the exchange last took a cancel; it may still take effect for some time after. */
  cancelSubmittedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** What the feed needs to know of an open trade: few fields, because there may be ten thousand of them. */
export type TrackedTrade = Pick<
  Trade,
  | 'clientOrderId'
  | 'orderId'
  | 'productId'
  | 'side'
  | 'orderConfiguration'
  | 'policy'
  | 'status'
  | 'filledSize'
  | 'exchangeStatus'
  | 'lastCheckedAt'
>;

/** An order that blocks its bot on its product. */
export interface OpenTrade {
  /** The exchange's; null until it has accepted the order. */
  orderId: string | null;
  clientOrderId: string;
  status: OpenStatus;
  /** Whole seconds since the order was asked for, by the database's clock. */
  ageSeconds: number;
}

export function isEnded(status: TradeStatus): boolean {
  return ENDED_STATUSES.some((ended) => ended === status);
}

/** When its placement window closes, by the database's clock. */
export function placementWindowEndMs({ createdAt, policy }: Pick<Trade, 'createdAt' | 'policy'>): number {
  return Date.parse(createdAt) + policy.placeForMs;
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

/** `updated_at` moves forward with every change of a row; activities that run side by side may answer in another order. */
export function isOlder(row: Trade, than: Trade): boolean {
  // Without the Z, because the fractions of a second differ in length.
  return row.updatedAt.slice(0, -1) < than.updatedAt.slice(0, -1);
}
