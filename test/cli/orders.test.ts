import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { OrderState } from '../../src/domain/order/order-state.ts';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import type { Page } from '../../src/ports/page.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { temporalAddress } from '../support/resources.ts';
import { untilFillsComplete } from '../support/truth.ts';
import { commandLine, type CommandLine } from './command-line.ts';

const MARKET = ['--product', 'BTC-USD', '--side', 'buy', '--quote-size', '10.00'];
const RESTING = ['--product', 'BTC-USD', '--side', 'buy', '--base-size', '0.001', '--limit-price', '10.00'];
const BRISKLY = ['--policy', 'immediateCheckAttempts=1', 'monitorIntervalMs=500'];

let test: TestEngine;
let line: CommandLine;
let environment: Record<string, string>;
beforeAll(async () => {
  test = await startTestEngine();
  environment = { TEMPORAL_ADDRESS: temporalAddress(), DATABASE_URL: test.databaseUrl, USER: 'carol' };
  line = commandLine({ environment, taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

async function placePending(clientOrderId: string): Promise<void> {
  await line('place', '--client-order-id', clientOrderId, '--bot', 'bot7', ...RESTING, ...BRISKLY);
  await test.untilState(clientOrderId, ({ status }) => status === 'pending');
}

describe('place', () => {
  it('places an order under a new id and says how to continue', async () => {
    const { status, out, err } = await line('place', '--bot', 'minted', ...MARKET);

    expect(status).toBe(0);
    const [, id = ''] = /^Order (\S+) is \w+/.exec(out) ?? [];
    expect(err).toContain(`order-sync status ${id}`);
    expect(await test.trades.find(id)).toMatchObject({ botId: 'minted', side: 'BUY' });
  });

  it('waits for the end and prints it as JSON', async () => {
    const { status, out, err } = await line('place', '--bot', 'bot7', ...MARKET, '--wait', '--json');

    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out) as OrderState).toMatchObject({ status: 'completed', immediateFill: true });
  });

  it('places one order, however often the same command is run', async () => {
    const argv = ['place', '--client-order-id', 'cli-once', '--bot', 'bot7', ...MARKET, '--wait'];

    const [first, second] = [await line(...argv), await line(...argv)];

    expect([first.status, second.status]).toEqual([0, 0]);
    expect(second.out).toBe(first.out);
    expect(test.simulator.ledger.postCount('cli-once')).toBe(1);
  });

  it('exits 1 when the id belongs to another order, and names what differs', async () => {
    await line('place', '--client-order-id', 'cli-taken', '--bot', 'bot7', ...MARKET, '--wait');

    const { status, err } = await line('place', '--client-order-id', 'cli-taken', '--bot', 'bot8', ...MARKET);

    expect(status).toBe(1);
    expect(err).toMatch(/^error: .*cli-taken.*botId/);
  });

  it('exits 1 when the order that was waited for was refused by the exchange', async () => {
    test.simulator.exchange.setPlan({ clientOrderId: 'cli-poor' }, { refuse: { code: 'INSUFFICIENT_FUND' } });

    const argv = ['place', '--client-order-id', 'cli-poor', '--bot', 'bot7', ...MARKET, '--wait'];
    const { status, out, err } = await line(...argv);

    expect(status).toBe(1);
    expect(out).toContain('rejected');
    expect(err).toContain('error: the order was not placed: INSUFFICIENT_FUND');
  });

  it('stops waiting at Ctrl-C and does not touch the order', async () => {
    const ctrlC = new AbortController();
    const stoppable = commandLine({ environment, taskQueue: test.taskQueue, stop: ctrlC.signal });
    const waiting = stoppable(
      'place',
      '--client-order-id',
      'cli-left',
      '--bot',
      'bot7',
      ...RESTING,
      ...BRISKLY,
      '--wait',
    );
    await test.untilState('cli-left', ({ status }) => status === 'pending');

    ctrlC.abort();

    expect(await waiting).toMatchObject({ status: 1, err: expect.stringContaining('stopped before it was done') });
    expect(await test.state('cli-left')).toMatchObject({ status: 'pending' });
  });
});

describe('status', () => {
  it('shows the trade, its timeline and its fills by the beginning of its id', async () => {
    await line('place', '--client-order-id', 'shown-in-full', '--bot', 'bot7', ...MARKET, '--wait');
    await untilFillsComplete(test.trades, 'shown-in-full');

    const { status, out } = await line('status', 'shown-in');

    expect(status).toBe(0);
    expect(out).toMatch(/^shown-in-full completed\n/);
    expect(out).toMatch(/Timeline\n(.*\n)*.*placing\s+intent\s+bot/);
    expect(out).toMatch(/Fills\n(.*\n)*.*FILL/);
  });

  it('finds it by the exchange’s id, and prints JSON', async () => {
    await line('place', '--client-order-id', 'by-exchange-id', '--bot', 'bot7', ...MARKET, '--wait');
    const { orderId } = (await test.trades.find('by-exchange-id')) as Trade;

    const { out } = await line('status', orderId ?? '', '--json');

    const shown = JSON.parse(out) as { trade: Trade; events: StoredEvent[] };
    expect(shown.trade).toMatchObject({ clientOrderId: 'by-exchange-id', orderId });
    expect(shown.events[0]).toMatchObject({ cause: 'intent' });
  });

  it('exits 1 when no order has the id, or several have', async () => {
    await placePending('twin-1');
    await placePending('twin-2');

    const none = await line('status', 'nobody');
    const several = await line('status', 'twin');

    expect(none).toMatchObject({ status: 1, out: '', err: expect.stringContaining('no order nobody') });
    expect(several).toMatchObject({ status: 1, out: '' });
    expect(several.err).toMatch(/matches 2 orders \(twin-2, twin-1\): give more characters of the id/);
  });
});

describe('list', () => {
  it('shows the newest first, filtered, a page at a time', async () => {
    for (const id of ['listed-1', 'listed-2', 'listed-3']) {
      await line('place', '--client-order-id', id, '--bot', 'lister', ...MARKET);
    }

    const { out, err } = await line('list', '--bot', 'lister', '--limit', '2');
    const [, cursor = ''] = /--cursor (\S+)/.exec(err) ?? [];
    const next = await line('list', '--bot', 'lister', '--limit', '2', '--cursor', cursor, '--json');

    expect(out.split('\n').map((row) => row.split(' ')[0])).toEqual(['CLIENT', 'listed-3', 'listed-2', '']);
    const page = JSON.parse(next.out) as Page<Trade>;
    expect(page.items.map(({ clientOrderId }) => clientOrderId)).toEqual(['listed-1']);
    expect(page.nextCursor).toBeNull();
  });

  it('exits 1 for an invalid cursor', async () => {
    expect(await line('list', '--cursor', 'nonsense')).toMatchObject({ status: 1, out: '' });
  });
});

describe('sync', () => {
  it('prints what was before and after, and records who asked and why', async () => {
    await placePending('to-be-synced');

    const { status, out } = await line('sync', 'to-be', '--reason', 'looks stuck');

    expect(status).toBe(0);
    expect(out).toContain('Order to-be-synced is as it was.');
    expect(out).toMatch(/before\s+pending, filled 0\n\s+exchange\s+OPEN, filled 0\n\s+after\s+pending/);
    const events = await test.trades.events('to-be-synced');
    expect(events.find(({ requestedBy }) => requestedBy === 'carol')).toMatchObject({ reason: 'looks stuck' });
  });

  it('works on an order that has ended', async () => {
    await line('place', '--client-order-id', 'synced-late', '--bot', 'bot7', ...MARKET, '--wait');

    const { status, out } = await line('sync', 'synced-late', '--requested-by', 'dave', '--json');

    expect(status).toBe(0);
    expect(JSON.parse(out) as SyncReport).toMatchObject({
      requestedBy: 'dave',
      coinbase: { status: 'FILLED' },
      changed: false,
    });
  });

  it('works without the database, by the whole client order id', async () => {
    await placePending('without-database');
    const cut = { ...environment, DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing' };

    const lineWithout = commandLine({ environment: cut, taskQueue: test.taskQueue });
    const { status, out, err } = await lineWithout('sync', 'without-database');

    expect(status).toBe(0);
    expect(out).toContain('Order without-database is as it was.');
    expect(err).toContain('The database is out of reach');
  });
});

describe('cancel', () => {
  it('has the order cancelled and waits for the end', async () => {
    await placePending('no-longer-wanted');

    const { status, out } = await line('cancel', 'no-longer', '--wait');

    expect(status).toBe(0);
    expect(out).toMatch(/^Order no-longer-wanted is cancelled/);
  });

  it('exits 1 when the order has ended already', async () => {
    await line('place', '--client-order-id', 'too-late', '--bot', 'bot7', ...MARKET, '--wait');
    await test.outcome(test.client.workflow.getHandle('order-too-late'));

    const { status, err } = await line('cancel', 'too-late');

    expect(status).toBe(1);
    expect(err).toBe('error: the order too-late has ended already\n');
  });
});
