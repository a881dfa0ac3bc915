import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pushListener } from '../../../src/activities/feed/push-listener.ts';
import { ActiveOrders } from '../../../src/activities/order/active-orders.ts';
import { openDatabase, type Database } from '../../../src/database/database.ts';
import { FeedTracker } from '../../../src/domain/feed/feed-tracker.ts';
import type { PushedOrder } from '../../../src/domain/feed/pushed-order.ts';
import type { Report } from '../../../src/domain/feed/reports.ts';
import type { ObservedFact } from '../../../src/domain/order/fact.ts';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import type { PushMessage } from '../../../src/ports/order-push.ts';
import { pushed } from '../../domain/feed/simulated-feed.ts';
import { testDatabase } from '../../support/resources.ts';
import { watchStatements, type WatchedStatements } from '../../support/statements.ts';
import { eventually } from '../../support/waiting.ts';

let statements: WatchedStatements;
let database: Database;
beforeAll(async () => {
  statements = await watchStatements(await testDatabase());
  database = await openDatabase({ url: statements.url });
  await database.migrations.migrate();
});
afterAll(async () => {
  await database?.close();
  await statements?.close();
});

/** An order whose POST is under way, and which no reading of the open trades has shown yet. */
async function placing(clientOrderId: string): Promise<void> {
  const intent = {
    clientOrderId,
    botId: 'bot7',
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
    policy: DEFAULT_POLICY,
  } as const;
  await database.trades.insertIntent(intent, { requestedAt: new Date().toISOString(), attempt: true });
}

function feed(activeOrders = new ActiveOrders()) {
  const reports: Report[] = [];
  const tracker = new FeedTracker();
  const signalled: ObservedFact[] = [];
  const orderWorkflows = {
    signalFact: (_clientOrderId: string, fact: ObservedFact) => Promise.resolve(signalled.push(fact) > 0),
  };
  const listener = pushListener({ trades: database.trades, activeOrders, orderWorkflows }, tracker, () =>
    reports.push(...tracker.takeReports(Date.now())),
  );
  const message: PushMessage = {
    kind: 'update',
    sentAt: null,
    receivedAt: new Date().toISOString(),
    sequence: 1,
    arrival: 'next',
  };
  return { reports, signalled, push: (...orders: PushedOrder[]) => listener.onOrders(orders, message) };
}

/** The activity answers before the push is applied. Answers the function that applies it. */
async function pushWhileLeaving(
  activeOrders: ActiveOrders,
  push: (order: PushedOrder) => void,
  clientOrderId: string,
): Promise<(isNews: boolean) => void> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const work = (): Promise<void> => Promise.resolve(push(pushed(clientOrderId, 'FILLED', '2')));
  await activeOrders.during(clientOrderId, () => promise, work);
  return resolve;
}

describe('a push of an order that is not tracked yet', () => {
  it('goes to the activity that works on it, and the database is not asked', async () => {
    const activeOrders = new ActiveOrders();
    const taken: ObservedFact[] = [];
    const take = (fact: ObservedFact): Promise<boolean> => Promise.resolve(taken.push(fact) > 0);
    const sent = await statements.during(() =>
      activeOrders.during('worked-on', take, async () => {
        feed(activeOrders).push(pushed('worked-on', 'FILLED', '2'));
        await eventually(() => taken.length > 0, { withinMs: 5_000, what: 'the fact' });
      }),
    );
    expect(taken).toMatchObject([{ type: 'observed', source: 'push', order: { status: 'FILLED', filledSize: '2' } }]);
    expect(sent).toEqual([]);
  });

  it('goes to the workflow too where it changed the row after the activity had answered', async () => {
    const activeOrders = new ActiveOrders();
    const { push, signalled } = feed(activeOrders);
    const applyKnown = await pushWhileLeaving(activeOrders, push, 'left-with-its-end');
    const applyNews = await pushWhileLeaving(activeOrders, push, 'just-left');
    applyKnown(false);
    applyNews(true);
    await eventually(() => signalled.length > 0, { withinMs: 5_000, what: 'the signal' });
    expect(signalled).toMatchObject([{ type: 'observed', order: { clientOrderId: 'just-left', status: 'FILLED' } }]);
  });

  it('is reported at once if the order has ended', async () => {
    await placing('just-placed');
    const { push, reports } = feed();
    push(pushed('just-placed', 'FILLED', '2'));
    await eventually(() => reports.length > 0, { withinMs: 5_000, what: 'the report' });
    expect(reports).toMatchObject([{ clientOrderId: 'just-placed', fact: { order: { status: 'FILLED' } } }]);
  });

  it('waits for the next reading where nothing was executed, and of others is no news', async () => {
    const { push, reports } = feed();
    const sent = await statements.during(async () => {
      push(pushed('just-opened', 'OPEN', '0'), pushed('foreign', 'FILLED', '2'));
      push({ ...pushed('unnamed', 'FILLED', '2'), clientOrderId: null });
      // A later push is handled after these.
      await placing('later');
      push(pushed('later', 'FILLED', '2'));
      await eventually(() => reports.length > 0, { withinMs: 5_000, what: 'the report' });
    });
    expect(reports.map(({ clientOrderId }) => clientOrderId)).toEqual(['later']);
    expect(sent.filter((statement) => statement.includes('just-opened'))).toEqual([]);
    expect(sent.filter((statement) => statement.startsWith('select'))).toHaveLength(2);
  });
});
