import type { Trade } from '../domain/order/trade.ts';
import type { TradeStore } from '../ports/trade-store.ts';
import { HttpProblem } from './problem.ts';

/** The trade of an exchange order id or a client order id. Throws the problem `unknown-order`. */
export async function findOrder(trades: TradeStore, orderId: string): Promise<Trade> {
  const trade = await trades.findByEitherId(orderId);
  if (trade === null) {
    throw new HttpProblem('unknown-order', `no order has the exchange order id or the client order id ${orderId}`);
  }
  return trade;
}
