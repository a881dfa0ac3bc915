/** Which orders a command is meant for, where it is not one that is named. */
import { BLOCKING_STATUSES, type Trade, type TradeStatus } from '../domain/order/trade.ts';
import { MAX_LIMIT } from '../ports/page.ts';
import type { TradeFilter, TradeStore } from '../ports/trade-store.ts';

/** Each field that is given narrows it. Without a status the open orders are meant. */
export interface OrderSelection {
  botId?: string;
  productId?: string;
  status?: TradeStatus;
  /** Requested at least this long ago. */
  olderThanMs?: number;
}

export function filterOf({ status, ...rest }: OrderSelection): TradeFilter {
  return { ...rest, status: status ?? BLOCKING_STATUSES };
}

/** All of them, newest first. Those that are placed meanwhile are left out. */
export async function selectOrders(trades: Pick<TradeStore, 'list'>, selection: OrderSelection): Promise<Trade[]> {
  const selected: Trade[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await trades.list({
      ...filterOf(selection),
      limit: MAX_LIMIT,
      ...(cursor !== undefined && { cursor }),
    });
    selected.push(...page.items);
    cursor = page.nextCursor;
  }
  return selected;
}
