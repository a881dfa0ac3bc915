/** What several bodies are made of. */
import { Type, type Static, type TSchema } from 'typebox';
import { LAYERS, ORDER_STATES, TRADE_STATUSES } from '../../domain/order/trade.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../ports/page.ts';
import { PROBLEM_TYPE } from '../problem.ts';

export const Decimal = Type.String({ pattern: '^-?\\d+(\\.\\d+)?$', description: 'A decimal number, exact' });
export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });

/** One of these strings. */
export function words<const Word extends string>(values: readonly Word[]) {
  return Type.Unsafe<Word>(Type.Enum([...values], { type: 'string' }));
}

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** Refers to a schema by its `$id`, under which the document has it. */
export function ref<Schema extends TSchema & { $id?: string }>(schema: Schema) {
  return Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` });
}

export const Side = words(['BUY', 'SELL']);
export const Status = words(TRADE_STATUSES);
export const State = words(ORDER_STATES);
export const Layer = words(LAYERS);

const FieldError = Type.Object({ field: Type.String(), message: Type.String() });

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'What kind of problem: urn:order-sync:problem:<kind>' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'The path that was asked for' }),
    errors: Type.Optional(Type.Array(FieldError, { description: 'The wrong fields' })),
  },
  { $id: 'Problem', description: 'An error as RFC 9457 has it; a kind of problem may have further members' },
);

const MEANINGS = {
  400: 'The request is malformed',
  401: 'The token is missing or wrong',
  403: 'The token lacks the role that this needs; without tokens: the request does not come from this machine',
  404: 'There is no such order',
  409: 'It conflicts with what the order is',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too many requests; retry-after says when to come back',
  500: 'An error of the engine itself',
  503: 'The exchange, Temporal or the database is out of reach',
} as const;

type ProblemStatus = keyof typeof MEANINGS;

/** The problems that a route can answer, besides those that every route can. */
export function problems(...statuses: ProblemStatus[]): Record<string, unknown> {
  const everywhere: ProblemStatus[] = [401, 403, 429, 500, 503];
  return Object.fromEntries([...statuses, ...everywhere].map((status) => [status, problem(MEANINGS[status])]));
}

export function problem(description: string, schema: TSchema = ref(Problem)) {
  return { description, content: { [PROBLEM_TYPE]: { schema } } };
}

/** `{order_id}` of a path. */
export const OrderPath = Type.Object({
  order_id: Type.String({
    minLength: 1,
    maxLength: 128,
    description: "The exchange's order id or the client order id; the exchange's wins",
  }),
});

export const PAGE_QUERY = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'next_cursor of the page before; opaque' }),
  ),
};

export function pageOf<Item extends TSchema & { $id?: string }>(item: Item, description: string) {
  const next_cursor = nullable(Type.String({ description: 'Null on the last page' }));
  return Type.Object({ items: Type.Array(ref(item)), next_cursor }, { description });
}
