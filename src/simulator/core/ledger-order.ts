/** Orders and fills as the ledger shows them: plain JSON, decimals as strings, times in RFC 3339. */
import { text } from './decimal.ts';
import type { Fill, Order } from './order.ts';
import type { OrderStore } from './order-store.ts';

export interface LedgerOrder {
  orderId: string;
  clientOrderId: string;
  productId: string;
  side: string;
  configuration: Readonly<Record<string, unknown>>;
  status: string;
  filledSize: string;
  filledValue: string;
  totalFees: string;
  fillCount: number;
  createdAt: string;
  lastFillAt: string | null;
  purged: boolean;
  fills: LedgerFill[];
}

export interface LedgerFill {
  entryId: string;
  tradeId: string;
  orderId: string;
  tradeType: string;
  tradeTime: string;
  price: string;
  size: string;
  commission: string;
}

export function orderToJson(order: Order, store: OrderStore): LedgerOrder {
  return {
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    productId: order.product.productId,
    side: order.side,
    configuration: order.configuration,
    status: order.status,
    filledSize: text(order.filledSize),
    filledValue: text(order.filledValue),
    totalFees: text(order.totalFees),
    fillCount: order.fillCount,
    createdAt: new Date(order.createdAt).toISOString(),
    lastFillAt: order.lastFillAt === null ? null : new Date(order.lastFillAt).toISOString(),
    purged: order.purged,
    fills: store.fillsOf(order).map(fillToJson),
  };
}

export function fillToJson(fill: Fill): LedgerFill {
  return {
    entryId: fill.entryId,
    tradeId: fill.tradeId,
    orderId: fill.order.orderId,
    tradeType: fill.tradeType,
    tradeTime: new Date(fill.tradeTime).toISOString(),
    price: text(fill.price),
    size: text(fill.size),
    commission: text(fill.commission),
  };
}
