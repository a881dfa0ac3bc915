import type { Alert } from '../order/order-context.ts';
import type { Trade } from '../order/trade.ts';

/** Where an operator hears of what needs a person. Never throws: an alert that cannot be delivered harms no order. */
export interface Alerts {
  raise(alert: Alert, trade: Trade): void;
}
