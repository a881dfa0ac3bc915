import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, ORDER_ID, someFills } from '../support/builders.ts';
import { checking, completed, DecidedTrade, monitored } from '../support/decided-trade.ts';

function cancelledWithFills(): DecidedTrade {
  const order = monitored();
  order.see(anOrder({ status: 'CANCELLED', filledSize: '0.2' }));
  return order;
}

function refused(): DecidedTrade {
  const order = new DecidedTrade().attempt();
  order.learn({ type: 'refused', attempt: 1, code: 'INSUFFICIENT_FUND', message: '' });
  return order;
}

describe('what is observed of an order after its end', () => {
  it('is ignored and recorded when it shows it open again: once, with an alert', () => {
    const order = completed(aFilledOrder());
    order.see(anOrder({ filledSize: '0.9' }));
    expect(order.trade).toMatchObject({ status: 'completed', filledSize: '0.5' });
    expect(order.last).toMatchObject({
      cause: 'late_observation',
      alert: { kind: 'contradiction' },
      evidence: { status: 'OPEN', filled_size: '0.9' },
    });
    expect(order.see(anOrder({ filledSize: '0.9' }))).toBeNull();
  });

  it('is no contradiction when it shows it open before its end', () => {
    const order = completed(aFilledOrder());
    expect(order.see(anOrder(), { at: after(999) })).toBeNull();
  });

  it('is ignored and recorded when it shows another end', () => {
    const order = cancelledWithFills();
    order.see(aFilledOrder({ filledSize: '0.2' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', immediateFill: false, fillDetectedAt: null });
    expect(order.last).toMatchObject({ cause: 'late_observation', alert: { kind: 'contradiction' } });
  });

  it('brings nothing new when it only repeats the end', () => {
    const order = completed(aFilledOrder()).pass(1_000);
    expect(order.see(aFilledOrder())).toBeNull();
  });

  it('is recorded when somebody asked for it by hand', () => {
    const order = completed(aFilledOrder());
    const requester = { requestedBy: 'ann', reason: 'checking' };
    order.see(aFilledOrder(), { layer: 'manual-sync', requester });
    expect(order.last).toMatchObject({ cause: 'manual_sync', requester });
    expect(order.trade).toMatchObject({ status: 'completed', detectedBy: 'immediate-check' });
  });

  it('with more filled than was known is taken over', () => {
    const order = cancelledWithFills();
    order.see(anOrder({ status: 'CANCELLED', filledSize: '0.3', totalFees: '0.9' }));
    expect(order.trade).toMatchObject({ status: 'cancelled', filledSize: '0.3', totalFees: '0.9' });
  });

  it('with more filled than its whole fills asks for them again', () => {
    const order = completed(aFilledOrder());
    order.learn(someFills());
    order.see(aFilledOrder({ filledSize: '0.6' }));
    expect(order.trade).toMatchObject({ filledSize: '0.6', fillsComplete: false });
  });

  it('with less filled than was known asks for the fills again, and leaves the size to them', () => {
    const order = completed(aFilledOrder());
    order.learn(someFills());
    order.see(aFilledOrder({ filledSize: '0.4' }));
    expect(order.trade).toMatchObject({ status: 'completed', filledSize: '0.5', fillsComplete: false });
    expect(order.last).toMatchObject({ cause: 'late_observation', evidence: { filled_size: '0.4' }, alert: null });
  });

  it('with other fees than its whole fills asks for them again', () => {
    const order = completed(aFilledOrder());
    order.learn(someFills());
    order.see(aFilledOrder({ totalFees: '1.30' }));
    expect(order.trade).toMatchObject({ totalFees: '1.30', fillsComplete: false });
  });

  it('with the exchange’s time of the fill replaces the estimated one, once', () => {
    const order = completed(aFilledOrder());
    order.see(aFilledOrder({ lastFillTime: after(700) }), { source: 'sweep' });
    expect(order.trade).toMatchObject({ filledAt: after(700), fillDetectedAt: after(1_000) });
    expect(order.last.cause).toBe('late_observation');
    expect(order.see(aFilledOrder({ lastFillTime: after(800) }))).toBeNull();
  });

  it('shows an order that was refused after all: it stays rejected, but has its id and fills, and alerts', () => {
    const order = refused();
    order.see(aFilledOrder());
    expect(order.trade).toMatchObject({
      status: 'rejected',
      orderId: ORDER_ID,
      filledSize: '0.5',
      fillsComplete: false,
    });
    expect(order.last.alert).toMatchObject({ kind: 'contradiction' });
  });

  it('shows an order that was refused as open: it stays rejected, and no other order is taken for it', () => {
    const order = refused();
    order.see(anOrder());
    expect(order.trade).toMatchObject({ status: 'rejected', orderId: ORDER_ID });
    expect(order.last.alert).toMatchObject({ kind: 'contradiction' });
    order.see(aFilledOrder({ orderId: 'exchange-2' }));
    expect(order.trade).toMatchObject({ status: 'rejected', orderId: ORDER_ID, filledSize: '0' });
  });
});

describe('an ended order', () => {
  it.each(['completed', 'cancelled', 'expired', 'failed', 'rejected'] as const)(
    'that is %s stays so, whatever status is seen and whatever time passes',
    (status) => {
      const order = new DecidedTrade({ status, orderId: ORDER_ID, filledSize: '0.5', endedAt: after(0) });
      for (const seen of ['OPEN', 'FILLED', 'CANCELLED', 'EXPIRED', 'FAILED', 'QUEUED', 'SOMETHING_NEW']) {
        order.pass(1_000_000).see(aFilledOrder({ status: seen }));
        expect(order.trade.status).toBe(status);
      }
    },
  );

  it('keeps its first end, also when the check that was under way saw another', () => {
    const order = checking();
    order.see(anOrder({ status: 'CANCELLED' }));
    order.check(aFilledOrder());
    expect(order.trade).toMatchObject({ status: 'cancelled', filledAt: null, fillDetectedAt: null });
    expect(order.last.alert).toMatchObject({ kind: 'contradiction' });
  });
});
