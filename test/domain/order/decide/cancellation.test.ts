import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, RESTING } from '../support/builders.ts';
import { BY_ANN, checking, DecidedTrade, monitored, placementUnknown } from '../support/decided-trade.ts';

const RESTS = { orderConfiguration: RESTING };

/** A resting order whose cancel the exchange took, at the start. */
function submitted(): DecidedTrade {
  const order = monitored(anOrder(), RESTS);
  order.requestCancel();
  order.answerCancel();
  return order;
}

describe('a requested cancel', () => {
  it('is noted in the row, with who and why in the event, and the order stays open', () => {
    const order = monitored().pass(500);
    order.learn({ type: 'cancel-requested', requester: BY_ANN, evidence: { argument: 'as it came' } });
    expect(order.trade).toMatchObject({ status: 'pending', cancelRequestedAt: after(500) });
    expect(order.last).toMatchObject({
      cause: 'cancel_requested',
      source: 'operator',
      requester: BY_ANN,
      evidence: { argument: 'as it came' },
    });
  });

  it('before the exchange’s id is known is kept until it is', () => {
    for (const order of [new DecidedTrade().attempt(), placementUnknown(RESTS)]) {
      order.requestCancel();
      order.see(anOrder(), { source: 'push' });
      expect(order.trade.cancelRequestedAt).toBe(after(0));
    }
  });

  it('is kept since the first request, and each request is recorded', () => {
    const order = monitored();
    order.requestCancel();
    order.pass(10).requestCancel({ requestedBy: 'bob', reason: null });
    expect(order.trade.cancelRequestedAt).toBe(after(0));
    expect(order.causes.filter((cause) => cause === 'cancel_requested')).toHaveLength(2);
  });

  it('of an order that was never attempted withdraws it', () => {
    const order = new DecidedTrade();
    order.requestCancel();
    expect(order.trade).toMatchObject({
      status: 'cancelled',
      reason: 'CANCELLED_BEFORE_PLACEMENT',
      cancelRequestedAt: null,
      fillsComplete: true,
      endedAt: after(0),
    });
    expect(order.last).toMatchObject({ cause: 'withdrawn', requester: BY_ANN });
  });

  it('of an order whose every attempt created nothing withdraws it', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ type: 'denied', attempt: 1, kind: 'unauthorised', message: '401' });
    order.requestCancel();
    expect(order.trade).toMatchObject({ status: 'cancelled', reason: 'CANCELLED_BEFORE_PLACEMENT' });
  });

  it('of an order that may be at the exchange does not withdraw it', () => {
    const order = new DecidedTrade().attempt();
    order.requestCancel();
    expect(order.trade).toMatchObject({ status: 'placing', cancelRequestedAt: after(0) });
  });

  it('is no longer wanted once the order has ended', () => {
    const ways: [(order: DecidedTrade) => unknown, string][] = [
      [(order) => order.see(aFilledOrder()), 'completed'],
      [(order) => order.accept().resolve(), 'cancelled'],
      [(order) => order.learn({ type: 'refused', attempt: 1, code: 'NO', message: '' }), 'rejected'],
      [(order) => order.see(anOrder({ side: 'SELL' })), 'failed'],
    ];
    for (const [end, status] of ways) {
      const order = new DecidedTrade().attempt();
      order.requestCancel();
      end(order);
      expect(order.trade).toMatchObject({ status, cancelRequestedAt: null });
    }
  });

  it('of an order that has ended is recorded, and never wanted', () => {
    const order = monitored();
    order.see(aFilledOrder());
    const { trade } = order;
    order.requestCancel();
    expect(order.trade).toEqual(trade);
    expect(order.last.cause).toBe('cancel_requested');
  });
});

describe('the exchange’s answer to a cancel', () => {
  it('that it was submitted leaves nothing wanted, and proves nothing: the order stays open until it is seen ended', () => {
    const order = submitted();
    expect(order.trade).toMatchObject({
      status: 'pending',
      cancelRequestedAt: null,
      cancelSubmittedAt: after(0),
    });
    order.see(aFilledOrder());
    expect(order.trade.status).toBe('completed');
  });

  it('that it was refused is recorded with the exchange’s reason, and it is wanted when somebody asks again', () => {
    const order = monitored();
    order.requestCancel();
    order.answerCancel(false, 'UNKNOWN_CANCEL_ORDER');
    expect(order.last).toMatchObject({
      cause: 'cancel_answered',
      source: 'post',
      evidence: { submitted: false, failure_reason: 'UNKNOWN_CANCEL_ORDER' },
    });
    expect(order.trade).toMatchObject({ cancelRequestedAt: null, cancelSubmittedAt: null });
    order.pass(10).requestCancel();
    expect(order.trade.cancelRequestedAt).toBe(after(10));
  });

  it('during the immediate check lets the check go on, and the fill that it sees is immediate', () => {
    const order = checking();
    order.requestCancel();
    order.answerCancel();
    expect(order.state).toBe('immediate-check');
    order.check(aFilledOrder());
    expect(order.trade).toMatchObject({ status: 'completed', immediateFill: true });
  });

  it('of an order that has ended meanwhile is only recorded', () => {
    const order = monitored();
    order.requestCancel();
    order.see(aFilledOrder());
    const { trade } = order;
    order.answerCancel(false, 'ORDER_IS_FULLY_FILLED');
    expect(order.trade).toEqual(trade);
    expect(order.last.cause).toBe('cancel_answered');
  });
});

describe('a cancel that was submitted and lost', () => {
  it('is sent again on the next request after 30 s, if the order is open and shows no pending cancel', () => {
    const order = submitted().pass(30_000);
    order.requestCancel();
    expect(order.trade.cancelRequestedAt).toBe(after(30_000));
  });

  it('is not sent again before that, when it may still take effect', () => {
    const order = submitted().pass(29_999);
    order.requestCancel();
    expect(order.trade.cancelRequestedAt).toBeNull();
    expect(order.last.cause).toBe('cancel_requested');
  });

  it('is not sent again for as long as the exchange shows it pending', () => {
    const order = submitted();
    order.see(anOrder({ status: 'CANCEL_QUEUED', pendingCancel: true }));
    order.pass(86_400_000).requestCancel();
    expect(order.trade.cancelRequestedAt).toBeNull();
    order.see(anOrder());
    order.requestCancel();
    expect(order.trade.cancelRequestedAt).not.toBeNull();
  });
});
