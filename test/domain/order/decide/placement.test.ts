import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, aTrade, ORDER_ID } from '../support/builders.ts';
import { BY_ANN, DecidedTrade, placementUnknown } from '../support/decided-trade.ts';

const REFUSED = { type: 'refused', code: 'INSUFFICIENT_FUND', message: 'no funds' } as const;
const UNAUTHORISED = { type: 'denied', kind: 'unauthorised', message: '401' } as const;
const NOT_SENT = { type: 'denied', kind: 'not-sent', message: 'no connection' } as const;
const UNKNOWN = { type: 'outcome-unknown', kind: 'timeout', message: 'no answer' } as const;

describe('an accepted order', () => {
  it('has the exchange’s id, still blocks the bot, and is checked', () => {
    const order = new DecidedTrade().attempt().accept();
    expect(order.state).toBe('immediate-check');
    expect(order.decisions).toEqual([
      {
        trade: aTrade({ postAttempts: 1, postAttemptedAt: after(0), orderId: ORDER_ID }),
        cause: 'accepted',
        source: 'post',
        requester: { requestedBy: null, reason: null },
        evidence: { order_id: ORDER_ID },
        alert: null,
      },
    ]);
  });

  it('that is accepted once more under the same id is no news', () => {
    const order = new DecidedTrade().attempt().accept().attempt().accept();
    expect(order.causes).toEqual(['accepted']);
  });

  it('that is said to be accepted late stays stale and keeps its fills', () => {
    const order = placementUnknown().pass(1_000);
    order.see(anOrder({ filledSize: '0.3', averageFilledPrice: '20000' }));
    const { trade } = order;
    expect(trade).toMatchObject({ status: 'stale', filledSize: '0.3', orderId: ORDER_ID });
    order.accept();
    expect(order.trade).toEqual(trade);
  });

  it('that is said to be accepted after its placement was given up has its id, and is stale all the same', () => {
    const order = placementUnknown().accept();
    expect(order.trade).toEqual({ ...placementUnknown().trade, orderId: ORDER_ID });
  });

  it('that is said to be accepted after its end has its id, and stays ended', () => {
    const order = placementUnknown().resolve('failed').accept();
    expect(order.trade).toMatchObject({ status: 'failed', reason: 'RESOLVED_BY_OPERATOR', orderId: ORDER_ID });
  });

  it('never exchanges the id that is known for another one: that is recorded and alerted', () => {
    const order = new DecidedTrade().attempt().accept().accept('exchange-2');
    expect(order.trade.orderId).toBe(ORDER_ID);
    expect(order.last).toMatchObject({
      cause: 'intent_mismatch',
      evidence: { order_id: 'exchange-2' },
      alert: { kind: 'intent-mismatch' },
    });
  });
});

describe('a refusal', () => {
  it('of the first attempt is definite: rejected with the exchange’s own code, seen by the first layer', () => {
    const order = new DecidedTrade().attempt().pass(50);
    order.learn({ ...REFUSED, attempt: 1 });
    expect(order.trade).toEqual(
      aTrade({
        postAttempts: 1,
        postAttemptedAt: after(0),
        status: 'rejected',
        reason: 'INSUFFICIENT_FUND',
        detectedBy: 'immediate-check',
        fillsComplete: true,
        endedAt: after(50),
      }),
    );
    expect(order.last).toMatchObject({
      cause: 'refused',
      source: 'post',
      evidence: { code: 'INSUFFICIENT_FUND', message: 'no funds' },
      alert: null,
    });
  });

  it.each([UNAUTHORISED, NOT_SENT])('is definite where the attempt before it created nothing ($kind)', (denial) => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...denial, attempt: 1 });
    order.attempt().learn({ ...REFUSED, attempt: 2 });
    expect(order.trade).toMatchObject({ status: 'rejected', reason: 'INSUFFICIENT_FUND' });
  });

  it('is not definite while an earlier attempt is unknown, which may have taken the funds', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...UNKNOWN, attempt: 1 });
    order.attempt().learn({ ...REFUSED, attempt: 2 });
    expect(order.trade.status).toBe('placing');
    expect(order.causes).toEqual(['post_outcome', 'post_outcome']);
    expect(order.last).toMatchObject({ evidence: { attempt: 2, kind: 'refused', code: 'INSUFFICIENT_FUND' } });

    order.pass(30_000).closePlacement();
    expect(order.state).toBe('stale');
  });

  it('is not definite after one denial where two attempts came before it', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...UNKNOWN, attempt: 1 });
    order.attempt().learn({ ...UNAUTHORISED, attempt: 2 });
    order.attempt().learn({ ...REFUSED, attempt: 3 });
    expect(order.trade.status).toBe('placing');
  });

  it('of an order that is known at the exchange is only recorded', () => {
    const order = new DecidedTrade().attempt();
    order.see(anOrder(), { source: 'push' });
    order.learn({ ...REFUSED, attempt: 1 });
    expect(order.state).toBe('immediate-check');
    expect(order.last.cause).toBe('post_outcome');
  });
});

describe('an attempt that created nothing', () => {
  it('is counted, and the order goes on being placed', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...UNAUTHORISED, attempt: 1 });
    expect(order.trade).toMatchObject({ status: 'placing', postAttempts: 1, postDenials: 1 });
    expect(order.last).toMatchObject({ cause: 'post_outcome', evidence: { attempt: 1, kind: 'unauthorised' } });
  });

  it('is counted once, however often it is delivered', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...UNAUTHORISED, attempt: 1, key: 'post/1' });
    order.learn({ ...UNAUTHORISED, attempt: 1, key: 'post/1' });
    expect(order.trade.postDenials).toBe(1);
  });

  it('may be followed by one that is accepted', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...UNAUTHORISED, attempt: 1 });
    order.attempt().accept();
    expect(order.state).toBe('immediate-check');
  });
});

describe('when the placement window closes, an order', () => {
  it('that was never attempted is closed as failed, and the bot is free', () => {
    const order = new DecidedTrade().pass(30_000).closePlacement();
    expect(order.state).toBe('closed');
    expect(order.trade).toMatchObject({
      status: 'failed',
      reason: 'NOT_PLACED_IN_TIME',
      orderId: null,
      fillsComplete: true,
      endedAt: after(30_000),
    });
    expect(order.causes).toEqual(['not_placed_in_time']);
  });

  it('of which every attempt was answered 401 is rejected as unauthorised', () => {
    const order = new DecidedTrade();
    for (const attempt of [1, 2, 3]) order.attempt().learn({ ...UNAUTHORISED, attempt });
    order.pass(30_000).closePlacement(true);
    expect(order.trade).toMatchObject({ status: 'rejected', reason: 'UNAUTHORIZED', detectedBy: 'immediate-check' });
    expect(order.last.cause).toBe('unauthorized');
  });

  it('of which one attempt is unknown is stale, although the others were answered 401', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...UNKNOWN, attempt: 1 });
    order.attempt().learn({ ...UNAUTHORISED, attempt: 2 });
    order.pass(30_000).closePlacement(true);
    expect(order.trade).toMatchObject({ status: 'stale', reason: null });
  });

  it('of which no attempt was sent was not placed in time', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...NOT_SENT, attempt: 1 });
    order.pass(30_000).closePlacement();
    expect(order.trade).toMatchObject({ status: 'failed', reason: 'NOT_PLACED_IN_TIME' });
  });

  it('of which nothing is known is stale without an exchange id, and alerted', () => {
    const order = new DecidedTrade().attempt().pass(30_000).closePlacement();
    expect(order.trade).toEqual(
      aTrade({ postAttempts: 1, postAttemptedAt: after(0), status: 'stale', staleSince: after(30_000) }),
    );
    expect(order.last).toMatchObject({ cause: 'placement_unknown', source: 'timer', alert: { kind: 'stale' } });
  });

  it('that is known at the exchange, has ended or is stale stays as it is', () => {
    for (const order of [
      new DecidedTrade().attempt().accept(),
      new DecidedTrade({ status: 'cancelled' }),
      placementUnknown(),
    ]) {
      const { trade } = order;
      order.pass(1).closePlacement();
      expect(order.trade).toEqual(trade);
    }
  });
});

describe('an observation that comes before the answer to the POST', () => {
  it('makes the id known, and the order is checked; the answer adds nothing then', () => {
    const order = new DecidedTrade().attempt();
    order.see(anOrder(), { source: 'push' });
    expect(order.state).toBe('immediate-check');
    order.accept();
    expect(order.causes).toEqual(['observed']);
  });

  it('completes the order directly when it shows the fill, as an immediate one', () => {
    const order = new DecidedTrade().attempt().pass(20);
    order.see(aFilledOrder(), { source: 'push' });
    expect(order.trade).toMatchObject({
      orderId: ORDER_ID,
      status: 'completed',
      immediateFill: true,
      detectedBy: 'immediate-check',
      fillDetectedAt: after(20),
      filledAt: after(20),
      filledSize: '0.5',
    });
    const { trade } = order;
    order.accept();
    expect(order.trade).toEqual(trade);
  });

  it('closes the order directly when it shows another end', () => {
    const order = new DecidedTrade().attempt();
    order.see(anOrder({ status: 'CANCELLED', reason: 'no liquidity' }), { source: 'push' });
    expect(order.trade).toMatchObject({
      status: 'cancelled',
      orderId: ORDER_ID,
      reason: 'no liquidity',
      detectedBy: 'immediate-check',
      immediateFill: false,
      fillDetectedAt: null,
      filledAt: null,
    });
  });
});

describe('when placing is halted, an order', () => {
  const HALTED = { type: 'placement-closed', unauthorised: false, haltedBy: BY_ANN } as const;

  it('that was never attempted is closed as failed, with who halted it and why', () => {
    const order = new DecidedTrade().pass(1_000);
    order.learn(HALTED);
    expect(order.trade).toMatchObject({ status: 'failed', reason: 'PLACEMENT_HALTED', endedAt: after(1_000) });
    expect(order.last).toMatchObject({ cause: 'placement_halted', source: 'operator', requester: BY_ANN, alert: null });
  });

  it('whose outcome is unknown is stale, with who halted it and why', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...UNKNOWN, attempt: 1 });
    order.learn(HALTED);
    expect(order.trade).toMatchObject({ status: 'stale', orderId: null });
    const evidence = { halted_by: BY_ANN.requestedBy, halted_because: BY_ANN.reason };
    expect(order.last).toMatchObject({ cause: 'placement_unknown', evidence, alert: { kind: 'stale' } });
  });

  it('whose attempts have created nothing ends as when its window closes', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ ...NOT_SENT, attempt: 1 });
    order.learn(HALTED);
    expect(order.trade).toMatchObject({ status: 'failed', reason: 'NOT_PLACED_IN_TIME' });
  });

  it('that the exchange has, or that has ended, stays as it is', () => {
    for (const order of [new DecidedTrade().attempt().accept(), new DecidedTrade({ status: 'cancelled' })]) {
      expect(order.learn(HALTED)).toBeNull();
    }
  });
});
