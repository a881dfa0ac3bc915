import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, ORDER_ID, RESTING } from '../support/builders.ts';
import { BY_ANN, checking, DecidedTrade, monitored, placementUnknown } from '../support/decided-trade.ts';

describe('an operator’s resolution', () => {
  it.each(['cancelled', 'failed'] as const)('closes a stale order as %s, with who and why', (status) => {
    const order = placementUnknown().pass(10).resolve(status);
    expect(order.trade).toMatchObject({
      status,
      reason: 'RESOLVED_BY_OPERATOR',
      detectedBy: 'manual-sync',
      staleSince: null,
      orderId: null,
      fillsComplete: true,
      endedAt: after(10),
    });
    expect(order.last).toMatchObject({ cause: 'resolved', source: 'operator', requester: BY_ANN });
  });

  it('closes an order that is being checked', () => {
    expect(checking().resolve().state).toBe('closed');
  });

  it('closes an order that is monitored, and keeps the fills that it had', () => {
    const order = monitored(anOrder({ filledSize: '0.2' })).resolve();
    expect(order.trade).toMatchObject({ status: 'cancelled', filledSize: '0.2', fillsComplete: false });
  });

  it('changes nothing of an order that has ended', () => {
    const order = monitored();
    order.see(aFilledOrder());
    expect(order.learn({ type: 'resolved', status: 'failed', requester: BY_ANN })).toBeNull();
  });

  it('changes nothing of an order that is still being placed', () => {
    for (const order of [new DecidedTrade(), new DecidedTrade().attempt()]) {
      expect(order.learn({ type: 'resolved', status: 'failed', requester: BY_ANN })).toBeNull();
    }
  });

  it('stands when the exchange confirms it', () => {
    const order = monitored().resolve();
    order.see(anOrder({ status: 'CANCELLED' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', reason: 'RESOLVED_BY_OPERATOR' });
  });

  it('stands when the exchange shows a status that is not known', () => {
    const order = monitored().resolve();
    order.see(anOrder({ status: 'UNKNOWN_ORDER_STATUS' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', reason: 'RESOLVED_BY_OPERATOR' });
  });

  it('stands when the order was seen open before it', () => {
    const order = monitored().pass(1_000).resolve();
    expect(order.see(anOrder(), { at: after(999) })).toBeNull();
  });
});

describe('an operator’s resolution that the exchange disproves', () => {
  it('by a fill: the trade is corrected to completed, detected then, and that alerts', () => {
    const order = placementUnknown().resolve().pass(60_000);
    order.see(aFilledOrder({ lastFillTime: after(10) }), { source: 'push' });
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
      endedAt: after(60_000),
    });
    expect(order.last).toMatchObject({ cause: 'corrected', alert: { kind: 'corrected' } });
  });

  it('by a fill whose size is not told yet: its fills are not whole', () => {
    const order = placementUnknown().resolve();
    order.see(anOrder({ status: 'FILLED' }));
    expect(order.trade).toMatchObject({ status: 'completed', fillsComplete: false });
  });

  it('by another end: the trade is corrected to it', () => {
    const order = monitored(anOrder({ filledSize: '0.2' })).resolve('failed');
    order.see(anOrder({ status: 'EXPIRED', filledSize: '0.2', reason: 'too late' }), { layer: 'reconciliation' });
    expect(order.trade).toMatchObject({ status: 'expired', reason: 'too late', detectedBy: 'reconciliation' });
    expect(order.last.cause).toBe('corrected');
  });

  it('by showing it open: the trade blocks the bot again and is monitored, with a whole window', () => {
    const order = monitored().resolve().pass(250_000);
    order.see(anOrder());
    expect(order.trade).toMatchObject({
      status: 'pending',
      reason: null,
      detectedBy: null,
      orderId: ORDER_ID,
      endedAt: null,
      fillsComplete: false,
      monitoredSince: after(250_000),
    });
    expect(order.last).toMatchObject({ cause: 'corrected', alert: { kind: 'corrected' } });
  });

  it('is corrected once: what was corrected to an end stays ended', () => {
    const order = monitored().resolve('failed');
    order.see(anOrder({ status: 'CANCELLED' }));
    order.see(aFilledOrder());
    expect(order.trade.status).toBe('cancelled');
    expect(order.causes.filter((cause) => cause === 'corrected')).toHaveLength(1);
  });

  it('is corrected by a manual sync as well, which then is the one who asked', () => {
    const order = new DecidedTrade({
      status: 'failed',
      reason: 'RESOLVED_BY_OPERATOR',
      detectedBy: 'manual-sync',
      fillsComplete: true,
      orderConfiguration: RESTING,
      endedAt: after(0),
    });
    order.see(anOrder(), { layer: 'manual-sync', requester: BY_ANN });
    expect(order.state).toBe('monitoring');
    expect(order.last).toMatchObject({ cause: 'corrected', requester: BY_ANN });
  });

  it('is not corrected by another order under its client order id', () => {
    const order = placementUnknown().resolve();
    order.see(aFilledOrder({ side: 'SELL', orderId: 'older-1' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', orderId: null, filledSize: '0' });
    expect(order.last).toMatchObject({ cause: 'intent_mismatch', alert: { kind: 'intent-mismatch' } });
  });
});

describe('what is only recorded', () => {
  it.each(['placing', 'pending', 'stale', 'completed', 'rejected'] as const)(
    'is recorded of a trade that is %s, and leaves it as it is',
    (status) => {
      const order = new DecidedTrade({ status });
      const { trade } = order;
      const evidence = { error: 'no answer' };
      order.learn({ type: 'noted', cause: 'manual_sync_failed', requester: BY_ANN, evidence });
      expect(order.trade).toEqual(trade);
      expect(order.last).toMatchObject({
        cause: 'manual_sync_failed',
        source: 'operator',
        requester: BY_ANN,
        evidence,
      });
    },
  );
});
