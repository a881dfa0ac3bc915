/** The kinds of order that Coinbase's `order_configuration` can name, and the fields of each. */

export interface OrderKind {
  required: readonly FieldName[];
  optional: readonly FieldName[];
  /** How the size is given: by one of `quote_size` and `base_size`, or by `base_size` only. */
  size: 'quote-or-base' | 'base';
}

export type FieldType = 'decimal' | 'boolean' | 'time' | 'stop-direction' | 'unchecked';

export const STOP_DIRECTIONS = ['STOP_DIRECTION_STOP_UP', 'STOP_DIRECTION_STOP_DOWN'] as const;

const FIELD_TYPES = {
  quote_size: 'decimal',
  base_size: 'decimal',
  limit_price: 'decimal',
  stop_price: 'decimal',
  stop_trigger_price: 'decimal',
  stop_direction: 'stop-direction',
  post_only: 'boolean',
  rfq_disabled: 'boolean',
  start_time: 'time',
  end_time: 'time',
  number_buckets: 'unchecked',
  bucket_size: 'decimal',
  bucket_duration: 'unchecked',
  /** The single orders of a scaled one, with a size each: where they are given no other size is needed. */
  orders: 'unchecked',
  num_orders: 'unchecked',
  min_price: 'decimal',
  max_price: 'decimal',
  price_distribution: 'unchecked',
  size_distribution: 'unchecked',
  size_diff: 'decimal',
  size_ratio: 'decimal',
} as const satisfies Record<string, FieldType>;

export type FieldName = keyof typeof FIELD_TYPES;

const NO_RFQ = ['rfq_disabled'] as const;
const RESTING = ['post_only', 'rfq_disabled'] as const;
const STOP_LIMIT = ['limit_price', 'stop_price', 'stop_direction'] as const;
const BRACKET = ['limit_price', 'stop_trigger_price'] as const;
const SCALED = ['num_orders', 'min_price', 'max_price', 'price_distribution', 'size_distribution'] as const;
const TWAP = ['number_buckets', 'bucket_size', 'bucket_duration'] as const;

export const ORDER_KINDS: Readonly<Record<string, OrderKind>> = {
  market_market_ioc: { required: [], optional: NO_RFQ, size: 'quote-or-base' },
  market_market_fok: { required: [], optional: NO_RFQ, size: 'quote-or-base' },
  sor_limit_ioc: { required: ['limit_price'], optional: NO_RFQ, size: 'quote-or-base' },
  limit_limit_gtc: { required: ['limit_price'], optional: RESTING, size: 'quote-or-base' },
  limit_limit_gtd: { required: ['limit_price', 'end_time'], optional: RESTING, size: 'quote-or-base' },
  limit_limit_fok: { required: ['limit_price'], optional: NO_RFQ, size: 'quote-or-base' },
  twap_limit_gtd: { required: ['start_time', 'end_time', 'limit_price'], optional: TWAP, size: 'quote-or-base' },
  stop_limit_stop_limit_gtc: { required: STOP_LIMIT, optional: [], size: 'base' },
  stop_limit_stop_limit_gtd: { required: [...STOP_LIMIT, 'end_time'], optional: [], size: 'base' },
  trigger_bracket_gtc: { required: BRACKET, optional: [], size: 'base' },
  trigger_bracket_gtd: { required: [...BRACKET, 'end_time'], optional: [], size: 'base' },
  scaled_limit_gtc: { required: [], optional: ['orders', ...SCALED, 'size_diff', 'size_ratio'], size: 'quote-or-base' },
};

/** The kinds that end by themselves at once (market, IOC, FOK), also of those that are not in the table. */
export const IMMEDIATE_KIND = /_(ioc|fok)$/;

/** An own property only: `constructor` is a key that any object answers to. */
export function orderKind(name: string): OrderKind | undefined {
  return Object.hasOwn(ORDER_KINDS, name) ? ORDER_KINDS[name] : undefined;
}

/** `unchecked` is left to the exchange to judge; so is a field that no kind has. */
export function fieldType(name: string): FieldType {
  return Object.hasOwn(FIELD_TYPES, name) ? FIELD_TYPES[name as FieldName] : 'unchecked';
}
