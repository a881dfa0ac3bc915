import { describe, expect, it } from '@jest/globals';
import { earlyEnd, earlyFills } from '../../../src/domain/order/early-changes.ts';
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import type { FillsOutcome, ObservedEvent } from '../../../src/domain/order/order-context.ts';
import { stateOf, type Trade } from '../../../src/domain/order/trade.ts';
import { aFilledOrder, after, aTrade, FILLS, MARKET, ORDER_ID, RESTING } from './support/builders.ts';
import { OrderUnderTest } from './support/order-under-test.ts';

const KEY = 'some/key';

function seen(order: ExchangeOrder): Omit<ObservedEvent, 'type'> {
  return { order, seenAt: after(7_000), source: 'push' };
}

function watched(fields: Partial<Trade> = {}): Trade {
  return aTrade({ orderId: ORDER_ID, status: 'pending', orderConfiguration: RESTING, ...fields });
}

/** What the order's machine, where the row is, makes of it. */
async function decided(row: Trade, tell: (order: OrderUnderTest) => Promise<void>): Promise<unknown> {
  const order = new OrderUnderTest({ trade: row, resumed: true });
  await tell(order);
  const { number: _number, alert, ...change } = order.last;
  return { change: { ...change, key: KEY, state: stateOf(change.trade) }, alert };
}

describe('an end that is committed by whoever saw it', () => {
  it.each<[string, Partial<Trade>, Partial<ExchangeOrder>]>([
    ['a resting order that is filled', {}, {}],
    ['a market order that is filled', { orderConfiguration: MARKET }, { lastFillTime: after(6_000) }],
    ['an order in the immediate check that is filled', { status: 'placing', orderConfiguration: MARKET }, {}],
    ['a stale order that is filled', { status: 'stale', staleSince: after(5_000) }, {}],
    ['an order that was filled in part', { filledSize: '0.2', averageFilledPrice: '19000.00' }, {}],
    ['an order that is cancelled', {}, { status: 'CANCELLED', filledSize: '0', reason: 'USER' }],
    ['an order that expires after a part of it was filled', {}, { status: 'EXPIRED', filledSize: '0.1' }],
    ['an order that fails', {}, { status: 'FAILED', filledSize: '0', averageFilledPrice: null }],
  ])('is what the machine decides of %s', async (_name, fields, shown) => {
    const row = watched(fields);
    const event = seen(aFilledOrder(shown));

    expect(earlyEnd(row, event, KEY)).toEqual(
      await decided(row, (order) => order.send({ type: 'OBSERVED', ...event })),
    );
  });

  it.each<[string, Trade, Partial<ExchangeOrder>]>([
    ['has ended', watched({ status: 'completed' }), {}],
    ['is not known to be accepted', watched({ orderId: null, status: 'placing' }), {}],
    ['has another id at the exchange', watched({ orderId: 'another' }), {}],
    ['has no known id', watched({ orderId: null, status: 'stale' }), {}],
    ['is another order than was meant', watched(), { side: 'SELL' }],
  ])('is left to the machine of an order that %s', (_name, row, shown) => {
    expect(earlyEnd(row, seen(aFilledOrder(shown)), KEY)).toBeNull();
  });

  it('is committed by the machine under the key that it was told with it', async () => {
    const order = new OrderUnderTest({ trade: watched(), resumed: true });
    await order.send({ type: 'OBSERVED', ...seen(aFilledOrder()), changeKey: KEY });

    expect(order.last).toMatchObject({ key: KEY, trade: { status: 'completed' } });
  });
});

describe('fills that are committed by whoever collected them', () => {
  const ended = watched({ status: 'completed', filledSize: '0.5', fillDetectedAt: after(1), filledAt: after(1) });

  it.each<[string, FillsOutcome]>([
    ['whole', FILLS],
    ['not whole', { ...FILLS, complete: false, totals: null, lastError: 'no answer' }],
  ])('are what the machine makes of them (%s), its alert too', async (_name, fills) => {
    expect(earlyFills(ended, fills, KEY)).toEqual(await decided(ended, (order) => order.answer('collectFills', fills)));
  });

  it('are the same again when it is known that they were committed', () => {
    const early = earlyFills(ended, FILLS, KEY);

    expect(earlyFills(ended, { ...FILLS, recorded: { key: KEY, row: ended } }, KEY)).toEqual(early);
  });

  it('are left to the machine of an order that has not ended', () => {
    expect(earlyFills(watched(), FILLS, KEY)).toBeNull();
  });
});
