/** The body of a Create Order request, read. */
import { InvalidArgument } from './errors.ts';
import type { Side } from './order.ts';

/** Since about October 2025 (Coinbase's changelog of 2025-08-14). */
const LONGEST_CLIENT_ORDER_ID = 128;

export interface NewOrder {
  clientOrderId: string;
  productId: string;
  side: Side;
  configuration: Record<string, unknown>;
}

/** Throws InvalidArgument. Fields that Coinbase knows and that change nothing here (leverage, preview_id, ...) are ignored. */
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
  if (clientOrderId.length > LONGEST_CLIENT_ORDER_ID) {
    throw new InvalidArgument(`client_order_id must not be longer than ${LONGEST_CLIENT_ORDER_ID} characters`);
  }
  if (typeof productId !== 'string' || productId === '') throw new InvalidArgument('product_id is required');
  if (side !== 'BUY' && side !== 'SELL') throw new InvalidArgument('side must be BUY or SELL');
  if (typeof configuration !== 'object' || configuration === null) {
    throw new InvalidArgument('order_configuration is required');
  }
  return { clientOrderId, productId, side, configuration: configuration as Record<string, unknown> };
}
