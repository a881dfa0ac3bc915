import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidQueryError, TradeOperator, type CommandResult } from '../../src/client/index.ts';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { fillUnseen, monitored } from '../support/scenario.ts';
import { call, type Answer } from './caller.ts';

let test: TestEngine;
let url: string;
let operator: TradeOperator;
beforeAll(async () => {
  test = await startTestEngine({ http: { host: '127.0.0.1', port: 0, token: null } });
  url = test.engine.http?.url ?? '';
  operator = new TradeOperator({ url });
});
afterAll(() => test?.stop());

async function resting(botId: string, count: number): Promise<string[]> {
  const requests = Array.from({ length: count }, () => limitOrder({ botId, policy: SLOW }));
  await Promise.all(requests.map((request) => monitored(test, request)));
  return requests.map(({ clientOrderId }) => clientOrderId);
}

function post(verb: 'sync' | 'cancel' | 'resolve', body: object): Promise<Answer> {
  return call(`${url}/api/v1/trades/${verb}`, { body });
}

async function all(results: AsyncIterable<CommandResult>): Promise<CommandResult[]> {
  const collected: CommandResult[] = [];
  for await (const result of results) collected.push(result);
  return collected;
}

describe('a command for many orders', () => {
  it('shows in a dry run which orders it would reach, and changes nothing', async () => {
    const ids = await resting('dry', 2);
    const { status, body } = await post('cancel', { filter: { bot_id: 'dry' }, dry_run: true });

    expect(status).toBe(200);
    expect(body).toEqual({
      items: expect.arrayContaining(
        ids.map((id) => ({
          client_order_id: id,
          order_id: expect.any(String),
          bot_id: 'dry',
          product_id: 'BTC-USD',
          from_status: 'pending',
          to_status: 'pending',
          outcome: 'selected',
          error: null,
        })),
      ),
      next_cursor: null,
    });
    expect((await test.trades.events(ids[0] ?? '')).map(({ cause }) => cause)).not.toContain('cancel_requested');
  });

  it('continues from page to page, and reaches each order once', async () => {
    const ids = await resting('paged', 5);
    const pages: unknown[] = [];
    const reached: string[] = [];
    for (let cursor: unknown; cursor !== null;) {
      const filter = { bot_id: 'paged' };
      const { body } = await post('cancel', { filter, limit: 2, requested_by: 'ann', ...(cursor ? { cursor } : {}) });
      const items = body['items'] as { client_order_id: string; outcome: string }[];
      pages.push(items.map(({ outcome }) => outcome));
      reached.push(...items.map(({ client_order_id: id }) => id));
      cursor = body['next_cursor'];
    }
    expect(pages).toEqual([['requested', 'requested'], ['requested', 'requested'], ['requested']]);
    expect(reached.toSorted()).toEqual(ids.toSorted());
    for (const id of ids) await test.untilState(id, (state) => state.status === 'cancelled');
    const wanted = (await test.trades.events(ids[0] ?? '')).find(({ cause }) => cause === 'cancel_requested');
    expect(wanted).toMatchObject({ requestedBy: 'ann' });
  });

  it.each([
    ['an empty filter', { filter: {} }, { field: 'filter' }],
    ['no filter', {}, { field: 'filter' }],
    ['a filter beside all', { filter: { all: true, bot_id: 'x' } }, { field: 'filter.all' }],
    ['an ended status', { filter: { status: 'completed' } }, { field: 'filter.status' }],
    ['too many at once', { filter: { all: true }, limit: 101 }, { field: 'limit' }],
  ])('is refused for %s', async (_what, body, error) => {
    expect(await post('cancel', body)).toMatchObject({ status: 400, body: { errors: [error] } });
  });

  it('needs the name of whoever resolves', async () => {
    const { status, body } = await post('resolve', { filter: { all: true }, status: 'failed', requested_by: ' ' });
    expect({ status, errors: body['errors'] }).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([
        expect.objectContaining({ field: 'reason' }),
        expect.objectContaining({ field: 'requested_by' }),
      ]),
    });
  });

  it('is described with its result', async () => {
    const { body } = await call(`${url}/openapi.json`);
    const paths = body['paths'] as Record<string, { post?: { operationId: string } }>;
    const operations = ['sync', 'cancel', 'resolve'].map((verb) => paths[`/api/v1/trades/${verb}`]?.post?.operationId);
    expect(operations).toEqual(['syncTrades', 'cancelTrades', 'resolveTrades']);
  });
});

describe('the client', () => {
  it('syncs many, and names the order that the exchange did not show', async () => {
    const ids = await resting('client', 3);
    const [silent = ''] = ids;
    for (const clientOrderId of ids.slice(1)) fillUnseen(test, { clientOrderId });
    const match = { endpoint: 'getOrder', clientOrderId: silent } as const;
    const outage = test.simulator.faults.add({ match, do: { kind: 'reset', when: 'before' } });

    const results = await all(operator.sync({ botId: 'client' }, { requestedBy: 'ann' }));
    test.simulator.faults.remove(outage);

    const byId = new Map(results.map((result) => [result.clientOrderId, result]));
    expect(ids.map((id) => byId.get(id)?.outcome)).toEqual(['failed', 'updated', 'updated']);
    expect(byId.get(silent)?.error).toMatch(/GET /);
    expect(byId.get(ids[1] ?? '')).toMatchObject({ fromStatus: 'pending', toStatus: 'completed' });
  });

  it('resolves many', async () => {
    const ids = await resting('lost', 2);
    for (const id of ids) test.simulator.exchange.act(id, { do: 'purge' });
    const resolution = { status: 'cancelled', requestedBy: 'ann', reason: 'not in the statement' } as const;

    const old = await all(operator.resolve({ botId: 'lost', olderThanSeconds: 3_600 }, resolution));
    const results = await all(operator.resolve({ botId: 'lost', status: 'pending' }, resolution));

    expect(old).toEqual([]);
    expect(results.map(({ outcome, toStatus }) => [outcome, toStatus])).toEqual([
      ['resolved', 'cancelled'],
      ['resolved', 'cancelled'],
    ]);
  });

  it('refuses an empty filter', async () => {
    await expect(all(operator.cancel({}))).rejects.toThrow(InvalidQueryError);
  });
});

describe('the buttons of the status page', () => {
  it('reach each order of the list once, in the name of whoever pressed them', async () => {
    const ids = await resting('pressed', 2);
    const asked = { view: 'open', bot_id: 'pressed', requested_by: 'ann', reason: 'tidy up' };

    const { status, body } = await call(`${url}/page/many/cancel`, { body: asked });

    expect(status).toBe(200);
    expect(body['text']).toContain('<h2>2 requested</h2>');
    for (const id of ids) {
      expect(body['text']).toContain(`/?order=${id}`);
      await test.untilState(id, (state) => state.status === 'cancelled');
      const wanted = (await test.trades.events(id)).filter(({ cause }) => cause === 'cancel_requested');
      expect(wanted).toMatchObject([{ requestedBy: 'ann', reason: 'tidy up' }]);
    }
    const again = await call(`${url}/page/many/cancel`, { body: asked });
    expect(again.body['text']).toContain('No order is left in the list');
  });
});
