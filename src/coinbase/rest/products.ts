/** A product: its price, its steps and its smallest order. */
import type { Product } from '../../ports/exchange.ts';
import type { CoinbaseClient } from './client.ts';
import type { JsonObject } from './json-object.ts';

/** Any of these keeps a limit order out, whatever the others say. */
const CLOSED_BY = ['is_disabled', 'trading_disabled', 'cancel_only', 'view_only'] as const;

/** Throws ExchangeError `not-found` on Coinbase's own 404. */
export async function getProduct(client: CoinbaseClient, productId: string, signal?: AbortSignal): Promise<Product> {
  const path = `/products/${encodeURIComponent(productId)}`;
  const product = await client.request({ endpoint: 'product', method: 'GET', path }, 'urgent', signal);
  const shown = product.required('product_id');
  if (shown !== productId) throw product.malformed(`it shows product ${shown}`);
  return {
    productId,
    price: product.nonZeroDecimal('price'),
    // Older answers have the quote currency's increment alone, which was the price's.
    priceIncrement: product.decimal('price_increment') ?? product.requiredDecimal('quote_increment'),
    baseIncrement: product.requiredDecimal('base_increment'),
    baseMinSize: product.requiredDecimal('base_min_size'),
    quoteMinSize: product.requiredDecimal('quote_min_size'),
    closed: whyClosed(product),
  };
}

function whyClosed(product: JsonObject): string | null {
  const closedBy = CLOSED_BY.filter((name) => product.flag(name) === true);
  if (closedBy.length > 0) return closedBy.join(', ');
  const status = product.remark('status') ?? 'online';
  return status === 'online' ? null : `its status is ${status}`;
}
