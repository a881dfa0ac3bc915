/** Orders and fills as plain JSON for the state file: decimals as strings, products and orders by their ids. */
import { Reader } from '../reader.ts';
import { readTerms } from './configuration.ts';
import { text } from './decimal.ts';
import { InvalidArgument } from './errors.ts';
import type { AcceptedEdit, Fill, Order } from './order.ts';
import { PRODUCTS } from './products.ts';

const ORDER_DECIMALS = ['holdPrice', 'filledSize', 'filledValue', 'totalFees', 'held'] as const;
const ORDER_WORDS = ['orderId', 'clientOrderId', 'reportedProductId', 'status'] as const;
const ORDER_REASONS = ['rejectReason', 'rejectMessage', 'cancelMessage'] as const;
const ORDER_FLAGS = ['resting', 'triggered', 'pendingCancel', 'purged'] as const;
const ORDER_OTHERS = [
  'productId',
  'side',
  'configuration',
  'createdAt',
  'updatedAt',
  'lastFillAt',
  'fillCount',
  'edits',
] as const;
const ORDER_FIELDS = [...ORDER_DECIMALS, ...ORDER_WORDS, ...ORDER_REASONS, ...ORDER_FLAGS, ...ORDER_OTHERS];

const FILL_FIELDS = [
  'entryId',
  'tradeId',
  'orderId',
  'tradeTime',
  'tradeType',
  'price',
  'size',
  'commission',
  'liquidity',
] as const;

type Saved<Field extends string> = Record<Field, unknown>;

export function saveOrder(order: Order): Saved<(typeof ORDER_FIELDS)[number]> {
  // Not saved: the terms, which follow from the configuration, and the sequence, which is the position in the list.
  const { sequence, terms, product, ...rest } = order;
  return {
    ...rest,
    productId: product.productId,
    holdPrice: text(order.holdPrice),
    filledSize: text(order.filledSize),
    filledValue: text(order.filledValue),
    totalFees: text(order.totalFees),
    held: text(order.held),
  };
}

/** Throws InvalidArgument, naming the field. */
export function loadOrder(value: unknown, path: string, sequence: number): Order {
  const row = new Reader(value, path, ORDER_FIELDS);
  const product = PRODUCTS.get(row.text('productId'));
  if (!product) throw new InvalidArgument(`${row.path('productId')} is not a product`);
  const side = row.oneOf('side', ['BUY', 'SELL']);
  const configuration = row.record('configuration');
  return {
    sequence,
    product,
    side,
    configuration,
    // With time 0 an end_time in the past is accepted: the order may have expired since it was placed.
    terms: readTerms(configuration, side, product, 0),
    ...fieldsOf(ORDER_WORDS, (name) => row.text(name)),
    ...fieldsOf(ORDER_REASONS, (name) => row.text(name)),
    ...fieldsOf(ORDER_FLAGS, (name) => row.flag(name)),
    ...fieldsOf(ORDER_DECIMALS, (name) => row.amount(name)),
    createdAt: row.time('createdAt'),
    updatedAt: row.time('updatedAt'),
    lastFillAt: row.raw('lastFillAt') === null ? null : row.time('lastFillAt'),
    fillCount: row.integer('fillCount'),
    edits: row.list('edits', readEdit),
  };
}

function readEdit(value: unknown, path: string): AcceptedEdit {
  const edit = new Reader(value, path, ['price', 'size', 'at']);
  return { price: edit.decimal('price'), size: edit.decimal('size'), at: edit.time('at') };
}

export function saveFill(fill: Fill): Saved<(typeof FILL_FIELDS)[number]> {
  const { sequence, order, ...rest } = fill;
  return {
    ...rest,
    orderId: order.orderId,
    price: text(fill.price),
    size: text(fill.size),
    commission: text(fill.commission),
  };
}

/** Throws InvalidArgument, naming the field. */
export function loadFill(
  value: unknown,
  path: string,
  sequence: number,
  known: (orderId: unknown, path: string) => Order,
): Fill {
  const row = new Reader(value, path, FILL_FIELDS);
  return {
    sequence,
    order: known(row.raw('orderId'), row.path('orderId')),
    entryId: row.text('entryId'),
    tradeId: row.text('tradeId'),
    tradeTime: row.time('tradeTime'),
    tradeType: row.oneOf('tradeType', ['FILL', 'REVERSAL', 'CORRECTION', 'SYNTHETIC']),
    price: row.amount('price'),
    size: row.amount('size'),
    commission: row.amount('commission'),
    liquidity: row.oneOf('liquidity', ['MAKER', 'TAKER']),
  };
}

function fieldsOf<Name extends string, Value>(
  names: readonly Name[],
  read: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, Value>;
}
