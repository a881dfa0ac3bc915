/** A trade and an order as tests need them; each takes the fields in which it shall differ. */
import type { ExchangeOrder, Fill } from '../../../../src/domain/order/exchange-order.ts';
import type { FillsFact, ObservedFact } from '../../../../src/domain/order/fact.ts';
import type { OrderConfiguration } from '../../../../src/domain/order/order-configuration.ts';
import { DEFAULT_POLICY } from '../../../../src/domain/order/policy.ts';
import type { Trade } from '../../../../src/domain/order/trade.ts';
import { UNPLACED } from '../../../../src/domain/order/unplaced.ts';

/** The time at which each test begins. */
export const START = '2026-11-23T12:00:00.000Z';
export const ORDER_ID = 'exchange-1';

export const MARKET: OrderConfiguration = { market_market_ioc: { quote_size: '10.00' } };
export const RESTING: OrderConfiguration = { limit_limit_gtc: { base_size: '0.5', limit_price: '20000.00' } };

/** `ms` after the start, as a time. */
export function after(ms: number): string {
  return new Date(Date.parse(START) + ms).toISOString();
}

/** A trade whose intent was just committed. */
export function aTrade(fields: Partial<Trade> = {}): Trade {
  return {
    ...UNPLACED,
    clientOrderId: 'bot7-1',
    botId: 'bot7',
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration: MARKET,
    policy: DEFAULT_POLICY,
    createdAt: START,
    updatedAt: START,
    ...fields,
  };
}

/** The order of `aTrade` at the exchange: open, nothing filled. */
export function anOrder(fields: Partial<ExchangeOrder> = {}): ExchangeOrder {
  return {
    orderId: ORDER_ID,
    clientOrderId: 'bot7-1',
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration: null,
    status: 'OPEN',
    filledSize: '0',
    averageFilledPrice: null,
    filledValue: null,
    totalFees: null,
    numberOfFills: null,
    createdTime: START,
    lastFillTime: null,
    pendingCancel: false,
    reason: null,
    ...fields,
  };
}

/** The same order, filled whole. */
export function aFilledOrder(fields: Partial<ExchangeOrder> = {}): ExchangeOrder {
  return anOrder({
    status: 'FILLED',
    filledSize: '0.5',
    averageFilledPrice: '20000.00',
    filledValue: '10000.00',
    totalFees: '1.25',
    numberOfFills: 1,
    ...fields,
  });
}

export function aFill(fields: Partial<Fill> = {}): Fill {
  return {
    entryId: 'entry-1',
    tradeId: 'trade-1',
    orderId: ORDER_ID,
    tradeTime: START,
    tradeType: 'FILL',
    price: '20000.00',
    size: '0.5',
    sizeInQuote: false,
    commission: '1.25',
    productId: 'BTC-USD',
    side: 'BUY',
    liquidityIndicator: 'TAKER',
    sequenceTimestamp: null,
    ...fields,
  };
}

/** The order as a push showed it, at the start. */
export function anObservation(fields: Partial<ObservedFact> = {}): ObservedFact {
  return { type: 'observed', key: 'observed/1', at: START, order: anOrder(), source: 'push', ...fields };
}

/** The fills of `aFilledOrder` as the account's list has them: two, which add up to its size. */
export function someFills(fields: Partial<FillsFact> = {}): FillsFact {
  return {
    type: 'fills',
    key: 'fills/1',
    at: after(2_000),
    fillCount: 2,
    totals: {
      size: '0.5',
      value: '10000.25',
      fees: '1.26',
      averagePrice: '20000.5',
      isExact: true,
      newestTradeTime: after(900),
    },
    shownSize: null,
    overdue: false,
    ...fields,
  };
}
