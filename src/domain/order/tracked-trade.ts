import type { Trade, TradeStatus } from './trade.ts';

/** The statuses that block a bot on a product. */
export type OpenStatus = Extract<TradeStatus, 'placing' | 'pending' | 'stale'>;

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
  | 'createdAt'
  | 'postAttemptedAt'
  | 'updatedAt'
>;
