/** The schema of Coinbase's `order_configuration`, made from the table that the engine's own check uses. */
import { Type, type TSchema } from 'typebox';
import {
  fieldType,
  ORDER_KINDS,
  STOP_DIRECTIONS,
  type FieldName,
  type FieldType,
  type OrderKind,
} from '../../domain/order/order-kinds.ts';
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

const SCHEMAS: Record<FieldType, TSchema> = {
  decimal: ref(PositiveDecimal),
  boolean: Type.Boolean(),
  time: ref(Timestamp),
  'stop-direction': words(STOP_DIRECTIONS),
  // Left to the exchange to judge.
  unchecked: Type.Unknown(),
};

/** The body of a kind, once for each way in which its size can be given. */
function bodyOf({ required, optional, size }: OrderKind): TSchema {
  const withFields = (needed: readonly FieldName[]): TSchema => {
    const fields = {
      ...schemasOf(optional, (schema) => Type.Optional(schema)),
      ...schemasOf([...needed, ...required], (schema) => schema),
    };
    return Type.Object(fields, { additionalProperties: false });
  };
  if (size === 'base') return withFields(['base_size']);
  const sizes: FieldName[] = ['quote_size', 'base_size'];
  if (optional.includes('orders')) sizes.push('orders');
  return Type.Union(sizes.map((needed) => withFields([needed])));
}

function schemasOf(names: readonly FieldName[], as: (schema: TSchema) => TSchema): Record<string, TSchema> {
  return Object.fromEntries(names.map((name) => [name, as(SCHEMAS[fieldType(name)])]));
}

export const OrderConfiguration = Type.Union(
  Object.entries(ORDER_KINDS).map(([name, kind]) =>
    Type.Object({ [name]: bodyOf(kind) }, { title: name, additionalProperties: false }),
  ),
  { $id: 'OrderConfiguration', description: "Coinbase's order_configuration: exactly one kind of order" },
);
