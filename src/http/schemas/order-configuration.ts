/** The document's picture of Coinbase's `order_configuration`. The engine's own check decides; a test keeps them the same. */
import { Type, type TSchema } from 'typebox';
import { ref, words } from './common.ts';

export const PositiveDecimal = Type.String({
  $id: 'PositiveDecimal',
  pattern: '^(?=.*[1-9])[0-9]{1,30}(\\.[0-9]{1,30})?$',
  examples: ['10.00'],
  description: 'A decimal number of more than zero',
});
export const Timestamp = Type.String({
  $id: 'Timestamp',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$',
  format: 'date-time',
  examples: ['2026-11-23T12:00:00Z'],
});

const Amount = ref(PositiveDecimal);
const Time = ref(Timestamp);
const Flag = Type.Boolean();
/** Left to the exchange to judge. */
const Anything = Type.Unknown();

const LIMIT = { limit_price: Amount };
const POST_ONLY = { post_only: Type.Optional(Flag) };
const NO_RFQ = { rfq_disabled: Type.Optional(Flag) };
const UNTIL = { end_time: Time };
const STOP = {
  ...LIMIT,
  stop_price: Amount,
  stop_direction: words(['STOP_DIRECTION_STOP_UP', 'STOP_DIRECTION_STOP_DOWN']),
};
const BRACKET = { ...LIMIT, stop_trigger_price: Amount };

const SCALED = {
  num_orders: Type.Optional(Anything),
  min_price: Type.Optional(Amount),
  max_price: Type.Optional(Amount),
  price_distribution: Type.Optional(Anything),
  size_distribution: Type.Optional(Anything),
  size_diff: Type.Optional(Amount),
  size_ratio: Type.Optional(Amount),
};

/** The size in the quote or in the base currency, never both. */
function quoteOrBase(fields: Record<string, TSchema>): TSchema {
  const options = { additionalProperties: false };
  return Type.Union([
    Type.Object({ quote_size: Amount, ...fields }, options),
    Type.Object({ base_size: Amount, ...fields }, options),
  ]);
}

function base(fields: Record<string, TSchema>): TSchema {
  return Type.Object({ base_size: Amount, ...fields }, { additionalProperties: false });
}

function ordersOnly(): TSchema {
  return Type.Object({ orders: Anything, ...SCALED }, { additionalProperties: false });
}

const KINDS: Record<string, TSchema> = {
  market_market_ioc: quoteOrBase(NO_RFQ),
  market_market_fok: quoteOrBase(NO_RFQ),
  sor_limit_ioc: quoteOrBase({ ...LIMIT, ...NO_RFQ }),
  limit_limit_gtc: quoteOrBase({ ...LIMIT, ...POST_ONLY, ...NO_RFQ }),
  limit_limit_gtd: quoteOrBase({ ...LIMIT, ...UNTIL, ...POST_ONLY, ...NO_RFQ }),
  limit_limit_fok: quoteOrBase({ ...LIMIT, ...NO_RFQ }),
  twap_limit_gtd: quoteOrBase({
    ...LIMIT,
    ...UNTIL,
    start_time: Time,
    number_buckets: Type.Optional(Anything),
    bucket_size: Type.Optional(Amount),
    bucket_duration: Type.Optional(Anything),
  }),
  stop_limit_stop_limit_gtc: base(STOP),
  stop_limit_stop_limit_gtd: base({ ...STOP, ...UNTIL }),
  trigger_bracket_gtc: base(BRACKET),
  trigger_bracket_gtd: base({ ...BRACKET, ...UNTIL }),
  scaled_limit_gtc: Type.Union([quoteOrBase({ ...SCALED, orders: Type.Optional(Anything) }), ordersOnly()]),
};

export const OrderConfiguration = Type.Union(
  Object.entries(KINDS).map(([kind, body]) =>
    Type.Object({ [kind]: body }, { title: kind, additionalProperties: false }),
  ),
  { $id: 'OrderConfiguration', description: "Coinbase's order_configuration: exactly one kind of order" },
);
