import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import type { Trade } from '../../../src/domain/order/trade.ts';
import type { SyncIssue } from '../../../src/domain/reconciliation/issue.ts';
import { anOrder, aTrade } from '../order/support/builders.ts';

export const LIMIT_ORDER = { limit_limit_gtc: { base_size: '0.002', limit_price: '50000' } };

const CONFIGURATION = { market_market_ioc: { quote_size: '10' } };
const CREATED_AT = '2026-11-23T11:59:00.000Z';

/** A trade that is monitored. */
export function tradeLike(fields: Partial<Trade> = {}): Trade {
  return aTrade({
    orderId: 'o-1',
    orderConfiguration: CONFIGURATION,
    status: 'pending',
    postAttempts: 1,
    postAttemptedAt: '2026-11-23T11:00:00.000Z',
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
    ...fields,
  });
}

/** Its order. */
export function orderLike(fields: Partial<ExchangeOrder> = {}): ExchangeOrder {
  return anOrder({
    orderId: 'o-1',
    orderConfiguration: CONFIGURATION,
    numberOfFills: 0,
    createdTime: CREATED_AT,
    ...fields,
  });
}

export function issueLike(fields: Partial<SyncIssue> = {}): SyncIssue {
  return {
    id: '1',
    orderId: 'o-1',
    clientOrderId: 'bot7-1',
    dbStatus: 'pending',
    coinbaseStatus: 'FILLED',
    ageHours: '1.0000',
    kind: 'missed_fill',
    blockedSeconds: null,
    detectedAt: '2026-11-23T11:58:00.000Z',
    resolvedAt: null,
    resolution: null,
    runId: '1',
    ...fields,
  };
}
