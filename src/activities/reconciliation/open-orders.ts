import { OPEN_STATUSES, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { Step } from './step.ts';

/** The exchange's list of open orders; null, and a gap, when there is no answer. */
export function askOpenOrders(step: Step<unknown>): Promise<ExchangeOrder[] | null> {
  return step.ask('open orders', (signal) => step.exchange.listOrders({ statuses: OPEN_STATUSES }, 'sweep', signal));
}
