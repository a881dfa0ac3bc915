import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../../../../src/domain/order/policy.ts';
import { aFilledOrder, after, anOrder, ORDER_ID, RESTING } from '../support/builders.ts';
import { monitored, OrderUnderTest, type Under } from '../support/order-under-test.ts';

const WINDOW_MS = DEFAULT_POLICY.monitorForMs;
const resting: Under = { trade: { orderConfiguration: RESTING } };

async function staleByWindow(): Promise<OrderUnderTest> {
  const order = await monitored(anOrder());
  await order.pass(WINDOW_MS);
  return order;
}

async function unconfirmed(): Promise<OrderUnderTest> {
  const order = await monitored(anOrder(), resting);
  await order.answer('watch', { kind: 'unconfirmed', since: order.now, lastError: 'no answer' });
  return order;
}

async function neverHeardOf(under: Under = {}): Promise<OrderUnderTest> {
  const order = new OrderUnderTest(under);
  await order.answer('place', { kind: 'unknown', at: order.now });
  return order;
}

describe('a stale order', () => {
  it('is watched on with a growing pace, and never called unconfirmed again', async () => {
    const order = await staleByWindow();
    expect(order.inputOf('watch')).toEqual({
      clientOrderId: 'bot7-1',
      orderId: ORDER_ID,
      known: { status: 'OPEN', filledSize: '0' },
      intervalMs: 2_000,
      pace: 'growing',
      reportOpen: false,
      unconfirmedAfterMs: null,
    });
  });

  it('stays stale for ever when nothing is heard: it is neither dropped nor called cancelled', async () => {
    const order = await staleByWindow();
    const written = order.changes.length;
    await order.pass(30 * 86_400_000);
    expect(order.state).toBe('stale');
    expect(order.running).toEqual(['watch']);
    expect(order.changes).toHaveLength(written);
  });

  it('is watched on after an answer without news', async () => {
    const order = await staleByWindow();
    await order.see(anOrder());
    expect(order.running).toEqual(['watch']);
    expect(order.inputOf('watch').pace).toBe('growing');
  });

  it('completes when the fill is seen at last: by monitoring, not immediate, and no longer stale', async () => {
    const order = await staleByWindow();
    await order.see(aFilledOrder());
    expect(order.state).toBe('completed');
    expect(order.trade).toMatchObject({
      status: 'completed',
      staleSince: null,
      detectedBy: 'monitoring',
      immediateFill: false,
      fillDetectedAt: after(WINDOW_MS),
    });
  });

  it('closes when another end is seen', async () => {
    const order = await staleByWindow();
    await order.see(anOrder({ status: 'EXPIRED' }));
    expect(order.trade).toMatchObject({ status: 'expired', staleSince: null, detectedBy: 'monitoring' });
  });
});

describe('an immediate order that is stale', () => {
  it('stays stale while the exchange shows it open, keeps since when, and takes over what was filled', async () => {
    const order = await staleByWindow();
    await order.pass(1_000);
    await order.see(anOrder({ filledSize: '0.1' }));
    expect(order.state).toBe('stale');
    expect(order.trade).toMatchObject({ status: 'stale', staleSince: after(WINDOW_MS), filledSize: '0.1' });
    expect(order.inputOf('watch')).toMatchObject({ pace: 'growing', known: { filledSize: '0.1' } });
  });

  it('that was searched for and found open has its id, and stays stale', async () => {
    const order = await neverHeardOf();
    await order.see(anOrder());
    expect(order.state).toBe('stale');
    expect(order.trade.orderId).toBe(ORDER_ID);
    expect(order.inputOf('watch').orderId).toBe(ORDER_ID);
  });

  it('that was searched for and found filled is completed, not as an immediate fill', async () => {
    const order = await neverHeardOf();
    await order.see(aFilledOrder());
    expect(order.trade).toMatchObject({
      status: 'completed',
      orderId: ORDER_ID,
      immediateFill: false,
      detectedBy: 'monitoring',
    });
  });
});

describe('a resting order that is stale', () => {
  it('has the watch report that it is open, though that is no news', async () => {
    const order = await unconfirmed();
    expect(order.inputOf('watch')).toMatchObject({ known: { status: 'OPEN' }, reportOpen: true });
  });

  it('is monitored again as soon as it is confirmed open', async () => {
    const order = await unconfirmed();
    expect(order.inputOf('watch').reportOpen).toBe(true);
    await order.pass(5_000);
    await order.see(anOrder({ filledSize: '0.1' }));
    expect(order.state).toBe('monitoring');
    expect(order.trade).toMatchObject({ status: 'pending', staleSince: null, filledSize: '0.1' });
    expect(order.inputOf('watch')).toMatchObject({ pace: 'steady', unconfirmedAfterMs: WINDOW_MS });
  });

  it('is monitored again even when it is confirmed just as it was', async () => {
    const order = await unconfirmed();
    await order.observe(anOrder());
    expect(order.state).toBe('monitoring');
    expect(order.last).toMatchObject({ cause: 'observed', trade: { status: 'pending' } });
  });

  it('that was searched for and found open has its id and is monitored', async () => {
    const order = await neverHeardOf(resting);
    await order.see(anOrder());
    expect(order.state).toBe('monitoring');
    expect(order.trade).toMatchObject({ orderId: ORDER_ID, status: 'pending', staleSince: null });
  });

  it('is not taken for confirmed by a status that is not known', async () => {
    const order = await unconfirmed();
    await order.see(anOrder({ status: 'UNKNOWN_ORDER_STATUS' }));
    expect(order.state).toBe('stale');
    expect(order.last.alert).toMatchObject({ kind: 'unknown-status' });
  });

  it('can become stale again, since then', async () => {
    const order = await unconfirmed();
    await order.observe(anOrder());
    await order.pass(WINDOW_MS);
    await order.answer('watch', { kind: 'unconfirmed', since: order.now, lastError: null });
    expect(order.trade).toMatchObject({ status: 'stale', staleSince: after(WINDOW_MS) });
  });
});
