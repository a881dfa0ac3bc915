import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, aTrade, ORDER_ID, RESTING } from '../support/builders.ts';
import { checking, DecidedTrade, monitored, placementUnknown } from '../support/decided-trade.ts';

const ANOTHER = anOrder({ side: 'SELL' });
const EDITED = { market_market_ioc: { quote_size: '99' } };

function expectMismatch(order: DecidedTrade): void {
  expect(order.trade).toMatchObject({
    status: 'failed',
    reason: 'CLIENT_ORDER_ID_MISMATCH',
    orderId: null,
    filledSize: '0',
    fillDetectedAt: null,
    fillsComplete: true,
    staleSince: null,
  });
  expect(order.last).toMatchObject({
    cause: 'intent_mismatch',
    evidence: { fields: ['side'], order_id: ORDER_ID },
    alert: { kind: 'intent-mismatch' },
  });
}

describe('another order that the exchange returns for the same client order id', () => {
  it('closes the trade as failed, is never adopted, and alerts', () => {
    const order = new DecidedTrade().attempt().pass(50);
    order.learn({ type: 'mismatch', fields: ['side'], orderId: 'older-1' });
    expect(order.trade).toEqual(
      aTrade({
        postAttempts: 1,
        postAttemptedAt: after(0),
        status: 'failed',
        reason: 'CLIENT_ORDER_ID_MISMATCH',
        detectedBy: 'immediate-check',
        fillsComplete: true,
        endedAt: after(50),
      }),
    );
    expect(order.last).toMatchObject({
      cause: 'intent_mismatch',
      source: 'post',
      evidence: { fields: ['side'], order_id: 'older-1' },
      alert: { kind: 'intent-mismatch' },
    });
  });

  it('is named with the trade that has it already', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ type: 'mismatch', fields: ['order_id'], orderId: 'older-1', takenBy: 'bot7-0' });
    expect(order.last.evidence).toEqual({ fields: ['order_id'], order_id: 'older-1', taken_by: 'bot7-0' });
  });

  it('changes nothing of a trade whose order is known', () => {
    const order = monitored();
    const { trade } = order;
    order.learn({ type: 'mismatch', fields: ['side'], orderId: 'older-1' });
    expect(order.trade).toEqual(trade);
    expect(order.last.alert).toMatchObject({ kind: 'intent-mismatch' });
  });

  it('whose acceptance is told after that is not adopted either', () => {
    const order = new DecidedTrade().attempt();
    order.learn({ type: 'mismatch', fields: ['side'], orderId: 'older-1' });
    order.accept('older-1');
    expect(order.trade.orderId).toBeNull();
    expect(order.last.cause).toBe('intent_mismatch');
  });
});

describe('an order that does not fit the intent', () => {
  it('shown by a push while placing closes the trade and is not adopted', () => {
    const order = new DecidedTrade().attempt();
    order.see(aFilledOrder({ side: 'SELL' }), { source: 'push' });
    expectMismatch(order);
    expect(order.trade.detectedBy).toBe('immediate-check');
  });

  it('shown by the check closes the trade and takes its id away, though the POST was answered with success', () => {
    const order = checking().check(ANOTHER);
    expectMismatch(order);
    expect(order.causes).toEqual(['accepted', 'intent_mismatch']);
  });

  it.each([
    ['another side', { side: 'SELL' }, 'side'],
    ['another configuration', { orderConfiguration: EDITED }, 'order_configuration'],
  ])('shown as %s after a check that saw nothing closes the trade', (_what, fields, field) => {
    const order = checking().check(null, 'no answer');
    order.see(anOrder(fields));
    expect(order.trade).toMatchObject({
      status: 'failed',
      reason: 'CLIENT_ORDER_ID_MISMATCH',
      orderId: null,
      detectedBy: 'monitoring',
    });
    expect(order.last.evidence).toMatchObject({ fields: [field] });
  });

  it('found by the search for an unknown placement closes the trade', () => {
    const order = placementUnknown();
    order.see(ANOTHER, { source: 'listing' });
    expectMismatch(order);
    expect(order.trade.detectedBy).toBe('monitoring');
  });

  it('shown again after that is recorded, and not adopted', () => {
    const order = new DecidedTrade().attempt();
    order.see(ANOTHER);
    order.see(aFilledOrder({ side: 'SELL' }));
    expectMismatch(order);
    expect(order.causes).toEqual(['intent_mismatch', 'intent_mismatch']);
  });
});

describe('an order that was seen to be ours', () => {
  it('is not compared again: it may be edited at the exchange', () => {
    const order = monitored(anOrder({ orderConfiguration: { market_market_ioc: { quote_size: '10.00' } } }));
    order.see(anOrder({ orderConfiguration: EDITED, filledSize: '0.1' }));
    expect(order.trade).toMatchObject({ status: 'pending', filledSize: '0.1' });
  });

  it('is compared still after a push, which tells no configuration', () => {
    const order = checking();
    order.see(anOrder({ orderConfiguration: null, filledSize: '0.1' }), { source: 'push' });
    expect(order.state).toBe('immediate-check');
    order.check(anOrder({ orderConfiguration: EDITED }));
    expect(order.trade).toMatchObject({ status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH' });
  });

  it('has been compared already when the row is monitored', () => {
    const order = new DecidedTrade({ status: 'pending', orderId: ORDER_ID, exchangeStatus: 'OPEN' });
    order.see(anOrder({ side: 'SELL' }));
    expect(order.state).toBe('monitoring');
  });
});

describe('an order with another exchange id under the same client order id', () => {
  it.each(['OPEN', 'FILLED', 'CANCELLED'])('shown as %s is recorded and alerted, and decides nothing', (status) => {
    const order = monitored();
    const { trade } = order;
    order.see(aFilledOrder({ status, orderId: 'exchange-2' }));
    expect(order.trade).toEqual(trade);
    expect(order.last).toMatchObject({
      cause: 'intent_mismatch',
      evidence: { fields: ['order_id'], order_id: 'exchange-2' },
      alert: { kind: 'intent-mismatch' },
    });
  });

  it('adds nothing to an order that has ended', () => {
    const order = monitored();
    order.see(anOrder({ status: 'CANCELLED' }));
    order.see(aFilledOrder({ orderId: 'exchange-2' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', orderId: ORDER_ID, filledSize: '0' });
  });

  it('seen by the last look of the check does not keep the order from being monitored', () => {
    const order = checking().check(anOrder({ orderId: 'exchange-2' }));
    expect(order.trade).toMatchObject({ status: 'pending', orderId: ORDER_ID, monitoredSince: after(0) });
    expect(order.last.alert).toMatchObject({ kind: 'intent-mismatch' });
  });
});

describe('an order that was called a mismatch', () => {
  function mismatched(): DecidedTrade {
    const order = new DecidedTrade({ orderConfiguration: RESTING }).attempt();
    order.see(anOrder({ side: 'SELL' }));
    return order.pass(1_000);
  }
  const requester = { requestedBy: 'ann', reason: 'it is ours' };

  it('is reclaimed by an operator who says why, is monitored again, and its bot is blocked', () => {
    const order = mismatched();
    order.learn({ type: 'reclaimed', order: anOrder({ side: 'SELL' }), requester });
    expect(order.trade).toMatchObject({
      status: 'pending',
      orderId: ORDER_ID,
      reason: null,
      endedAt: null,
      detectedBy: null,
      fillsComplete: false,
      monitoredSince: after(1_000),
    });
    expect(order.last).toMatchObject({ cause: 'reclaimed', requester, alert: { kind: 'corrected' } });
  });

  it('is not called so again when it is seen as it was', () => {
    const order = mismatched();
    order.learn({ type: 'reclaimed', order: anOrder({ side: 'SELL' }), requester });
    order.see(aFilledOrder({ side: 'SELL' }));
    expect(order.trade).toMatchObject({ status: 'completed', orderId: ORDER_ID, filledSize: '0.5' });
  });

  it('is reclaimed as the exchange shows it, also where it has ended', () => {
    const order = mismatched();
    order.learn({ type: 'reclaimed', order: aFilledOrder({ side: 'SELL' }), requester });
    expect(order.trade).toMatchObject({
      status: 'completed',
      orderId: ORDER_ID,
      detectedBy: 'manual-sync',
      immediateFill: false,
      filledSize: '0.5',
      fillsComplete: false,
    });
  });

  it('is reclaimed once, and no other end is taken back so', () => {
    const order = mismatched();
    order.learn({ type: 'reclaimed', order: anOrder({ side: 'SELL' }), requester });
    expect(order.learn({ type: 'reclaimed', order: anOrder(), requester })).toBeNull();
    const cancelled = monitored();
    cancelled.see(anOrder({ status: 'CANCELLED' }));
    expect(cancelled.learn({ type: 'reclaimed', order: anOrder(), requester })).toBeNull();
  });

  it('is not reclaimed as another order than the one that was found to be ours since', () => {
    const order = mismatched();
    order.see(anOrder());
    expect(order.trade.orderId).toBe(ORDER_ID);
    expect(order.learn({ type: 'reclaimed', order: anOrder({ orderId: 'exchange-2' }), requester })).toBeNull();
  });
});
