/** The queries that the engine and its users run all day, by the engine's own functions. */
import { growTree } from '../../src/audit/log/grow-tree.ts';
import type { Database } from '../../src/database/database.ts';
import type { Fill } from '../../src/domain/order/exchange-order.ts';
import { DEFAULT_POLICY } from '../../src/domain/order/policy.ts';
import { anOrder } from '../../test/domain/order/support/builders.ts';
import { HALTED_BOT } from './fill.ts';
import type { Sample } from './samples.ts';

export interface HotQuery {
  area: string;
  name: string;
  /** The 99th percentile must not exceed this, with any number of rows. */
  boundMs: number;
  run(db: Database, sample: Sample): Promise<unknown>;
}

/** For queries that an order or a bot waits for. */
const AT_ONCE_MS = 50;
/** For queries that a person waits for, and for periodic steps. */
const SOON_MS = 500;
/** For reports that are made once a day: their work grows with the period asked for, but not that of a single statement. */
const PATIENT_MS = 30_000;

export const HOT_QUERIES: readonly HotQuery[] = [
  ...area('order', AT_ONCE_MS, {
    'an order that fills at once: 4 statements': placeAndFill,
    'the trade of a client order id': (db, { clientOrderId }) => db.trades.find(clientOrderId),
    'the trade of either id': (db, { orderId }) => db.trades.findByEitherId(orderId),
    'the trades whose id begins like this': (db, { clientOrderId }) =>
      db.trades.findByPrefix(clientOrderId.slice(0, -2), 6),
    'no trade whose id begins like this': (db, { number }) => db.trades.findByPrefix(`none-${number}`, 6),
    'its events': (db, { clientOrderId }) => db.trades.events(clientOrderId),
    'whether it was moved out': (db, { clientOrderId }) => db.trades.moved(clientOrderId),
    'its fills': (db, { orderId }) => db.trades.fillsOf(orderId),
    'may the bot trade': (db, { botId, productId }) => db.trades.openTradesOf(botId, productId),
    'may the busiest bot trade': (db) => db.trades.openTradesOf('bot0', null),
  }),
  ...area('feed', SOON_MS, {
    'all open trades': (db) => db.trades.listOpen(),
    'ended trades without their fills': (db) => db.trades.endedWithoutFills(500, { changedWithinMs: 7 * 86_400_000 }),
    'fills, all but one known already': (db, { orderIds, number }) =>
      db.trades.recordFills(orderIds.map((orderId, index) => fillOf(orderId, `${number}/${Math.min(index, 1)}`))),
  }),
  ...area('events', SOON_MS, {
    'a page of 500 after any event': (db, { eventCursor }) => db.events.read(eventCursor, 500),
    'the first page': (db) => db.events.read(null, 500),
    'the end': (db) => db.events.end(),
  }),
  ...area('lists', SOON_MS, {
    'the newest trades': (db) => db.trades.list({}),
    'a page of 500 anywhere': (db, { cursor }) => db.trades.list({ cursor, limit: 500 }),
    'before any time': (db, { createdAt }) => db.trades.list({ createdBefore: createdAt }),
    'of a bot': (db, { botId }) => db.trades.list({ botId }),
    'of a bot, anywhere': (db, { botId, cursor }) => db.trades.list({ botId, cursor }),
    'of a bot that stopped long ago': (db) => db.trades.list({ botId: 'bot195' }),
    'of a bot that hardly trades': (db) => db.trades.list({ botId: 'bot180' }),
    'of a product': (db, { productId }) => db.trades.list({ productId }),
    'of a product that was delisted': (db) => db.trades.list({ productId: 'OLD1-USD' }),
    'of a bot and a product': (db, { botId, productId }) => db.trades.list({ botId, productId }),
    'of the busiest bot and a product that was delisted': (db) =>
      db.trades.list({ botId: 'bot0', productId: 'OLD1-USD' }),
    'completed, anywhere': (db, { cursor }) => db.trades.list({ status: 'completed', cursor }),
    'failed, of which there are few': (db) => db.trades.list({ status: 'failed' }),
    'failed or rejected, anywhere': (db, { cursor }) => db.trades.list({ status: ['failed', 'rejected'], cursor }),
    'stale for a day': (db) => db.trades.list({ status: 'stale', olderThanMs: 86_400_000 }),
    'of a bot, failed': (db, { botId }) => db.trades.list({ botId, status: 'failed' }),
    'seen by manual sync, of which there are few': (db) => db.trades.list({ detectedBy: 'manual-sync' }),
    'issues, anywhere': (db) => db.reconciliations.listIssues({ limit: 500 }),
    'unresolved issues': (db) => db.reconciliations.listIssues({ unresolved: true }),
    'runs of reconciliation': (db) => db.reconciliations.listRuns({}),
  }),
  ...area('page', SOON_MS, {
    'blocked bots': (db) => db.board.blockedBots(50),
    'open orders by status': (db) => db.board.openOrders(),
    'orders: open': (db) => db.board.list({ view: 'open', limit: 25 }),
    'orders: stale': (db) => db.board.list({ view: 'stale', limit: 25 }),
    'orders: unresolved': (db) => db.board.list({ view: 'unresolved', limit: 25 }),
    'orders: ended': (db) => db.board.list({ view: 'ended', limit: 25 }),
    'orders: ended, of a bot, anywhere': (db, { botId, cursor }) =>
      db.board.list({ view: 'ended', botId, cursor, limit: 25 }),
    'orders: all, of a product that was delisted': (db) =>
      db.board.list({ view: 'all', productId: 'OLD1-USD', limit: 25 }),
    'the orders that ended last': (db) => db.board.endedLast(500),
    halts: (db) => db.halts.list(),
    'open orders under a halt': (db, { botId }) => db.halts.withoutCancel(botId),
  }),
  ...area('metrics', SOON_MS, {
    'the counts of a scrape': (db) => db.counts(),
    'clock offsets': (db) => db.clockOffsets.latest(),
  }),
  ...area('reconciliation', SOON_MS, {
    'a page of open trades': (db) => db.reconciliations.openTrades(null, 50),
    'the trades of a hundred ids': (db, { orderIds, clientOrderId }) =>
      db.reconciliations.tradesOf({ orderIds, clientOrderIds: [clientOrderId] }),
    'ended trades of the last hour': (db) => endedSince(db, 3_600_000),
    'ended trades of the last week': (db) => endedSince(db, 7 * 86_400_000),
    'unresolved issues': (db) => db.reconciliations.unresolvedIssues('9223372036854775807', null, 100),
    'known differences': (db, { clientOrderId, orderId }) =>
      db.reconciliations.recordDiscrepancies(null, [{ kind: 'stale', clientOrderId, orderId }]),
    'when a bot was released': (db, { clientOrderId }) => db.reconciliations.releasedAt(clientOrderId),
    'the last complete run': (db) => db.reconciliations.lastCompleteAt(),
    'what an order was started with': (db, { clientOrderId }) => db.reconciliations.archivedRequest(clientOrderId),
  }),
  ...area('archive', SOON_MS, {
    'a page of runs that wait': (db) => db.histories.waiting(null, 100),
    'how much waits': (db) => db.histories.backlog(),
    'the runs of an order': (db, { clientOrderId }) => db.histories.runsOf(clientOrderId),
    'the newest': (db) => db.histories.lastArchivedAt(),
    'what is too old (nothing)': (db) => db.histories.deleteOlderThan(10_000, 100),
  }),
  ...area('log', SOON_MS, {
    'append what was committed': (db) => db.log.append(500, growTree),
    'how long rows wait': (db) => db.log.waitingSeconds(),
    'its size and edge': async (db) => growTree(await db.log.tree(), []),
    'the rows of an order, with their leaves': (db, { clientOrderId }) => db.log.rowsOf(clientOrderId),
    'a thousand leaves, with their rows': (db, { leaf }) => db.log.leaves(leaf, 1_000),
    'the newest head': (db) => db.log.head(),
  }),
  ...area('moving out', PATIENT_MS, {
    'which of five thousand orders can be': (db, { number }) =>
      db.movedOrders.endedBefore(new Date().toISOString(), String(number * 1_000)),
  }),
  ...area('audit', SOON_MS, {
    'fifty orders, with their histories and leaves': readForAudit,
  }),
  ...area('report', PATIENT_MS, {
    'of a day': (db) => summaryOf(db, 1),
    'of a week': (db) => summaryOf(db, 7),
    'of a month': (db) => summaryOf(db, 30),
  }),
];

function area(name: string, boundMs: number, queries: Record<string, HotQuery['run']>): HotQuery[] {
  return Object.entries(queries).map(([what, run]) => ({ area: name, name: what, boundMs, run }));
}

function endedSince(db: Database, ms: number): Promise<unknown> {
  const time = new Date(Date.now() - ms).toISOString();
  return db.reconciliations.endedTrades({ changedFrom: time, createdBefore: time }, null, 50);
}

function summaryOf(db: Database, days: number): Promise<unknown> {
  return db.reconciliations.summarise(new Date(Date.now() - days * 86_400_000).toISOString());
}

async function readForAudit({ trades, histories, log }: Database, { clientOrderIds }: Sample): Promise<void> {
  await histories.notedRuns(...clientOrderIds);
  await histories.runsOf(...clientOrderIds);
  await trades.findAll(clientOrderIds);
  await log.rowsOf(...clientOrderIds);
}

async function placeAndFill(db: Database, { botId: drawn, productId, number }: Sample): Promise<void> {
  const botId = drawn === HALTED_BOT ? 'bot0' : drawn;
  const at = new Date().toISOString();
  const clientOrderId = `${botId}-new-${number}-${at}`;
  const orderConfiguration = { market_market_ioc: { quote_size: '100.00' } };
  const intent = { clientOrderId, botId, productId, side: 'BUY', orderConfiguration, policy: DEFAULT_POLICY } as const;
  const { trade: placing } = await db.trades.insertIntent(intent, { requestedAt: at, attempt: true, runId: at });
  const orderId = `exchange-${clientOrderId}`;
  const { trade } = await db.trades.apply(
    clientOrderId,
    { type: 'accepted', key: `accepted/${at}`, at, orderId },
    placing,
  );
  const order = anOrder({ orderId, clientOrderId, productId, status: 'FILLED', filledSize: '0.002', lastFillTime: at });
  await db.trades.apply(clientOrderId, { type: 'observed', key: `look/${at}`, at, source: 'look', order }, trade);
  await db.trades.recordFills([fillOf(orderId, at)]);
}

function fillOf(orderId: string, entry: string): Fill {
  return {
    entryId: `${orderId}/${entry}`,
    tradeId: entry,
    orderId,
    tradeTime: '2026-11-23T12:00:00.000Z',
    tradeType: 'FILL',
    price: '50000',
    size: '0.002',
    sizeInQuote: false,
    commission: '0.6',
    productId: 'P0-USD',
    side: 'BUY',
    liquidityIndicator: 'TAKER',
    sequenceTimestamp: null,
  };
}
