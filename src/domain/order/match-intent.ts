/**
 * Is the order that the exchange shows the one we intended? For a repeated client order id Coinbase answers with the
 * older order instead of creating one, so what comes back is compared before it is believed.
 */
import { equalDecimals } from '../decimal.ts';
import { isRecord } from '../field-error.ts';
import { configurationKey } from './order-configuration.ts';
import { isSameProduct } from './exchange-order.ts';
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

/** What was intended; `createdAt` is when it was asked for. */
export type IntendedOrder = Pick<Trade, 'productId' | 'side' | 'orderConfiguration' | 'createdAt'>;

/** The names of what does not fit, in Coinbase's words; none, when the order is ours. */
export function mismatches(intended: IntendedOrder, shown: ShownOrder): string[] {
  const { orderConfiguration } = shown;
  const found: string[] = [];
  if (shown.productId !== null && !isSameProduct(intended.productId, shown.productId)) found.push('product_id');
  if (shown.side !== null && shown.side !== intended.side) found.push('side');
  if (orderConfiguration !== null && !fits(intended.orderConfiguration, orderConfiguration)) {
    found.push('order_configuration');
  }
  if (
    shown.createdTime !== null &&
    Date.parse(shown.createdTime) < Date.parse(intended.createdAt) - CREATED_BEFORE_MS
  ) {
    found.push('created_time');
  }
  return found;
}

/**
 * The same key, and every field that was sent; what the exchange adds of its own does not count. An order that was adopted
 * without a configuration has none to compare.
 */
function fits(sent: Record<string, unknown>, shown: Record<string, unknown>): boolean {
  const key = configurationKey(sent);
  if (key === undefined) return true;
  return isRecord(sent[key]) && isRecord(shown[key]) && isSameValue(sent[key], shown[key]);
}

/** An exchange may write a value in another way than we do: only what it means is compared. */
function isSameValue(sent: unknown, shown: unknown): boolean {
  if (typeof sent === 'boolean') return sent === flagOf(shown);
  if (Array.isArray(sent)) return Array.isArray(shown) && isSameList(sent, shown);
  if (isRecord(sent)) {
    return isRecord(shown) && Object.entries(sent).every(([name, value]) => isSameValue(value, shown[name]));
  }
  return sent === shown || isSameDecimal(sent, shown) || isSameTime(sent, shown);
}

function isSameList(sent: readonly unknown[], shown: readonly unknown[]): boolean {
  return sent.length === shown.length && sent.every((item, index) => isSameValue(item, shown[index]));
}

/** A message may leave out what is false, and an order taken for another one would release its bot while it is open. */
function flagOf(shown: unknown): boolean | null {
  if (shown === undefined || shown === null || shown === '') return false;
  if (typeof shown === 'boolean') return shown;
  const text = String(shown).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : null;
}

const NUMBER = /^\d+(\.\d+)?(e[+-]?\d{1,3})?$/i;

function isSameDecimal(sent: unknown, shown: unknown): boolean {
  if (typeof sent !== 'string' || !NUMBER.test(sent)) return false;
  // A JSON number may have lost digits on its way here, which is no other size.
  if (typeof shown === 'number') return Number(sent) === shown;
  return typeof shown === 'string' && NUMBER.test(shown) && equalDecimals(sent, shown);
}

function isSameTime(sent: unknown, shown: unknown): boolean {
  const areTexts = typeof sent === 'string' && typeof shown === 'string' && sent.includes('T') && shown.includes('T');
  return areTexts && Date.parse(sent) === Date.parse(shown);
}
