/** Reads the body of a Create Order request, and makes an order of it. */
import { randomUUID } from 'node:crypto';
import { priceReaches } from './behaviour.ts';
import { readTerms } from './configuration.ts';
import { ZERO } from './decimal.ts';
import { InvalidArgument, OrderRefused } from './errors.ts';
import type { Market } from './market.ts';
import type { Order, Side } from './order.ts';
import { PRODUCTS } from './products.ts';

/** Since about October 2025 (Coinbase's changelog of 2025-08-14). */
const MAX_CLIENT_ORDER_ID_LENGTH = 128;

export interface NewOrder {
  clientOrderId: string;
  productId: string;
  side: Side;
  configuration: Record<string, unknown>;
}

/** Throws InvalidArgument. Ignores fields of Coinbase's that change nothing here (leverage, preview_id, ...). */
export function readNewOrder(body: unknown): NewOrder {
  if (typeof body !== 'object' || body === null) throw new InvalidArgument('the body must be a JSON object');
  const {
    client_order_id: clientOrderId,
    product_id: productId,
    side,
    order_configuration: configuration,
  } = body as Record<string, unknown>;
  if (typeof clientOrderId !== 'string' || clientOrderId === '')
    throw new InvalidArgument('client_order_id is required');
  if (clientOrderId.length > MAX_CLIENT_ORDER_ID_LENGTH) {
    throw new InvalidArgument(`client_order_id must not be longer than ${MAX_CLIENT_ORDER_ID_LENGTH} characters`);
  }
  if (typeof productId !== 'string' || productId === '') throw new InvalidArgument('product_id is required');
  if (side !== 'BUY' && side !== 'SELL') throw new InvalidArgument('side must be BUY or SELL');
  if (typeof configuration !== 'object' || configuration === null) {
    throw new InvalidArgument('order_configuration is required');
  }
  return { clientOrderId, productId, side, configuration: configuration as Record<string, unknown> };
}

export interface NewOrderContext {
  sequence: number;
  initialStatus: string;
  market: Market;
  /** Report an order on an alias under the product whose book it shares. */
  reportAliasAsBook: boolean;
  /** Unix milliseconds; earlier than now where the order is backdated. */
  createdAt: number;
  now: number;
}

/** Throws OrderRefused or InvalidArgument. */
export function newOrder(
  request: NewOrder,
  { sequence, initialStatus, market, reportAliasAsBook, createdAt, now }: NewOrderContext,
): Order {
  const { clientOrderId, side, configuration } = request;
  const product = PRODUCTS.get(request.productId);
  if (!product) throw new OrderRefused('INVALID_PRODUCT_ID', `${request.productId} is not a product`);
  const terms = readTerms(configuration, side, product, now);
  const price = market.price(product);
  if (terms.postOnly && terms.limitPrice && priceReaches(side, price, terms.limitPrice)) {
    throw new OrderRefused('INVALID_LIMIT_PRICE_POST_ONLY', 'the post-only order would be filled at once');
  }
  return {
    sequence,
    orderId: randomUUID(),
    clientOrderId,
    product,
    reportedProductId: reportAliasAsBook ? product.book : product.productId,
    side,
    configuration,
    terms,
    createdAt,
    holdPrice: terms.limitPrice ?? price,
    resting: false,
    updatedAt: createdAt,
    lastFillAt: null,
    status: initialStatus,
    filledSize: ZERO,
    filledValue: ZERO,
    totalFees: ZERO,
    fillCount: 0,
    held: ZERO,
    triggered: false,
    pendingCancel: false,
    rejectReason: 'REJECT_REASON_UNSPECIFIED',
    rejectMessage: '',
    cancelMessage: '',
    edits: [],
    purged: false,
  };
}
