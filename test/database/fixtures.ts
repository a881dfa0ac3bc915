import { openDatabase, type Database } from '../../src/database/database.ts';
import type { ExchangeOrder, Fill } from '../../src/domain/order/exchange-order.ts';
import type {
  AcceptedFact,
  NotedFact,
  ObservedFact,
  PlacementClosedFact,
  ResolvedFact,
} from '../../src/domain/order/fact.ts';
import type { OrderIntent } from '../../src/domain/order/order-request.ts';
import { DEFAULT_POLICY } from '../../src/domain/order/policy.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import { anOrder } from '../domain/order/support/builders.ts';
import { testDatabase } from '../support/resources.ts';

/** A migrated database of the test file's own, and its URL for a second way in. */
export async function migratedDatabase(): Promise<{ url: string; db: Database }> {
  const url = await testDatabase();
  const db = await openDatabase({ url });
  await db.migrations.migrate();
  return { url, db };
}

export interface TwoConnections {
  url: string;
  db: Database;
  /** The same database, as another process has it. */
  second: Database;
  close(): Promise<void>;
}

export async function twoConnections(): Promise<TwoConnections> {
  const { url, db } = await migratedDatabase();
  const second = await openDatabase({ url });
  return { url, db, second, close: async () => void (await Promise.all([db.close(), second.close()])) };
}

let count = 0;

function nextKey(): string {
  count += 1;
  return `fact-${count}`;
}

/** An intent with a client order id that no other has. */
export function newIntent(fields: Partial<OrderIntent> = {}): OrderIntent {
  count += 1;
  return {
    clientOrderId: `bot7-${count}`,
    botId: 'bot7',
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
    policy: DEFAULT_POLICY,
    ...fields,
  };
}

export function msAgo(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

/** A trade whose intent is committed. */
export async function placingTrade(db: Database, fields: Partial<OrderIntent> = {}): Promise<Trade> {
  const { trade } = await db.trades.insertIntent(newIntent(fields), { requestedAt: msAgo(0), attempt: false });
  return trade;
}

export function acceptedFact(trade: Trade, fields: Partial<AcceptedFact> = {}): AcceptedFact {
  const orderId = `exchange-${trade.clientOrderId}`;
  return { type: 'accepted', key: nextKey(), at: msAgo(0), orderId, ...fields };
}

/** The order as the exchange shows it: open and without a fill, unless said otherwise. */
function shownOrder(trade: Trade, fields: Partial<ExchangeOrder> = {}): ExchangeOrder {
  const { clientOrderId, productId, side } = trade;
  const orderId = trade.orderId ?? `exchange-${clientOrderId}`;
  return anOrder({ orderId, clientOrderId, productId, side, createdTime: null, pendingCancel: null, ...fields });
}

export function observedFact(
  trade: Trade,
  order: Partial<ExchangeOrder> = {},
  fields: Partial<ObservedFact> = {},
): ObservedFact {
  return { type: 'observed', key: nextKey(), at: msAgo(0), source: 'look', order: shownOrder(trade, order), ...fields };
}

/** A fact that is recorded and changes no column. */
export function notedFact(fields: Partial<NotedFact> = {}): NotedFact {
  const requester = { requestedBy: 'ann', reason: null };
  return {
    type: 'noted',
    key: nextKey(),
    at: msAgo(0),
    cause: 'manual_sync_failed',
    requester,
    evidence: null,
    ...fields,
  };
}

/** Ends a trade that was never attempted. */
export function placementClosedFact(fields: Partial<PlacementClosedFact> = {}): PlacementClosedFact {
  return { type: 'placement-closed', key: nextKey(), at: msAgo(0), unauthorised: false, ...fields };
}

/** Ends a trade that the exchange has accepted. */
export function resolvedFact(fields: Partial<ResolvedFact> = {}): ResolvedFact {
  const requester = { requestedBy: 'mia', reason: 'never arrived' };
  return { type: 'resolved', key: nextKey(), at: msAgo(0), status: 'failed', requester, ...fields };
}

export function newFill(fields: Partial<Fill> = {}): Fill {
  count += 1;
  return {
    entryId: `entry-${count}`,
    tradeId: `trade-${count}`,
    orderId: 'exchange-1',
    tradeTime: '2026-11-23T12:00:00.000Z',
    tradeType: 'FILL',
    price: '20000.10',
    size: '0.5',
    sizeInQuote: false,
    commission: '0.1',
    productId: 'BTC-USD',
    side: 'BUY',
    liquidityIndicator: 'TAKER',
    sequenceTimestamp: null,
    ...fields,
  };
}
