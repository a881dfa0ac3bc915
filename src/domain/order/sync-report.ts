/** What a manual sync reports: before, what the exchange said, after. */
import type { ExchangeOrder } from './exchange-order.ts';
import type { FactSource } from './fact.ts';
import type { Requester } from './requester.ts';
import { stateOf, type OrderStateName, type Trade, type TradeStatus } from './trade.ts';

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

/** What one look at the exchange brought. */
export type SyncLook =
  | { kind: 'seen'; order: ExchangeOrder; source: Extract<FactSource, 'look' | 'listing'>; at: string }
  /** It answered and does not know the order, or it did not answer. */
  | { kind: 'absent' | 'no-answer'; error: string; at: string };

export interface Synced {
  before: Trade;
  look: SyncLook;
  after: Trade;
  requester: Requester;
}

export function reportSync({ before, look, after, requester: { requestedBy, reason } }: Synced): SyncReport {
  const sides = { before: sideOf(before), after: sideOf(after) };
  return {
    orderId: after.orderId,
    clientOrderId: after.clientOrderId,
    requestedBy,
    reason,
    before: sides.before,
    coinbase: look.kind === 'seen' ? shown(look.order) : null,
    after: sides.after,
    changed: JSON.stringify(sides.before) !== JSON.stringify(sides.after),
    syncedAt: look.at,
    error: look.kind === 'seen' ? null : look.error,
  };
}

function sideOf(trade: Trade): SyncSide {
  const { status, filledSize, filledAt } = trade;
  return { state: stateOf(trade), status, filledSize, filledAt };
}

function shown(order: ExchangeOrder): NonNullable<SyncReport['coinbase']> {
  const { status, filledSize, averageFilledPrice, totalFees, filledValue, lastFillTime } = order;
  return { status, filledSize, averageFilledPrice, totalFees, filledValue, lastFillTime };
}

/** The `error` of a report where the exchange did answer. */
export const ABSENT_AT_EXCHANGE = 'the exchange does not know the order; that is no proof that it never did';

/** Why the exchange could not be asked; null if it answered, even if it does not know the order. */
export function whyNoAnswer({ error }: Pick<SyncReport, 'error'>): string | null {
  return error === ABSENT_AT_EXCHANGE ? null : error;
}
