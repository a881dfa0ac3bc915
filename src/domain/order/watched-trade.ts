import type { Trade } from './trade.ts';

/** What the feed needs to know of an open trade. */
export type WatchedTrade = Pick<
  Trade,
  | 'clientOrderId'
  | 'orderId'
  | 'productId'
  | 'side'
  | 'orderConfiguration'
  | 'policy'
  | 'status'
  | 'filledSize'
  | 'updatedAt'
>;
