import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AdoptReport } from '../../src/cli/adopt/adopt.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { LedgerOrder, OrderAction } from '../../src/simulator/index.ts';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/waiting.ts';
import { commandLine, type CommandLine } from './command-line.ts';

const DAY_MS = 86_400_000;
const PER_SECOND = 30;

let test: TestEngine;
let line: CommandLine;
let folder: string;
beforeAll(async () => {
  test = await startTestEngine({ requestsPerSecond: PER_SECOND });
  test.simulator.rateLimit.set(40);
  line = commandLine({ environment: { ...test.environment, USER: 'carol' }, taskQueue: test.taskQueue });
  folder = await mkdtemp(join(tmpdir(), 'order-sync-adopt-'));
});
afterAll(async () => {
  await test?.stop();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;

/** An order that another system placed at the exchange yesterday, and what became of it; answers the exchange's id. */
function elsewhere(actions: readonly OrderAction[], clientOrderId = `elsewhere-${(count += 1)}`): string {
  const { exchange } = test.simulator;
  exchange.setPlan({ clientOrderId }, {});
  const { order } = exchange.place(
    {
      clientOrderId,
      productId: 'BTC-USD',
      side: 'BUY',
      configuration: { limit_limit_gtc: { base_size: '0.002', limit_price: '1000.00', post_only: false } },
    },
    Date.now() - DAY_MS,
  );
  for (const action of actions) exchange.act(order.orderId, action);
  return order.orderId;
}

async function csv(rows: readonly string[], header = 'order_id,bot_id'): Promise<string> {
  const file = join(folder, `${randomUUID()}.csv`);
  await writeFile(file, [header, ...rows, ''].join('\n'));
  return file;
}

async function adoptFile(rows: readonly string[]): Promise<{ status: number; orders: AdoptReport[]; err: string }> {
  const { status, out, err } = await line('adopt', '--from-csv', await csv(rows), '--reason', 'migration', '--json');
  return { status, err, orders: (JSON.parse(out) as { orders: AdoptReport[] }).orders };
}

async function rowOf(orderId: string): Promise<Trade> {
  const trade = await test.trades.findByEitherId(orderId);
  if (trade === null) throw new Error(`there is no row for ${orderId}`);
  return trade;
}

function truthOf(orderId: string): LedgerOrder {
  const order = test.simulator.ledger.order(orderId);
  if (order === undefined) throw new Error(`the exchange never had ${orderId}`);
  return order;
}

describe('adopt', () => {
  it('takes an order over that has filled: its row, its fills, and who took it over', async () => {
    const orderId = elsewhere([{ do: 'fill' }], 'by-hand-1');

    const { status, out } = await line('adopt', orderId, '--bot', 'bot7');

    expect(status).toBe(0);
    expect(out).toMatch(new RegExp(`${orderId} +bot7 +completed +0\\.002 +1000\n`));
    const truth = truthOf(orderId);
    const row = await eventually(
      async () => {
        const present = await rowOf(orderId);
        return present.fillsComplete && present;
      },
      { withinMs: 10_000, what: 'its fills' },
    );
    expect(row).toMatchObject({
      clientOrderId: 'by-hand-1',
      botId: 'bot7',
      status: 'completed',
      postAttempts: 0,
      // Whoever asks first: the command, or the feed, which knows the order from now on.
      detectedBy: expect.stringMatching(/^(manual-sync|monitoring)$/),
      immediateFill: false,
      filledSize: truth.filledSize,
      totalFees: truth.totalFees,
      filledAt: truth.lastFillAt,
      createdAt: truth.createdAt,
      orderConfiguration: truth.configuration,
    });
    expect(await test.trades.fillsOf(orderId)).toHaveLength(1);
    const [first] = await test.trades.events('by-hand-1');
    expect(first).toMatchObject({
      fromStatus: null,
      toStatus: 'pending',
      state: 'monitoring',
      cause: 'adopted',
      source: 'listing',
      requestedBy: 'carol',
      evidence: { status: 'FILLED', client_order_id: 'by-hand-1' },
    });
    expect(test.simulator.ledger.postCount('by-hand-1')).toBe(0);
    const clocks = (await test.engine.database.clockOffsets.latest()).filter(
      ({ process }) => process === first?.sentBy,
    );
    expect(clocks.map(({ clock }) => clock)).toEqual(['database', 'exchange']);
  });

  it('watches an order that is still open to its end, and never posts', async () => {
    const orderId = elsewhere([], 'by-hand-2');

    const { status, out } = await line('adopt', orderId, '--bot', 'bot7');

    expect({ status, out }).toMatchObject({ status: 0, out: expect.stringContaining('pending') });
    test.simulator.exchange.act(orderId, { do: 'fill' });
    const outcome = await test.outcome(test.client.workflow.getHandle('order-by-hand-2'));
    expect(outcome).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });
    expect(test.simulator.ledger.postCount('by-hand-2')).toBe(0);
  });

  it('has the exchange’s order id stand in for a client order id that cannot be one of ours', async () => {
    const orderId = elsewhere([{ do: 'fill' }], 'placed in the app, by hand');

    expect(await line('adopt', orderId, '--bot', 'bot7')).toMatchObject({ status: 0 });

    expect(await rowOf(orderId)).toMatchObject({ clientOrderId: orderId, orderId, status: 'completed' });
  });

  it("finds an order that is missing from the exchange's list", async () => {
    const orderId = elsewhere([{ do: 'fill' }], 'not-listed');
    const match = { endpoint: 'listOrders', clientOrderId: 'not-listed' } as const;
    const omission = test.simulator.faults.add({ match, do: { kind: 'omit' } });
    try {
      expect(await line('adopt', orderId, '--bot', 'bot7')).toMatchObject({ status: 0 });
    } finally {
      test.simulator.faults.remove(omission);
    }
  });

  it('resumes a row that no workflow watches, and changes none that has ended or belongs to another bot', async () => {
    const orderId = elsewhere([{ do: 'cancel' }], 'known-already');
    await line('adopt', orderId, '--bot', 'bot7');
    const ended = await rowOf(orderId);

    const again = await line('adopt', orderId, '--bot', 'bot7');
    const foreign = await line('adopt', orderId, '--bot', 'bot8');

    expect(again).toMatchObject({ status: 0, out: expect.stringContaining('already known (cancelled)') });
    expect(foreign).toMatchObject({ status: 1, out: expect.stringContaining('as known-already of bot bot7') });
    expect(await rowOf(orderId)).toEqual(ended);
    expect((await test.trades.events('known-already')).filter(({ cause }) => cause === 'adopted')).toHaveLength(1);
  });

  it('inserts nothing while the exchange is unreachable, and says so', async () => {
    const orderId = elsewhere([], 'out-of-reach');
    const outage = test.simulator.faults.add({ match: {}, do: { kind: 'reset', when: 'before' } });
    try {
      const { status, out } = await line('adopt', orderId, '--bot', 'bot7');
      expect(status).toBe(1);
      expect(out).toMatch(/not adopted .*GET .*no whole answer/);
    } finally {
      test.simulator.faults.remove(outage);
    }
    expect(await test.trades.findByEitherId(orderId)).toBeNull();
  });

  it('gives up if no worker picks up the orders, and continues with them when it is run again', async () => {
    const orderIds = [elsewhere([{ do: 'fill' }]), elsewhere([{ do: 'fill' }])];
    const rows = orderIds.map((orderId) => `${orderId},bot7`);
    const nobody = commandLine({
      environment: { ...test.environment, TEMPORAL_ADDRESS: '127.0.0.1:9' },
      taskQueue: test.taskQueue,
    });

    const without = await nobody('adopt', '--from-csv', await csv(rows));

    expect(without).toMatchObject({ status: 1, err: expect.stringContaining('Temporal at 127.0.0.1:9') });
    const { status, orders } = await adoptFile(rows);
    expect(status).toBe(0);
    expect(orders.map((order) => order.status)).toEqual(['completed', 'completed']);
  });
});

describe('adopt --from-csv', () => {
  it('corrects 200 stuck trades of all kinds, with no more requests than half a minute allows', async () => {
    const KINDS: Record<string, readonly OrderAction[]> = {
      completed: [{ do: 'fill', part: '0.5' }, { do: 'fill' }],
      cancelled: [{ do: 'cancel' }],
      cancelledWithFills: [
        { do: 'fill', part: '0.25' },
        { do: 'cancel', message: 'by the user' },
      ],
      expired: [{ do: 'expire' }],
      failed: [{ do: 'fail', reason: 'HOLD_FAILURE' }],
      pending: [],
      pendingWithFills: [{ do: 'fill', part: '0.5' }],
    };
    const expected = new Map<string, string>();
    for (let round = 0; round < 25; round += 1) {
      for (const [kind, actions] of Object.entries(KINDS))
        expected.set(elsewhere(actions), kind.replace('WithFills', ''));
    }
    const unknown = Array.from({ length: 10 }, () => randomUUID());
    const purged = Array.from({ length: 5 }, () => elsewhere([{ do: 'fill' }, { do: 'purge' }]));
    const known = Array.from({ length: 10 }, () => elsewhere([{ do: 'fill' }]));
    await adoptFile(known.map((orderId) => `${orderId},bot7`));
    const ids = [...expected.keys(), ...unknown, ...purged, ...known];
    const twice = ids.slice(0, 20);

    const before = test.simulator.ledger.requestCount();
    const { status, orders, err } = await adoptFile([...ids, ...twice].map((orderId) => `${orderId},bot7`));
    const requests = test.simulator.ledger.requestCount() - before;

    expect(ids).toHaveLength(200);
    expect(requests).toBeLessThan(30 * PER_SECOND);
    expect(orders.map(({ orderId }) => orderId)).toEqual(ids);
    for (const { orderId, result, status: standing, error } of orders.slice(0, expected.size)) {
      expect({ orderId, result, standing, error }).toEqual({
        orderId,
        result: 'adopted',
        standing: expected.get(orderId),
        error: null,
      });
    }
    expect(orders.slice(175, 190).map(({ result }) => result)).toEqual(Array(15).fill('unknown'));
    expect(orders.slice(190).map(({ result }) => result)).toEqual(Array(10).fill('already_known'));
    expect(orders[0]?.lines).toEqual([2, 202]);
    expect(status).toBe(1);
    expect(err).toContain('15 of 200 orders could not be adopted');
    for (const orderId of [...unknown, ...purged]) expect(await test.trades.findByEitherId(orderId)).toBeNull();
    for (const orderId of expected.keys()) {
      const truth = truthOf(orderId);
      const row = await eventually(
        async () => {
          const present = await rowOf(orderId);
          return (present.status === 'pending' || present.fillsComplete) && present;
        },
        { withinMs: 20_000, what: `the fills of ${orderId}` },
      );
      expect(row).toMatchObject({
        status: expected.get(orderId),
        filledSize: truth.filledSize,
        createdAt: truth.createdAt,
      });
      const fills = row.status === 'pending' ? [] : await test.trades.fillsOf(orderId);
      expect(fills).toHaveLength(row.status === 'pending' ? 0 : truth.fillCount);
    }
    expect(test.simulator.ledger.posts()).toEqual([]);
    expect(test.simulator.ledger.busiestSecond()).toBeLessThanOrEqual(40);
  });

  it('shows progress and a summary on a terminal', async () => {
    const file = await csv([`${elsewhere([{ do: 'fill' }])},bot7`, `${elsewhere([{ do: 'cancel' }])},bot7`]);

    const { status, out, err } = await line('adopt', '--from-csv', file);

    expect(status).toBe(0);
    expect(err).toBe('2 of 2 orders\n');
    expect(out).toMatch(/^ORDER ID +BOT +OUTCOME/);
    expect(out).toMatch(/\n1 completed, 1 cancelled\.\n$/);
  });

  it('names each wrong line and adopts nothing', async () => {
    const orderId = elsewhere([{ do: 'fill' }]);
    const file = await csv([`${orderId},bot7`, `${orderId},bot8`, 'two words,bot7', randomUUID(), ',bot7']);

    const { status, out, err } = await line('adopt', '--from-csv', file);

    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(`line 3: order ${orderId} is bot8's here and bot7's in line 2`);
    expect(err).toContain('line 4: order_id must be');
    expect(err).toContain('line 5: has 1 fields, the header 2');
    expect(err).toContain('line 6: order_id must be');
    expect(await test.trades.findByEitherId(orderId)).toBeNull();
  });

  it.each([
    ['neither', [], 'give an order id, or --from-csv'],
    ['both', ['some-id', '--from-csv', 'file.csv'], 'give an order id, or --from-csv'],
    ['an order without its bot', ['some-id'], '--bot: is required'],
    ['a bot for a whole file', ['--bot', 'bot7', '--from-csv', 'file.csv'], '--bot: cannot be used with --from-csv'],
  ])('is wrong usage with %s', async (_what, argv, says) => {
    const { status, err } = await line('adopt', ...argv);
    expect(status).toBe(2);
    expect(err).toContain(says);
  });

  it('says that the file does not exist', async () => {
    const { status, err } = await line('adopt', '--from-csv', join(folder, 'nowhere.csv'));
    expect({ status, err }).toEqual({ status: 1, err: expect.stringMatching(/^error: .*nowhere\.csv cannot be read/) });
  });
});

it('reports an order that the engine placed as known already', async () => {
  const request = limitOrder({ policy: { immediateCheckAttempts: 1 } });
  test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill' }] });
  const { orderId } = await test.outcome(await test.start(request));

  const { status, orders } = await adoptFile([`${orderId},bot7`]);

  expect(status).toBe(0);
  expect(orders).toMatchObject([{ result: 'already_known', status: 'completed' }]);
});
