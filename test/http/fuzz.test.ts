/** Every operation of the interface's own description, called with what it allows and with what it nearly allows. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { Compile } from 'typebox/compile';
import { readOrderRequest } from '../../src/http/order-request.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/waiting.ts';
import { call, type Answer } from './caller.ts';
import { allowedBy, inlined, nearly, type Schema } from './from-schema.ts';

const SEED = 20_261_123;

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }[];
  body: Schema | null;
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

let test: TestEngine;
let url: string;
let operations: Operation[];
let orderRequest: Schema;

beforeAll(async () => {
  test = await startTestEngine({ http: { host: '127.0.0.1', port: 0, token: null } });
  url = test.engine.http?.url ?? '';
  const document = (await call(`${url}/openapi.json`)).body;
  const paths = inlined(document['paths'], document) as Record<string, Record<string, Schema>>;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(method.toUpperCase(), path, operation)),
  );
  orderRequest = operations.find(({ path }) => path === '/api/v1/orders')?.body ?? {};
});
afterAll(() => test?.stop());

function operationOf(method: string, path: string, operation: Schema): Operation {
  const body = operation['requestBody'] as { content: Record<string, { schema: Schema }> } | undefined;
  return {
    method,
    path,
    parameters: (operation['parameters'] ?? []) as Operation['parameters'],
    body: body?.content['application/json']?.schema ?? null,
    responses: operation['responses'] as Operation['responses'],
  };
}

interface Input {
  path: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
}

/** Orders that exist, so that the operations on one order reach it. */
const SOME_IDS = fc.constantFrom('fuzz-1', 'fuzz-2', 'nobody');

function inputs({ parameters, body }: Operation): Arbitrary<Input> {
  const named = (where: 'path' | 'query') =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === where)
        .map(({ name, schema }) => [name, name === 'order_id' ? SOME_IDS : allowedBy(schema)]),
    );
  const queries = fc.record(named('query'), { requiredKeys: [], noNullPrototype: true });
  const bodies = body === null ? fc.constant(undefined) : allowedBy(body);
  return fc.record({
    path: fc.record(named('path') as Record<string, Arbitrary<string>>, { noNullPrototype: true }),
    query: fc.oneof(queries, nearly(queries).map(asQuery)),
    body: body === null ? bodies : fc.oneof(bodies, nearly(bodies)),
  });
}

function asQuery(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { odd: value };
}

function send({ method, path }: Operation, input: Input): Promise<Answer> {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((input.path[name] ?? '').toWellFormed()),
  );
  const query = new URLSearchParams(
    Object.entries(input.query).map(([name, value]) => [name, String(value)] as [string, string]),
  );
  return call(`${url}${filled}?${query.toString()}`, { method, body: input.body });
}

/** What the answer has that the description does not tell of, or null. Nothing is away in this test, so that there is no excuse for a 5xx. */
function oddity({ responses }: Operation, { status, headers, body }: Answer): string | null {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const described = responses[String(status)]?.content?.[type];
  const shown = `${status} ${type} ${JSON.stringify(body)}`;
  if (described === undefined || status >= 500) return `unexpected: ${shown}`;
  const errors = type === 'text/plain' ? [] : Compile(described.schema).Errors(body);
  return errors.length === 0 ? null : `not as described: ${shown}: ${JSON.stringify(errors)}`;
}

describe('the interface', () => {
  it('answers whatever its description allows, or nearly allows, as its description says', async () => {
    await eventually(async () => (await call(`${url}/readyz`)).status === 200, { withinMs: 20_000, what: 'readiness' });
    for (const id of ['fuzz-1', 'fuzz-2']) await call(`${url}/api/v1/orders`, { body: placing(id) });
    for (const operation of operations) {
      const property = fc.asyncProperty(inputs(operation), async (input) => {
        expect(oddity(operation, await send(operation, input))).toBeNull();
      });
      await fc.assert(property, { seed: SEED, numRuns: 20, endOnFailure: true });
    }
  });

  it('places whatever its description allows, and refuses nothing of it', async () => {
    const property = fc.asyncProperty(allowedBy(orderRequest), fc.uuid(), async (order, id) => {
      const body = { ...(order as object), client_order_id: id };
      expect((await call(`${url}/api/v1/orders`, { body })).status).toBe(202);
    });
    await fc.assert(property, { seed: SEED, numRuns: 20, endOnFailure: true });
  });
});

describe('the description of an order request', () => {
  it('allows what the rule for order requests allows, and nothing else', () => {
    const described = Compile(orderRequest);
    const allowed = allowedBy(orderRequest);
    const property = fc.property(fc.oneof(allowed, nearly(allowed)), (body) => {
      expect({ body, allowed: described.Check(body) }).toEqual({ body, allowed: isAllowed(body) });
    });
    fc.assert(property, { seed: SEED, numRuns: 2_000, endOnFailure: true });
  });
});

function isAllowed(body: unknown): boolean {
  try {
    readOrderRequest(body);
    return true;
  } catch {
    return false;
  }
}

function placing(id: string): Schema {
  const order_configuration = { limit_limit_gtc: { base_size: '0.001', limit_price: '1000' } };
  return { client_order_id: id, bot_id: 'fuzz', product_id: 'BTC-USD', side: 'BUY', order_configuration };
}
