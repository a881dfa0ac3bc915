import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, anOrder, ORDER_ID } from '../support/builders.ts';
import { checking, monitored, OrderUnderTest } from '../support/order-under-test.ts';

const ANOTHER = anOrder({ side: 'SELL' });

function expectMismatch(order: OrderUnderTest): void {
  expect(order.state).toBe('closed');
  expect(order.finished).toBe(true);
  expect(order.trade).toMatchObject({
    status: 'failed',
    reason: 'CLIENT_ORDER_ID_MISMATCH',
    orderId: null,
    filledSize: '0',
    fillDetectedAt: null,
  });
  expect(order.last).toMatchObject({
    cause: 'intent_mismatch',
    evidence: { fields: ['side'], order_id: ORDER_ID },
    alert: { kind: 'intent-mismatch' },
  });
}

describe('an order that does not fit the intent', () => {
  it('shown by a push while placing closes the trade and is not adopted', async () => {
    const order = new OrderUnderTest();
    await order.observe(aFilledOrder({ side: 'SELL' }));
    expectMismatch(order);
    expect(order.trade.detectedBy).toBe('immediate-check');
  });

  it('shown by the check closes the trade and takes its id away, though the POST was answered with success', async () => {
    const order = await checking();
    await order.look(ANOTHER);
    expectMismatch(order);
    expect(order.causes).toEqual(['accepted', 'intent_mismatch']);
  });

  it('shown by the watch after a check that saw nothing closes the trade', async () => {
    const order = await checking();
    await order.look(null, 'no answer');
    await order.see(ANOTHER);
    expectMismatch(order);
    expect(order.trade.detectedBy).toBe('monitoring');
  });

  it('found by the search for an unknown placement closes the trade', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { kind: 'unknown', at: order.now });
    await order.see(ANOTHER);
    expectMismatch(order);
    expect(order.trade.staleSince).toBeNull();
  });

  it('shown again after that is recorded, and neither adopted nor asked for its fills', async () => {
    const order = new OrderUnderTest();
    await order.observe(ANOTHER);
    await order.observe(aFilledOrder({ side: 'SELL' }));
    expectMismatch(order);
    expect(order.started('collectFills')).toBe(0);
  });
});

describe('an order that was found to be ours', () => {
  it('is not compared again: it may be edited at the exchange', async () => {
    const shown = anOrder({ orderConfiguration: { market_market_ioc: { quote_size: '10.00' } } });
    const order = await monitored(shown);
    await order.see(anOrder({ orderConfiguration: { market_market_ioc: { quote_size: '99' } }, filledSize: '0.1' }));
    expect(order.state).toBe('monitoring');
    expect(order.trade.filledSize).toBe('0.1');
  });

  it('is compared still after a push, which tells no configuration', async () => {
    const order = await checking();
    await order.observe(anOrder({ orderConfiguration: null, filledSize: '0.1' }));
    expect(order.state).toBe('immediate-check');
    await order.look(anOrder({ orderConfiguration: { market_market_ioc: { quote_size: '99' } } }));
    expect(order.trade).toMatchObject({ status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH' });
  });

  it('has been compared in an earlier run when the row is watched already', async () => {
    const order = new OrderUnderTest({ trade: { status: 'pending', orderId: ORDER_ID }, resumed: true });
    await order.observe(anOrder({ side: 'SELL' }));
    expect(order.state).toBe('monitoring');
  });
});

describe('an order with another exchange id under the same client order id', () => {
  it.each(['OPEN', 'FILLED', 'CANCELLED'])(
    'shown as %s is recorded and alerted, and decides nothing',
    async (status) => {
      const order = await monitored(anOrder());
      const { trade } = order;
      await order.observe(aFilledOrder({ status, orderId: 'exchange-2' }));
      expect(order.state).toBe('monitoring');
      expect(order.trade).toEqual(trade);
      expect(order.context.exchangeStatus).toBe('OPEN');
      expect(order.last).toMatchObject({
        cause: 'intent_mismatch',
        evidence: { fields: ['order_id'], order_id: 'exchange-2' },
        alert: { kind: 'intent-mismatch' },
      });
    },
  );

  it('adds nothing to an order that has ended', async () => {
    const order = await monitored(anOrder());
    await order.see(anOrder({ status: 'CANCELLED' }));
    await order.observe(aFilledOrder({ orderId: 'exchange-2' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', orderId: ORDER_ID, filledSize: '0' });
    expect(order.finished).toBe(true);
  });
});
