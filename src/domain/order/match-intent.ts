/**
 * Is the order that the exchange shows the one we meant? For a repeated client order id Coinbase answers with the older
 * order instead of creating one, so what comes back is compared before it is believed.
 */
import { equalDecimals, isDecimal } from '../decimal.ts';
import { isRecord } from '../field-error.ts';
import { configurationKey } from './order-configuration.ts';
import { sameJson } from './order-request.ts';
import { isSameProduct } from './product.ts';
import type { Trade } from './trade.ts';

/** How much older than our row an order may be: clocks differ, an order of another day does not. */
const CREATED_BEFORE_MS = 60_000;

/** What the exchange said of the order; null where it did not say. */
export interface ShownOrder {
  productId: string | null;
  side: string | null;
  orderConfiguration: Record<string, unknown> | null;
  createdTime: string | null;
}

/** What was meant; `createdAt` is when it was asked for. */
export type MeantOrder = Pick<Trade, 'productId' | 'side' | 'orderConfiguration' | 'createdAt'>;

/** The names of what does not fit, in Coinbase's words; none, when the order is ours. */
export function mismatches(meant: MeantOrder, shown: ShownOrder): string[] {
  const found: string[] = [];
  if (shown.productId !== null && !isSameProduct(meant.productId, shown.productId)) found.push('product_id');
  if (shown.side !== null && shown.side !== meant.side) found.push('side');
  if (shown.orderConfiguration !== null && !fitsConfiguration(meant.orderConfiguration, shown.orderConfiguration)) {
    found.push('order_configuration');
  }
  if (shown.createdTime !== null && Date.parse(shown.createdTime) < Date.parse(meant.createdAt) - CREATED_BEFORE_MS) {
    found.push('created_time');
  }
  return found;
}

/** The same key, and every field that was sent; what the exchange adds of its own does not count. */
function fitsConfiguration(sent: Record<string, unknown>, shown: Record<string, unknown>): boolean {
  const key = configurationKey(sent) ?? '';
  const sentBody = sent[key];
  const shownBody = shown[key];
  if (!isRecord(sentBody) || !isRecord(shownBody)) return false;
  return Object.entries(sentBody).every(([name, value]) => sameValue(value, shownBody[name]));
}

function sameValue(sent: unknown, shown: unknown): boolean {
  // A message may leave out what is false, and an order taken for another one would release its bot while it lives.
  if (sent === false && shown === undefined) return true;
  if (isDecimal(sent) && isDecimal(shown)) return equalDecimals(sent, shown);
  const bothTimes = typeof sent === 'string' && typeof shown === 'string' && sent.includes('T') && shown.includes('T');
  if (bothTimes && Date.parse(sent) === Date.parse(shown)) return true;
  return sameJson(sent, shown);
}
