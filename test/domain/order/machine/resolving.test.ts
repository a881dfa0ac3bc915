import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, ORDER_ID, RESTING } from '../support/builders.ts';
import { checking, monitored, OrderUnderTest } from '../support/order-under-test.ts';

const BY_ANN = { requestedBy: 'ann', reason: 'purged at the exchange' };

async function resolve(order: OrderUnderTest, status: 'cancelled' | 'failed' = 'cancelled'): Promise<OrderUnderTest> {
  await order.send({ type: 'RESOLVE', status, requester: BY_ANN });
  return order;
}

async function neverHeardOf(): Promise<OrderUnderTest> {
  const order = new OrderUnderTest();
  await order.answer('place', { kind: 'unknown', at: order.now });
  return order;
}

describe('an operator’s last word', () => {
  it.each(['cancelled', 'failed'] as const)(
    'closes a stale order as %s, by hand and with who and why',
    async (status) => {
      const order = await resolve(await neverHeardOf(), status);
      expect(order.state).toBe('closed');
      expect(order.finished).toBe(true);
      expect(order.trade).toMatchObject({
        status,
        reason: 'RESOLVED_BY_OPERATOR',
        detectedBy: 'manual-sync',
        staleSince: null,
        orderId: null,
        fillsComplete: true,
      });
      expect(order.last).toMatchObject({ cause: 'resolved', source: 'operator', corrects: false, ...BY_ANN });
    },
  );

  it('closes an order that is being checked, and stops the check', async () => {
    const order = await checking();
    const looking = order.signalOf('checkImmediately');
    await resolve(order);
    expect(order.state).toBe('closed');
    expect(looking.aborted).toBe(true);
  });

  it('closes an order that is watched, keeps the fills that it had, and collects them', async () => {
    const order = await resolve(await monitored(anOrder({ filledSize: '0.2' })));
    expect(order.trade).toMatchObject({ status: 'cancelled', filledSize: '0.2', fillsComplete: false });
    expect(order.running).toEqual(['collectFills']);
  });

  it('stands when the exchange confirms it', async () => {
    const order = await resolve(await monitored(anOrder()));
    const written = order.changes.length;
    await order.observe(anOrder({ status: 'CANCELLED' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', reason: 'RESOLVED_BY_OPERATOR' });
    expect(order.changes).toHaveLength(written);
  });

  it('stands when the exchange shows a status that is not known', async () => {
    const order = await resolve(await monitored(anOrder()));
    await order.observe(anOrder({ status: 'UNKNOWN_ORDER_STATUS' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', reason: 'RESOLVED_BY_OPERATOR' });
  });
});

describe('an operator’s word that the exchange disproves', () => {
  it('by a fill: the trade is corrected to completed, detected then, and that alerts', async () => {
    const order = await resolve(await neverHeardOf());
    await order.pass(60_000);
    await order.observe(aFilledOrder({ lastFillTime: after(10) }));
    expect(order.state).toBe('completed');
    expect(order.trade).toMatchObject({
      status: 'completed',
      orderId: ORDER_ID,
      reason: null,
      immediateFill: false,
      detectedBy: 'monitoring',
      fillDetectedAt: after(60_000),
      filledAt: after(10),
      filledSize: '0.5',
      fillsComplete: false,
    });
    expect(order.last).toMatchObject({ cause: 'corrected', corrects: true, alert: { kind: 'corrected' } });
    expect(order.running).toEqual(['collectFills']);
  });

  it('by another end: the trade is corrected to it, also when its fills were collected already', async () => {
    const order = await resolve(await monitored(anOrder({ filledSize: '0.2' })), 'failed');
    await order.answer('collectFills', {
      complete: false,
      filledSize: '0.2',
      fillCount: 0,
      totals: null,
      newestTradeTime: null,
      lastError: null,
    });
    expect(order.finished).toBe(true);
    await order.observe(anOrder({ status: 'EXPIRED', filledSize: '0.2', reason: 'too late' }), {
      layer: 'reconciliation',
    });
    expect(order.state).toBe('closed');
    expect(order.trade).toMatchObject({ status: 'expired', reason: 'too late', detectedBy: 'reconciliation' });
    expect(order.last).toMatchObject({ cause: 'corrected', corrects: true });
    expect(order.running).toEqual(['collectFills']);
  });

  it('by showing it open: the trade blocks the bot again and is watched, with a whole window', async () => {
    const order = await resolve(await monitored(anOrder()));
    await order.pass(250_000);
    await order.observe(anOrder());
    expect(order.state).toBe('monitoring');
    expect(order.trade).toMatchObject({ status: 'pending', reason: null, detectedBy: null, orderId: ORDER_ID });
    expect(order.last).toMatchObject({ cause: 'corrected', corrects: true, alert: { kind: 'corrected' } });
    expect(order.running).toEqual(['watch']);
    await order.pass(299_999);
    expect(order.state).toBe('monitoring');
    await order.pass(1);
    expect(order.state).toBe('stale');
  });

  it('is corrected once: what was corrected to an end stays ended', async () => {
    const order = await resolve(await monitored(anOrder()), 'failed');
    await order.observe(anOrder({ status: 'CANCELLED' }));
    await order.observe(aFilledOrder());
    expect(order.trade.status).toBe('cancelled');
    expect(order.changes.filter((change) => change.corrects)).toHaveLength(1);
  });

  it('in a second life is corrected as well', async () => {
    const order = new OrderUnderTest({
      trade: {
        status: 'failed',
        reason: 'RESOLVED_BY_OPERATOR',
        detectedBy: 'manual-sync',
        fillsComplete: true,
        orderConfiguration: RESTING,
      },
      resumed: true,
    });
    await order.observe(anOrder());
    expect(order.state).toBe('monitoring');
  });

  it('is not corrected by another order under its client order id', async () => {
    const order = await resolve(await neverHeardOf());
    await order.observe(aFilledOrder({ side: 'SELL', orderId: 'older-1' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', orderId: null, filledSize: '0' });
    expect(order.last).toMatchObject({ cause: 'intent_mismatch', corrects: false, alert: { kind: 'intent-mismatch' } });
  });
});
