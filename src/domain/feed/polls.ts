/** The questions that the feed puts to the exchange, as plain values, and how urgent each is. */
import { isImmediate } from '../order/order-configuration.ts';
import type { TrackedTrade } from '../order/trade.ts';

/** One request for many orders goes first; then what a bot waits for; then what only refreshes our knowledge. */
export type PollPriority = 'shared' | 'blocked-bot' | 'sweep';

/** These orders, by the exchange's ids. */
export interface OrdersPoll {
  kind: 'orders';
  orderIds: string[];
  priority: PollPriority;
}

/** All that are open at the exchange; the answer is compared with the orders that were covered when it was asked. */
export interface OpenOrdersPoll {
  kind: 'open-orders';
  covered: readonly string[];
  askedAtMs: number;
  priority: PollPriority;
}

/** An order whose exchange id is not known: only the exchange's listing can show it. */
export interface SearchPoll {
  kind: 'search';
  clientOrderId: string;
  priority: PollPriority;
}

/** All fills of the account that were entered since then. */
export interface AccountFillsPoll {
  kind: 'account-fills';
  from: string;
  /** False while nothing is open: then it is asked only if a trade waits for its fills. */
  isNeeded: boolean;
  priority: PollPriority;
}

/** The fills of ended orders, by the exchange's ids, which the account's list has not brought. */
export interface OrderFillsPoll {
  kind: 'order-fills';
  orderIds: string[];
  priority: PollPriority;
}

export type Poll = OrdersPoll | OpenOrdersPoll | SearchPoll | AccountFillsPoll | OrderFillsPoll;

/** With push down, a request for several orders goes before the looks at single ones. */
export function sharedPriority(isPushed: boolean): PollPriority {
  return isPushed ? 'sweep' : 'shared';
}

export function ordersPriority(trades: readonly TrackedTrade[], isPushed: boolean): PollPriority {
  if (!isPushed && trades.length > 1) return 'shared';
  const blocksBot = trades.some((trade) => trade.status === 'stale' || isImmediate(trade.orderConfiguration));
  return blocksBot ? 'blocked-bot' : 'sweep';
}
