/** What a sync by hand reports: before, what the exchange said, after. */
import type { ExchangeOrder } from './exchange-order.ts';
import type { Requester } from './order-context.ts';
import type { ChangeSource } from './trade-change.ts';
import { stateOf, type SyncReport, type SyncSide, type Trade } from './trade.ts';

/** What one look at the exchange brought. */
export type SyncLook =
  | { kind: 'seen'; order: ExchangeOrder; source: ChangeSource; at: string }
  /** It answered and does not know the order, or it did not answer. */
  | { kind: 'absent' | 'no-answer'; error: string; at: string };

export interface Synced {
  before: Trade;
  look: SyncLook;
  after: Trade;
  requester: Requester;
}

export function reportSync({ before, look, after, requester }: Synced): SyncReport {
  const sides = { before: sideOf(before), after: sideOf(after) };
  return {
    orderId: after.orderId,
    clientOrderId: after.clientOrderId,
    ...requester,
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
