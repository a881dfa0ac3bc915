/** An order that the exchange has and the database has not, as the row that shall stand for it. */
import { evidenceOf, type ExchangeOrder } from './exchange-order.ts';
import type { FieldError } from '../field-error.ts';
import type { OrderConfiguration } from './order-configuration.ts';
import { checkOrderRequest, isClientOrderId, type OrderIntent } from './order-request.ts';
import { DEFAULT_POLICY } from './policy.ts';

export interface Adoption extends OrderIntent {
  orderId: string;
  /** The exchange's; null: now. */
  createdAt: string | null;
  /** What the exchange showed, for the event. */
  evidence: Record<string, unknown>;
}

export type ReadAdoption = { kind: 'sound'; adoption: Adoption } | { kind: 'malformed'; errors: FieldError[] };

/**
 * The exchange's client order id is kept; where it is missing or could not be one of ours, the exchange's order id
 * stands in for it. An order that is shown without a configuration is taken for one that may rest.
 */
export function readAdoption(order: ExchangeOrder, botId: string): ReadAdoption {
  const { orderId, clientOrderId: theirs, productId, side, createdTime } = order;
  const clientOrderId = isClientOrderId(theirs) ? theirs : orderId;
  const checked = checkOrderRequest({ clientOrderId, botId, productId, side });
  if (checked.kind === 'malformed') {
    // The configuration is the exchange's own, and not asked for here.
    return { kind: 'malformed', errors: checked.errors.filter(({ field }) => field !== 'orderConfiguration') };
  }
  const orderConfiguration = (order.orderConfiguration ?? {}) as OrderConfiguration;
  const intent = { ...(checked.given as OrderIntent), orderConfiguration, policy: DEFAULT_POLICY };
  const evidence = { ...evidenceOf(order), client_order_id: theirs, created_time: createdTime };
  return { kind: 'sound', adoption: { ...intent, orderId, createdAt: createdTime, evidence } };
}
