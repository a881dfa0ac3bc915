import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { Poller } from '../../../src/activities/feed/poller.ts';
import { createAlerts } from '../../../src/alerts/alerts.ts';
import { connectCoinbase } from '../../../src/coinbase/connect.ts';
import { openDatabase, type Database } from '../../../src/database/database.ts';
import { FeedTracker, type SavedFeed } from '../../../src/domain/feed/feed-tracker.ts';
import type { LedgerOrder, OrderAction } from '../../../src/simulator/index.ts';
import type { Exchange } from '../../../src/ports/exchange.ts';
import { DatabaseUnavailableError, type TradeStore } from '../../../src/ports/trade-store.ts';
import type { TestEngine } from '../../support/engine.ts';
import { startWorld, type World } from '../../support/reconciling.ts';
import { eventually } from '../../support/waiting.ts';
import { watchStatements, type WatchedStatements } from '../../support/statements.ts';
import { expectTruth } from '../../support/truth.ts';

const ORDERS = 30;

let test: TestEngine;
let world: World;
let statements: WatchedStatements;
let database: Database;
let exchange: Exchange;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
  statements = await watchStatements(test.databaseUrl);
  database = await openDatabase({ url: statements.url });
  const { COINBASE_REST_URL, COINBASE_API_KEY_NAME, COINBASE_API_PRIVATE_KEY } = test.environment;
  exchange = connectCoinbase({
    restUrl: COINBASE_REST_URL ?? '',
    keyName: COINBASE_API_KEY_NAME ?? '',
    privateKey: COINBASE_API_PRIVATE_KEY ?? '',
    requestsPerSecond: 1_000,
  });
});
afterEach(() => test.simulator.faults.clear());
afterAll(async () => {
  await database?.close();
  await statements?.close();
  await world?.stop();
});

/** A feed that has begun a moment ago; `ask` lets it ask for fills as if it were `ms` later. */
function feed(trades = database.trades, saved: Partial<SavedFeed> = {}) {
  const tracker = new FeedTracker(saved);
  const alerts = createAlerts({ log: new DefaultLogger('ERROR', () => undefined), metrics: new Registry() });
  const poller = new Poller({ exchange, trades, alerts }, tracker, new AbortController().signal);
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => undefined) });
  return {
    tracker,
    ask: (ms = 0) =>
      environment.run<[], void, () => Promise<void>>(async () => {
        const polls = tracker.nextPolls({ isPushed: false }, Date.now() + ms);
        await Promise.all(polls.map((poll) => poller.ask(poll)));
      }),
  };
}

/** An order that was filled now, in two parts, and its trade, of which no fills are known. */
async function filledOrder(): Promise<LedgerOrder> {
  const { clientOrderId } = world.order();
  test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.5' });
  test.simulator.exchange.act(clientOrderId, { do: 'fill' });
  const order = world.shown(clientOrderId);
  await world.trades([order], { fills_complete: false });
  return order;
}

function requests(): number {
  const { ledger } = test.simulator;
  return ledger.requestCount('listFills') + ledger.requestCount('listOrders') + ledger.requestCount('getOrder');
}

describe('the account’s fills', () => {
  it('complete many ended trades with one request, and little more than one statement each', async () => {
    const orders = await Promise.all(Array.from({ length: ORDERS }, filledOrder));
    const before = requests();

    const sent = await statements.during(() => feed().ask());

    expect(requests() - before).toBe(1);
    expect(sent.length).toBeLessThanOrEqual(ORDERS + 5);
    for (const { clientOrderId } of orders) {
      const trade = await expectTruth(test.trades, test.simulator, clientOrderId);
      expect(trade.fillsComplete).toBe(true);
      expect((await test.trades.events(clientOrderId)).map(({ cause }) => cause)).toEqual(['fills']);
    }
  });

  it('complete a trade once, whoever asks again', async () => {
    const { clientOrderId } = await filledOrder();
    const [one, other] = [feed(), feed()];
    await Promise.all([one.ask(), other.ask()]);
    await one.ask(12_000);
    expect(await test.trades.events(clientOrderId)).toHaveLength(1);
  });

  it('that are corrected long after the end update the totals', async () => {
    const { clientOrderId } = await filledOrder();
    const { ask } = feed();
    await ask();
    test.simulator.exchange.act(clientOrderId, { do: 'reverse', correctedSize: '0.0005' });
    await ask(12_000);
    await ask(24_000);

    await expectTruth(test.trades, test.simulator, clientOrderId);
    const events = await test.trades.events(clientOrderId);
    expect(events.map(({ cause }) => cause)).toEqual(['fills', 'fills']);
  });

  it('that are reversed on a cancelled order, and followed by another fill, update the totals each time', async () => {
    const { clientOrderId } = world.order();
    const act = (action: OrderAction): boolean => test.simulator.exchange.act(clientOrderId, action);
    act({ do: 'fill', part: '0.5' });
    act({ do: 'cancel' });
    await world.trades([world.shown(clientOrderId)], { fills_complete: false });
    const { ask } = feed();
    await ask();
    act({ do: 'reverse' });
    await ask(12_000);
    await ask(24_000);
    const none = await expectTruth(test.trades, test.simulator, clientOrderId);
    expect(none).toMatchObject({ status: 'cancelled', filledSize: '0', averageFilledPrice: null });

    act({ do: 'fill', part: '0.4', tradeType: 'SYNTHETIC' });
    await ask(36_000);
    await ask(48_000);
    const other = await expectTruth(test.trades, test.simulator, clientOrderId);
    expect(other).toMatchObject({ status: 'cancelled', filledSize: '0.0008' });
  });

  it('that are corrected update the totals, even if the ended trades could not be read at that time', async () => {
    const { clientOrderId } = await filledOrder();
    let isAway = false;
    const endedWithoutFills: TradeStore['endedWithoutFills'] = (...filter) =>
      isAway ? Promise.reject(new DatabaseUnavailableError('away')) : database.trades.endedWithoutFills(...filter);
    const { ask } = feed({ ...database.trades, endedWithoutFills });
    await ask();
    test.simulator.exchange.act(clientOrderId, { do: 'reverse', correctedSize: '0.0005' });
    isAway = true;
    await ask(12_000);
    isAway = false;
    await ask(24_000);
    await ask(36_000);

    const trade = await expectTruth(test.trades, test.simulator, clientOrderId);
    expect(trade.fillsComplete).toBe(true);
  });

  it('that are listed late are all recorded, even if the last of them already completes the sum', async () => {
    const { clientOrderId } = world.order();
    const act = (action: OrderAction): boolean => test.simulator.exchange.act(clientOrderId, action);
    act({ do: 'fill', part: '0.5' });
    act({ do: 'reverse' });
    const reversedMs = Date.now();
    await eventually(() => Date.now() > reversedMs, { withinMs: 1_000, what: 'the next millisecond' });
    act({ do: 'fill' });
    await world.trades([world.shown(clientOrderId)], { fills_complete: false });
    // The feed before knew of a later fill when the first two were listed.
    const { ask } = feed(database.trades, { newestFillMs: reversedMs + 10_001 });
    await ask();
    await ask(2_000);

    const trade = await expectTruth(test.trades, test.simulator, clientOrderId);
    expect(trade.fillsComplete).toBe(true);
  });

  it('that cannot be read do not hide others', async () => {
    const [odd, sound] = [await filledOrder(), await filledOrder()];
    const match = { endpoint: 'listFills', clientOrderId: odd.clientOrderId } as const;
    test.simulator.faults.add({ match, do: { kind: 'patch', fields: { price: 'a lot' } } });
    const { ask } = feed();
    await ask();

    expect(await test.trades.find(sound.clientOrderId)).toMatchObject({ fillsComplete: true });
    expect(await test.trades.find(odd.clientOrderId)).toMatchObject({ fillsComplete: false });
    test.simulator.faults.clear();
    await ask(5_000);
    expect(await test.trades.find(odd.clientOrderId)).toMatchObject({ fillsComplete: true });
  });

  it('that are missing for half a minute are reported once', async () => {
    const { clientOrderId } = await filledOrder();
    test.simulator.faults.add({ match: { endpoint: 'listFills', clientOrderId }, do: { kind: 'omit' } });
    const { tracker, ask } = feed();
    await ask();
    const trade = await test.trades.find(clientOrderId);
    if (trade === null) throw new Error('the trade is gone');
    // As if the row had been read half a minute ago.
    tracker.fills.waiting.complete(trade.orderId);
    tracker.fills.settled(trade, { isComplete: false }, Date.now() - 30_000);
    await ask(5_000);
    await ask(70_000);

    const events = await test.trades.events(clientOrderId);
    expect(events.map(({ cause }) => cause)).toEqual(['fills_incomplete']);
    test.simulator.faults.clear();
    await ask(140_000);
    expect(await test.trades.find(clientOrderId)).toMatchObject({ fillsComplete: true });
  });

  it('name the orders to ask about while the database is away, and are recorded when it is back', async () => {
    const { clientOrderId } = await filledOrder();
    const away = await openDatabase({ url: statements.url });
    const { trades } = away;
    await away.close();
    await expect(feed(trades).ask()).resolves.toBeUndefined();
    expect(await test.trades.find(clientOrderId)).toMatchObject({ fillsComplete: false });

    await feed().ask();
    expect(await test.trades.find(clientOrderId)).toMatchObject({ fillsComplete: true });
  });
});
