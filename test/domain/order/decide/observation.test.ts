import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, ORDER_ID, RESTING } from '../support/builders.ts';
import { checking, monitored } from '../support/decided-trade.ts';

const RESTS = { orderConfiguration: RESTING };
const FIGURES = { filledSize: '0.3', averageFilledPrice: '20000', filledValue: '6000', totalFees: '0.7' };
const ENDS = [
  ['CANCELLED', 'cancelled'],
  ['EXPIRED', 'expired'],
  ['FAILED', 'failed'],
] as const;

describe('a look of the immediate check', () => {
  it('that sees FILLED completes the order as an immediate fill, and `pending` is never written', () => {
    const order = checking().pass(700);
    order.see(aFilledOrder({ lastFillTime: after(300) }));
    expect(order.decisions.map(({ trade }) => trade.status)).toEqual(['placing', 'completed']);
    expect(order.trade).toMatchObject({
      immediateFill: true,
      detectedBy: 'immediate-check',
      fillDetectedAt: after(700),
      filledAt: after(300),
      endedAt: after(700),
    });
    expect(order.last).toMatchObject({
      cause: 'observed',
      source: 'look',
      evidence: { status: 'FILLED', filled_size: '0.5' },
    });
  });

  it.each(ENDS)('that sees %s closes the order as %s, with the exchange’s reason', (status, ended) => {
    const order = checking();
    order.see(anOrder({ status, reason: 'in the exchange’s words' }));
    expect(order.trade).toMatchObject({
      status: ended,
      detectedBy: 'immediate-check',
      reason: 'in the exchange’s words',
      immediateFill: false,
      fillDetectedAt: null,
      filledAt: null,
      fillsComplete: true,
    });
  });

  it('that shows a fill without its size completes the order, and its fills are not whole', () => {
    const order = checking();
    order.see(anOrder({ status: 'FILLED', filledSize: '0' }));
    expect(order.trade).toMatchObject({ status: 'completed', fillsComplete: false });
  });
});

describe('the end of the immediate check', () => {
  it('that saw the order open records in one decision what it saw and that the order is monitored', () => {
    const order = checking()
      .pass(4_500)
      .check(anOrder({ filledSize: '0.1', averageFilledPrice: '20000' }));
    expect(order.causes).toEqual(['accepted', 'observed']);
    expect(order.last).toMatchObject({
      trade: {
        status: 'pending',
        filledSize: '0.1',
        exchangeStatus: 'OPEN',
        lastCheckedAt: after(4_500),
        monitoredSince: after(4_500),
      },
      evidence: { status: 'OPEN', filled_size: '0.1', looks: 10, last_error: null },
    });
  });

  it('that saw nothing but errors leaves the order to be monitored, and says so', () => {
    const order = checking();
    const { trade } = order;
    order.check(null, 'the exchange answered 404');
    expect(order.trade).toEqual({ ...trade, status: 'pending', monitoredSince: after(0) });
    expect(order.last).toMatchObject({
      cause: 'unchecked',
      evidence: { status: null, looks: 10, last_error: 'the exchange answered 404' },
    });
  });

  it('that saw an end ends the order', () => {
    expect(checking().check(aFilledOrder()).trade).toMatchObject({ status: 'completed', immediateFill: true });
  });

  it('does not take an unknown status for an end, and alerts', () => {
    const order = checking().check(anOrder({ status: 'UNKNOWN_ORDER_STATUS' }));
    expect(order.state).toBe('monitoring');
    expect(order.last.alert).toMatchObject({ kind: 'unknown-status' });
  });

  it('that comes after the order was seen ended, or is monitored already, adds nothing', () => {
    const ended = checking();
    ended.see(aFilledOrder());
    for (const order of [ended, monitored()]) {
      const { trade } = order;
      order.check(null, 'no answer');
      expect(order.trade).toEqual(trade);
    }
  });
});

describe('a push during the immediate check', () => {
  it('that tells the fill completes the order as an immediate one', () => {
    const order = checking().pass(100);
    order.see(aFilledOrder(), { source: 'push' });
    expect(order.trade).toMatchObject({
      status: 'completed',
      immediateFill: true,
      detectedBy: 'immediate-check',
      fillDetectedAt: after(100),
    });
  });

  it('that tells a partial fill neither completes the order nor counts as a detected fill', () => {
    const order = checking();
    order.see(anOrder({ filledSize: '0.2', averageFilledPrice: '20000' }), { source: 'push' });
    expect(order.state).toBe('immediate-check');
    expect(order.trade).toMatchObject({
      filledSize: '0.2',
      immediateFill: false,
      fillDetectedAt: null,
      filledAt: null,
    });
  });

  it('that is repeated is recorded once', () => {
    const order = checking();
    for (let times = 0; times < 3; times += 1) order.see(anOrder(), { source: 'push' });
    expect(order.causes).toEqual(['accepted', 'observed']);
  });
});

describe('a manual sync', () => {
  const byHand = { layer: 'manual-sync', requester: { requestedBy: 'ann', reason: 'is it filled?' } } as const;

  it('that sees the end is the layer that detected it, with who and why', () => {
    const order = checking();
    order.see(aFilledOrder(), { ...byHand, evidence: { asked: true } });
    expect(order.trade).toMatchObject({ status: 'completed', detectedBy: 'manual-sync', immediateFill: true });
    expect(order.last).toMatchObject({
      cause: 'manual_sync',
      requester: byHand.requester,
      evidence: { status: 'FILLED', asked: true },
    });
  });

  it('is recorded even when it shows nothing new', () => {
    const order = checking();
    order.see(anOrder());
    order.see(anOrder(), byHand);
    expect(order.causes).toEqual(['accepted', 'observed', 'manual_sync']);
  });
});

describe('a monitored order', () => {
  it('completes when FILLED is seen: detected by monitoring, not an immediate fill', () => {
    const order = monitored().pass(4_000);
    order.see(aFilledOrder({ lastFillTime: after(3_000) }));
    expect(order.trade).toMatchObject({
      status: 'completed',
      immediateFill: false,
      detectedBy: 'monitoring',
      fillDetectedAt: after(4_000),
      filledAt: after(3_000),
      filledSize: '0.5',
      averageFilledPrice: '20000.00',
      totalFees: '1.25',
    });
  });

  it('has the layer that reconciliation names', () => {
    const order = monitored();
    order.see(aFilledOrder(), { source: 'sweep', layer: 'reconciliation' });
    expect(order.trade.detectedBy).toBe('reconciliation');
    expect(order.last.source).toBe('sweep');
  });

  it.each(ENDS)('that ended %s is %s, and the fills that it had are kept', (status, ended) => {
    const order = monitored();
    order.see(anOrder({ status, ...FIGURES }));
    expect(order.trade).toMatchObject({
      status: ended,
      ...FIGURES,
      detectedBy: 'monitoring',
      fillDetectedAt: null,
      filledAt: null,
      fillsComplete: false,
    });
  });

  it('with as much filled as was asked for is not ended by that, only by the exchange’s status', () => {
    const order = monitored(anOrder(), RESTS);
    order.see(anOrder({ filledSize: '0.5' }));
    expect(order.state).toBe('monitoring');
  });

  it('that the exchange calls filled is completed, whatever size was filled', () => {
    const order = monitored(anOrder(), RESTS);
    order.see(aFilledOrder({ filledSize: '0.49' }));
    expect(order.trade).toMatchObject({ status: 'completed', filledSize: '0.49' });
  });

  it.each(['PENDING', 'QUEUED', 'CANCEL_QUEUED', 'EDIT_QUEUED', 'SOMETHING_NEW'])(
    'is monitored on when the status is %s',
    (status) => {
      const order = monitored();
      order.see(anOrder({ status }));
      expect(order.trade).toMatchObject({ status: 'pending', exchangeStatus: status });
    },
  );

  it('alerts an unknown status once, however often it is seen', () => {
    const order = monitored();
    order.see(anOrder({ status: 'SOMETHING_NEW' }));
    order.see(anOrder({ status: 'SOMETHING_NEW' }));
    order.see(anOrder({ status: 'SOMETHING_NEW', filledSize: '0.1' }));
    expect(order.decisions.filter(({ alert }) => alert?.kind === 'unknown-status')).toHaveLength(1);
  });

  it('whose first answer comes after a check without any has news in it, and the next has none', () => {
    const order = checking().check(null, 'no answer');
    expect(order.see(anOrder())).not.toBeNull();
    expect(order.see(anOrder())).toBeNull();
  });
});

describe('an observation', () => {
  it('that says what is known already is no news', () => {
    expect(monitored().pass(500).see(anOrder())).toBeNull();
  });

  it('with another status is news, and has its time', () => {
    const order = monitored().pass(700);
    order.see(anOrder({ status: 'CANCEL_QUEUED' }));
    expect(order.trade).toMatchObject({ exchangeStatus: 'CANCEL_QUEUED', lastCheckedAt: after(700) });
  });

  it('with more filled than is known tells all that was filled so far, and not what came to it', () => {
    const order = monitored(anOrder({ ...FIGURES, filledSize: '0.1' }));
    order.see(anOrder(FIGURES));
    expect(order.trade).toMatchObject(FIGURES);
  });

  it('with less filled than is known changes no figure', () => {
    const order = monitored(anOrder(FIGURES));
    order.see(anOrder({ filledSize: '0.1', averageFilledPrice: '19000', totalFees: '0.2' }));
    expect(order.trade).toMatchObject(FIGURES);
  });

  it('that is older than what is known takes back neither the status nor when it was seen', () => {
    const order = monitored(anOrder({ status: 'CANCEL_QUEUED', pendingCancel: true })).pass(1_000);
    expect(order.see(anOrder(), { at: after(-1) })).toBeNull();
  });

  it('that is older than what is known still adds what was filled', () => {
    const order = monitored(anOrder({ status: 'CANCEL_QUEUED', pendingCancel: true })).pass(1_000);
    order.see(anOrder(FIGURES), { at: after(-1) });
    expect(order.trade).toMatchObject({
      ...FIGURES,
      exchangeStatus: 'CANCEL_QUEUED',
      pendingCancel: true,
      lastCheckedAt: after(0),
    });
  });

  it('that is older than what is known still ends the order, because an end is final', () => {
    const order = monitored().pass(1_000);
    order.see(aFilledOrder(), { at: after(-1) });
    expect(order.trade).toMatchObject({ status: 'completed', exchangeStatus: 'FILLED' });
  });

  it('that tells less of the same fill takes away nothing that is known', () => {
    const order = monitored(anOrder(FIGURES));
    const less = { filledSize: '0.30', averageFilledPrice: null, filledValue: null, totalFees: null };
    expect(order.see(anOrder(less))).toBeNull();
  });

  it('that does not tell whether a cancel is pending leaves that as it is', () => {
    const order = monitored(anOrder({ pendingCancel: true }));
    order.see(anOrder({ pendingCancel: null, filledSize: '0.1' }), { source: 'push' });
    expect(order.trade.pendingCancel).toBe(true);
  });

  it('that fills in what the same fill cost is taken over', () => {
    const order = monitored(anOrder({ filledSize: '0.3' }));
    order.see(anOrder({ filledSize: '0.3', totalFees: '0.7' }));
    expect(order.trade.totalFees).toBe('0.7');
  });

  it('that reports no fill has no average price', () => {
    expect(monitored(anOrder({ averageFilledPrice: '0' })).trade).toMatchObject({
      averageFilledPrice: null,
      orderId: ORDER_ID,
    });
  });
});
