import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { OrderState } from '../../src/domain/order/order-state.ts';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { monitored } from '../support/scenario.ts';
import { commandLine, type CommandLine } from './command-line.ts';

const BY = ['--requested-by', 'alice', '--reason', 'not in the statement'];

let test: TestEngine;
let line: CommandLine;
beforeAll(async () => {
  test = await startTestEngine();
  line = commandLine({ environment: { ...test.environment, USER: 'carol' }, taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

async function pending(change: Parameters<typeof limitOrder>[0] = {}): Promise<string> {
  const request = limitOrder({ policy: SLOW, ...change });
  await monitored(test, request);
  return request.clientOrderId;
}

async function rowOf(clientOrderId: string): Promise<Trade | null> {
  return test.trades.find(clientOrderId);
}

describe('resolve', () => {
  it('ends an order that the exchange has forgotten, and records who said so and why', async () => {
    const id = await pending();
    test.simulator.exchange.act(id, { do: 'purge' });

    const { status, out } = await line('resolve', id, '--status', 'failed', ...BY, '--json');

    expect(status).toBe(0);
    expect(JSON.parse(out) as OrderState).toMatchObject({
      status: 'failed',
      state: 'closed',
      reason: 'RESOLVED_BY_OPERATOR',
      detectedBy: 'manual-sync',
    });
    const events = await test.trades.events(id);
    expect(events.find(({ cause }) => cause === 'resolved')).toMatchObject({
      requestedBy: 'alice',
      reason: 'not in the statement',
    });
  });

  it('works by the beginning of an id on an order whose workflow was terminated', async () => {
    const id = await pending();
    test.simulator.exchange.act(id, { do: 'purge' });
    await test.client.workflow.getHandle(`order-${id}`).terminate('by mistake');

    const { status, out } = await line('resolve', id.slice(0, -1), '--status', 'cancelled', ...BY);

    expect({ status, out }).toEqual({ status: 0, out: `Order ${id} is cancelled (RESOLVED_BY_OPERATOR).\n` });
  });

  it('exits 1 and changes nothing when the exchange shows the order open, or does not answer', async () => {
    const id = await pending();
    const open = await line('resolve', id, '--status', 'failed', ...BY);
    const match = { endpoint: 'getOrder', clientOrderId: id } as const;
    const outage = test.simulator.faults.add({ match, do: { kind: 'reset', when: 'before' } });
    const silent = await line('resolve', id, '--status', 'failed', ...BY);
    test.simulator.faults.remove(outage);

    expect(open).toMatchObject({ status: 1, out: '' });
    expect(open.err).toMatch(
      /^error: the order \S+ cannot be resolved: the exchange shows the order OPEN; sync it instead\n$/,
    );
    expect(silent).toMatchObject({ status: 1, err: expect.stringContaining('the exchange did not answer') });
    expect(await rowOf(id)).toMatchObject({ status: 'pending', reason: null });
  });

  it('records instead another end that the exchange shows', async () => {
    const id = await pending();
    test.simulator.exchange.act(id, { do: 'expire' });

    const { status, out } = await line('resolve', id, '--status', 'failed', ...BY);

    expect({ status, out }).toEqual({ status: 0, out: `Order ${id} is expired.\n` });
  });

  it('exits 1 for an order that has ended', async () => {
    const request = marketOrder();
    await test.outcome(await test.start(request));

    const { status, err } = await line('resolve', request.clientOrderId, '--status', 'failed', ...BY);

    expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining('has ended as completed already') });
  });

  it.each([
    ['without a status', BY, '--status'],
    ['with a status that is none of the two', ['--status', 'completed', ...BY], 'cancelled, failed'],
    ['without a name', ['--status', 'failed', '--reason', 'x'], '--requested-by'],
    ['without a reason', ['--status', 'failed', '--requested-by', 'x'], '--reason'],
  ])('is wrong usage %s', async (_what, flags, says) => {
    expect(await line('resolve', 'some-id', ...flags)).toMatchObject({ status: 2, err: expect.stringContaining(says) });
  });

  it('exits 1 when name or reason are blank', async () => {
    const id = await pending();
    const { status, err } = await line('resolve', id, '--status', 'failed', '--requested-by', ' ', '--reason', '');
    expect(status).toBe(1);
    expect(err).toMatch(
      /the resolution is not valid: requestedBy: must be a non-blank string.*; reason: must be a non-blank string/,
    );
  });
});

describe('sync --dry-run', () => {
  it('shows what a sync would write, and writes, starts and signals nothing', async () => {
    const id = await pending();
    // The feed would find the fill in the account's list.
    test.simulator.faults.add({ match: { endpoint: 'listFills', clientOrderId: id }, do: { kind: 'omit' } });
    test.simulator.exchange.act(id, { do: 'fill' });
    const [row, events, history] = await recordOf(id);

    const { status, out } = await line('sync', id, '--dry-run');
    const { out: json } = await line('sync', id, '--dry-run', '--json');

    expect(status).toBe(0);
    expect(out).toBe(
      [
        `Order ${id} would be brought up to date.`,
        '  before    pending, filled 0',
        '  exchange  FILLED, filled 0.002',
        '  after     completed, filled 0.002',
        '',
      ].join('\n'),
    );
    const dry = JSON.parse(json) as SyncReport;
    expect(await recordOf(id)).toEqual([row, events, history]);
    const { out: real } = await line('sync', id, '--json');
    const { syncedAt: _dryAt, ...compared } = dry;
    const { syncedAt: _realAt, ...synced } = JSON.parse(real) as SyncReport;
    expect(compared).toEqual(synced);
  });

  it('works without a worker and without Temporal', async () => {
    const id = await pending();
    const alone = commandLine({ environment: { ...test.environment, TEMPORAL_ADDRESS: '127.0.0.1:9' } });

    expect(await alone('sync', id, '--dry-run')).toMatchObject({
      status: 0,
      out: expect.stringContaining('would stay as it is'),
    });
  });

  it('exits 1 and says so when the exchange does not answer', async () => {
    const id = await pending();
    const match = { endpoint: 'getOrder', clientOrderId: id } as const;
    const outage = test.simulator.faults.add({ match, do: { kind: 'reset', when: 'before' } });

    const { status, out, err } = await line('sync', id, '--dry-run');
    test.simulator.faults.remove(outage);

    expect(status).toBe(1);
    expect(out).toContain('no answer');
    expect(err).toMatch(/^error: there is nothing to compare with: GET /);
  });
});

/** Everything that a sync by hand could leave traces in. */
async function recordOf(clientOrderId: string): Promise<unknown[]> {
  const { events } = await test.client.workflow.getHandle(`order-${clientOrderId}`).fetchHistory();
  return [await test.trades.find(clientOrderId), await test.trades.events(clientOrderId), events?.length];
}

describe('the beginning of an id', () => {
  it.each(['status', 'sync', 'sync --dry-run', 'audit verify', 'cancel'])(
    'is enough for %s',
    async (verb) => {
      const id = await pending();
      const orderId = (await rowOf(id))?.orderId ?? '';

      for (const beginning of [id.slice(0, -1), orderId.slice(0, 12)]) {
        const { status, out } = await line(...verb.split(' '), beginning);
        expect({ status, out }).toEqual({ status: 0, out: expect.stringContaining(id) });
      }
    },
    240_000,
  );

  it('is not a pattern', async () => {
    await pending();
    expect(await line('status', '%')).toMatchObject({ status: 1, err: expect.stringContaining('no order %') });
  });

  it('names the first few orders if it matches many', async () => {
    const alike = Array.from({ length: 6 }, (_, index) => `many-alike-${index}`);
    await Promise.all(alike.map((clientOrderId) => test.start(marketOrder({ clientOrderId }))));
    await Promise.all(alike.map((clientOrderId) => test.untilState(clientOrderId, () => true)));

    const { status, err } = await line('status', 'many-alike');

    expect(status).toBe(1);
    expect(err).toMatch(
      /many-alike matches more than 5 orders \((many-alike-\d, ){4}many-alike-\d\): give more characters of the id/,
    );
  });
});
