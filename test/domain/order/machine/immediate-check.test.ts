import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../../../../src/domain/order/policy.ts';
import { aFilledOrder, after, anOrder, aTrade, ORDER_ID } from '../support/builders.ts';
import { checking } from '../support/order-under-test.ts';

describe('the immediate check', () => {
  it('looks as often and as fast as the policy says', async () => {
    const policy = { ...DEFAULT_POLICY, immediateCheckAttempts: 3, immediateCheckIntervalMs: 250 };
    const order = await checking({ trade: { policy } });
    expect(order.inputOf('checkImmediately')).toEqual({ orderId: ORDER_ID, attempts: 3, intervalMs: 250 });
  });

  it('that sees FILLED completes the order, and `pending` is never written', async () => {
    const order = await checking();
    await order.pass(700);
    await order.look(aFilledOrder({ lastFillTime: after(300) }));
    expect(order.state).toBe('completed');
    expect(order.causes).toEqual(['accepted', 'observed']);
    expect(order.changes.map((change) => change.trade.status)).toEqual(['placing', 'completed']);
    expect(order.trade).toMatchObject({
      immediateFill: true,
      detectedBy: 'immediate-check',
      fillDetectedAt: after(700),
      filledAt: after(300),
    });
    expect(order.last).toMatchObject({ source: 'look', evidence: { status: 'FILLED', filled_size: '0.5' } });
  });

  it.each([
    ['CANCELLED', 'cancelled'],
    ['EXPIRED', 'expired'],
    ['FAILED', 'failed'],
  ] as const)('that sees %s closes the order as %s, with the exchange’s reason', async (status, ended) => {
    const order = await checking();
    await order.look(anOrder({ status, reason: 'in the exchange’s words' }));
    expect(order.state).toBe('closed');
    expect(order.trade).toMatchObject({
      status: ended,
      detectedBy: 'immediate-check',
      reason: 'in the exchange’s words',
      immediateFill: false,
      fillDetectedAt: null,
      filledAt: null,
    });
    expect(order.changes.map((change) => change.trade.status)).toEqual(['placing', ended]);
  });

  it('that sees the order open writes in one change what it saw and that the order is watched', async () => {
    const order = await checking();
    await order.look(anOrder({ filledSize: '0.1', averageFilledPrice: '20000' }));
    expect(order.state).toBe('monitoring');
    expect(order.causes).toEqual(['accepted', 'observed']);
    expect(order.last).toMatchObject({
      trade: { status: 'pending', filledSize: '0.1' },
      evidence: { status: 'OPEN', filled_size: '0.1', looks: 10, last_error: null },
    });
    expect(order.context).toMatchObject({ exchangeStatus: 'OPEN' });
  });

  it('that sees another order adopts it by no rules', async () => {
    for (const edition of [1, 2] as const) {
      const order = await checking({ edition });
      await order.look(anOrder({ side: 'SELL' }));
      expect(order.state).toBe('closed');
      expect(order.trade).toMatchObject({ status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH' });
    }
  });

  it('that sees the order open writes two changes by the first rules: what it saw, then that the order is watched', async () => {
    const order = await checking({ edition: 1 });
    await order.look(anOrder({ filledSize: '0.1', averageFilledPrice: '20000' }));
    expect(order.state).toBe('monitoring');
    expect(order.changes.map(({ cause, number, trade }) => [number, cause, trade.status, trade.filledSize])).toEqual([
      [1, 'accepted', 'placing', '0'],
      [2, 'observed', 'placing', '0.1'],
      [3, 'observed', 'pending', '0.1'],
    ]);
    expect(order.last.evidence).toEqual({ status: 'OPEN', looks: 10, last_error: null });
  });

  it('that saw nothing but errors leaves the order to be watched, and says so', async () => {
    const order = await checking();
    await order.look(null, 'the exchange answered 404');
    expect(order.state).toBe('monitoring');
    expect(order.trade).toEqual(aTrade({ orderId: ORDER_ID, status: 'pending' }));
    expect(order.last).toMatchObject({
      cause: 'unchecked',
      evidence: { status: null, looks: 10, last_error: 'the exchange answered 404' },
    });
    expect(order.context.lastCheckedAt).toBeNull();
  });

  it('takes a status that it does not know for no end, and alerts', async () => {
    const order = await checking();
    await order.look(anOrder({ status: 'UNKNOWN_ORDER_STATUS' }));
    expect(order.state).toBe('monitoring');
    expect(order.changes[1]).toMatchObject({ alert: { kind: 'unknown-status' } });
    expect(order.last.alert).toBeNull();
  });
});

describe('a push during the immediate check', () => {
  it('that tells the fill completes the order as an immediate one, and stops the check', async () => {
    const order = await checking();
    const looking = order.signalOf('checkImmediately');
    await order.pass(100);
    await order.observe(aFilledOrder());
    expect(order.state).toBe('completed');
    expect(looking.aborted).toBe(true);
    expect(order.trade).toMatchObject({
      immediateFill: true,
      detectedBy: 'immediate-check',
      fillDetectedAt: after(100),
    });
  });

  it('that tells a partial fill neither completes the order nor counts as a detected fill; the check goes on', async () => {
    const order = await checking();
    await order.observe(anOrder({ filledSize: '0.2', averageFilledPrice: '20000' }));
    expect(order.state).toBe('immediate-check');
    expect(order.trade).toMatchObject({
      filledSize: '0.2',
      immediateFill: false,
      fillDetectedAt: null,
      filledAt: null,
    });
    expect(order.started('checkImmediately')).toBe(1);
    expect(order.running).toEqual(['checkImmediately']);
  });

  it('that is repeated is written once', async () => {
    const order = await checking();
    await order.observe(anOrder());
    await order.observe(anOrder());
    await order.observe(anOrder());
    expect(order.causes).toEqual(['accepted', 'observed']);
  });
});

describe('a manual sync during the immediate check', () => {
  it('that sees the end is the layer that detected it', async () => {
    const order = await checking();
    const requester = { requestedBy: 'ann', reason: 'is it filled?' };
    await order.observe(aFilledOrder(), { source: 'look', layer: 'manual-sync', requester, evidence: { asked: true } });
    expect(order.trade).toMatchObject({ status: 'completed', detectedBy: 'manual-sync', immediateFill: true });
    expect(order.last).toMatchObject({
      cause: 'manual_sync',
      ...requester,
      evidence: { status: 'FILLED', asked: true },
    });
  });

  it('is written even when it shows nothing new', async () => {
    const order = await checking();
    await order.observe(anOrder());
    await order.observe(anOrder(), { layer: 'manual-sync', requester: { requestedBy: 'ann', reason: null } });
    expect(order.causes).toEqual(['accepted', 'observed', 'manual_sync']);
  });
});
