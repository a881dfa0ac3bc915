import { describe, expect, it } from '@jest/globals';
import type { ExchangeOrder } from '../../src/order/exchange-order.ts';
import type { Observation } from '../../src/order/observation.ts';
import { isToldEnd, toldEnd, toldEndKey } from '../../src/order/told-end.ts';
import { stateOf, type Trade } from '../../src/order/trade.ts';
import { aFilledOrder, after, anOrder, aTrade, MARKET, ORDER_ID, RESTING } from './support/builders.ts';
import { OrderUnderTest } from './support/order-under-test.ts';

const SEEN_AT = after(7_000);

function told(order: ExchangeOrder): Observation {
  return { order, seenAt: SEEN_AT, source: 'push', changeKey: toldEndKey(SEEN_AT) };
}

function watched(fields: Partial<Trade> = {}): Trade {
  return aTrade({ orderId: ORDER_ID, status: 'pending', orderConfiguration: RESTING, ...fields });
}

describe('the end that the feed writes down', () => {
  it.each<[string, Partial<Trade>, Partial<ExchangeOrder>]>([
    ['a resting order that is filled', {}, {}],
    ['a market order that is filled', { orderConfiguration: MARKET }, { lastFillTime: after(6_000) }],
    ['a stale order that is filled', { status: 'stale', staleSince: after(5_000) }, {}],
    ['an order that was filled in part', { filledSize: '0.2', averageFilledPrice: '19000.00' }, {}],
    ['an order that is cancelled', {}, { status: 'CANCELLED', filledSize: '0', reason: 'USER' }],
    ['an order that expires after a part of it was filled', {}, { status: 'EXPIRED', filledSize: '0.1' }],
    ['an order that fails', {}, { status: 'FAILED', filledSize: '0', averageFilledPrice: null }],
  ])('is what the machine of the order decides (%s)', async (_name, fields, shown) => {
    const row = watched(fields);
    const observation = told(aFilledOrder(shown));
    const order = new OrderUnderTest({ trade: row, resumed: true });
    await order.send({ type: 'OBSERVED', ...observation });
    const { number: _number, alert, ...decided } = order.last;

    expect(alert).toBeNull();
    expect(decided.key).toBe(toldEndKey(SEEN_AT));
    expect(toldEnd(row, observation)).toEqual({ ...decided, state: stateOf(decided.trade) });
  });

  it.each<[string, Trade, Observation]>([
    ['has ended', watched({ status: 'completed' }), told(aFilledOrder())],
    ['is being placed', watched({ status: 'placing' }), told(aFilledOrder())],
    ['has another id at the exchange', watched({ orderId: 'another' }), told(aFilledOrder())],
    ['has no known id', watched({ orderId: null, status: 'stale' }), told(aFilledOrder())],
    ['is another order than was meant', watched(), told(aFilledOrder({ side: 'SELL' }))],
    ['is told without a key', watched(), { order: aFilledOrder(), seenAt: SEEN_AT, source: 'push' }],
  ])('is left to the workflow of an order that %s', (_name, row, observation) => {
    expect(toldEnd(row, observation)).toBeNull();
  });

  it('has a key that no decision of a workflow has', () => {
    expect(isToldEnd(toldEndKey(SEEN_AT))).toBe(true);
    expect(isToldEnd('0198f3c2-5d8e-7000-8000-000000000000/3')).toBe(false);
    expect(toldEnd(watched(), told(anOrder({ status: 'CANCELLED' })))?.key).toBe(toldEndKey(SEEN_AT));
  });
});
