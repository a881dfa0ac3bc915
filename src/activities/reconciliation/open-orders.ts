import { OPEN_STATUSES, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { Step } from './step.ts';

/** The exchange's list of open orders; null, and a gap, when there is no answer. */
export async function askOpenOrders(step: Step<unknown>): Promise<ExchangeOrder[] | null> {
  const listed = await step.listOrders('open orders', { statuses: OPEN_STATUSES }, 'sweep');
  return listed?.orders ?? null;
}
