/** The bodies of placing: the document's picture of an order request, and the answer. */
import { Type } from 'typebox';
import { DEFAULT_POLICY, POLICY_BOUNDS, POLICY_FIELDS, type OrderPolicy } from '../../domain/order/policy.ts';
import { snakeName } from '../../domain/names.ts';
import { nullable, ref, Side, Status } from './common.ts';
import { OrderConfiguration } from './order-configuration.ts';

const BLANK = ' \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff';
const CONTROL = '\\x00-\\x1f\\x7f';
/** A text with at least one visible and no control character. */
const VISIBLE = `^[${BLANK}]*[^${BLANK}${CONTROL}][^${CONTROL}]*$`;

export const BotId = Type.String({ minLength: 1, maxLength: 128, pattern: VISIBLE, examples: ['bot7'] });
export const ProductId = Type.String({ minLength: 1, maxLength: 64, pattern: VISIBLE, examples: ['BTC-USD'] });
const ClientOrderId = Type.String({
  pattern: '^[A-Za-z0-9._-]{1,128}$',
  description: 'Idempotency key',
  examples: ['bot7-20261123-0001'],
});

const MEANINGS: Record<keyof OrderPolicy, string> = {
  placeForMs: 'How long after created_at the order may be sent, the first time included',
  immediateCheckAttempts: 'Looks after the placement, the first at once',
  immediateCheckIntervalMs: 'From one look to the next',
  monitorIntervalMs: 'How stale the knowledge of a watched order may be',
  monitorForMs: 'The monitoring window',
};

const settings = POLICY_FIELDS.map((field) => {
  const [minimum, maximum] = POLICY_BOUNDS[field];
  const options = { minimum, maximum, default: DEFAULT_POLICY[field], description: MEANINGS[field] };
  return [snakeName(field), Type.Optional(Type.Integer(options))] as const;
});

export const Policy = Type.Object(Object.fromEntries(settings), {
  $id: 'Policy',
  additionalProperties: false,
  description: 'Any subset; the rest has its defaults',
});

export const OrderRequest = Type.Object(
  {
    client_order_id: ClientOrderId,
    bot_id: BotId,
    product_id: ProductId,
    side: Side,
    order_configuration: ref(OrderConfiguration),
    policy: Type.Optional(nullable(ref(Policy))),
  },
  { $id: 'OrderRequest', additionalProperties: false },
);

export const OrderAccepted = Type.Object(
  { client_order_id: ClientOrderId, workflow_id: Type.String(), status: Status },
  { $id: 'OrderAccepted', description: 'The intent is committed; status is the present one' },
);
