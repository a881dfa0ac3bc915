import { openDatabase, type Database } from '../../src/database/database.ts';
import type { Fill } from '../../src/domain/order/exchange-order.ts';
import type { OrderIntent } from '../../src/domain/order/order-request.ts';
import { DEFAULT_POLICY } from '../../src/domain/order/policy.ts';
import type { TradeChange } from '../../src/domain/order/trade-change.ts';
import { stateOf, type Trade } from '../../src/domain/order/trade.ts';
import { testDatabase } from '../support/resources.ts';

/** A migrated database of the test file's own, and its URL for a second way in. */
export async function migratedDatabase(): Promise<{ url: string; db: Database }> {
  const url = await testDatabase();
  const db = await openDatabase({ url });
  await db.migrations.migrate();
  return { url, db };
}

let count = 0;

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
  const { trade } = await db.trades.insertIntent(newIntent(fields), msAgo(0));
  return trade;
}

/** A change that brings the trade to `fields`. */
export function changeTo(trade: Trade, fields: Partial<Trade>, more: Partial<TradeChange> = {}): TradeChange {
  count += 1;
  const next = { ...trade, ...fields };
  return {
    key: `change-${count}`,
    trade: next,
    state: stateOf(next),
    cause: 'observed',
    source: 'look',
    requestedBy: null,
    reason: null,
    evidence: null,
    corrects: false,
    ...more,
  };
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
