import type { ExchangeOrder } from '../../src/order/exchange-order.ts';
import { DEFAULT_POLICY } from '../../src/order/policy.ts';
import type { Trade } from '../../src/order/trade.ts';
import type { SyncIssue } from '../../src/ports/reconciliation-store.ts';

export const LIMIT_ORDER = { limit_limit_gtc: { base_size: '0.002', limit_price: '50000' } };

export function tradeLike(fields: Partial<Trade> = {}): Trade {
  return {
    clientOrderId: 'bot7-1',
    orderId: 'o-1',
    botId: 'bot7',
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration: { market_market_ioc: { quote_size: '10' } },
    policy: DEFAULT_POLICY,
    status: 'pending',
    postAttempts: 1,
    postAttemptedAt: '2026-11-23T11:00:00.000Z',
    immediateFill: false,
    fillDetectedAt: null,
    filledAt: null,
    detectedBy: null,
    filledSize: '0',
    averageFilledPrice: null,
    filledValue: null,
    totalFees: null,
    fillsComplete: false,
    reason: null,
    staleSince: null,
    createdAt: '2026-11-23T11:59:00.000Z',
    updatedAt: '2026-11-23T11:59:00.000Z',
    ...fields,
  };
}

export function orderLike(fields: Partial<ExchangeOrder> = {}): ExchangeOrder {
  return {
    orderId: 'o-1',
    clientOrderId: 'bot7-1',
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration: { market_market_ioc: { quote_size: '10' } },
    status: 'OPEN',
    filledSize: '0',
    averageFilledPrice: null,
    filledValue: null,
    totalFees: null,
    numberOfFills: 0,
    createdTime: '2026-11-23T11:59:00.000Z',
    lastFillTime: null,
    pendingCancel: false,
    reason: null,
    ...fields,
  };
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
