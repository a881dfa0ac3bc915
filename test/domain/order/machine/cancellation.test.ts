import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, anOrder, ORDER_ID } from '../support/builders.ts';
import { checking, monitored, OrderUnderTest, type OutcomeOf } from '../support/order-under-test.ts';

const BY_ANN = { requestedBy: 'ann', reason: 'wrong size' };
const BY_BOB = { requestedBy: 'bob', reason: null };

function answered(fields: Partial<OutcomeOf<'cancel'>> = {}): OutcomeOf<'cancel'> {
  return { submitted: true, failureReason: null, order: null, at: '2026-11-23T12:00:01.000Z', ...fields };
}
const REFUSED = answered({ submitted: false, failureReason: 'UNKNOWN_CANCEL_ORDER' });

async function cancel(order: OrderUnderTest, requester: typeof BY_ANN | typeof BY_BOB = BY_ANN): Promise<void> {
  await order.send({ type: 'CANCEL', requester, evidence: null });
}

describe('a cancellation', () => {
  it('is sent at once when the exchange’s id is known, and written with who and why', async () => {
    const order = await monitored(anOrder());
    await order.send({ type: 'CANCEL', requester: BY_ANN, evidence: { argument: 'as it came' } });
    expect(order.inputOf('cancel')).toEqual({ orderId: ORDER_ID });
    expect(order.last).toMatchObject({
      cause: 'cancel_requested',
      source: 'operator',
      ...BY_ANN,
      evidence: { argument: 'as it came' },
    });
    expect(order.state).toBe('monitoring');
  });

  it('that is wanted before the id is known is sent as soon as it is', async () => {
    const order = new OrderUnderTest();
    await cancel(order);
    expect(order.running).toEqual(['place']);
    await order.accept();
    expect(order.running).toContain('cancel');
    expect(order.inputOf('cancel')).toEqual({ orderId: ORDER_ID });
  });

  it('that is wanted before the id is known is sent when a push makes it known', async () => {
    const order = new OrderUnderTest();
    await cancel(order);
    await order.observe(anOrder());
    expect(order.running).toContain('cancel');
  });

  it('of an order whose placement is unknown is sent when the order is found', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { kind: 'unknown', at: order.now });
    await cancel(order);
    expect(order.started('cancel')).toBe(0);
    await order.see(anOrder());
    expect(order.started('cancel')).toBe(1);
  });

  it('is sent once, however often it is asked for, and each asking is written', async () => {
    const order = await monitored(anOrder());
    await cancel(order);
    await cancel(order, BY_BOB);
    await order.answer('cancel', answered());
    await cancel(order, BY_BOB);
    await order.pass(60_000);
    expect(order.started('cancel')).toBe(1);
    expect(order.causes.filter((cause) => cause === 'cancel_requested')).toHaveLength(3);
  });

  it('that was submitted leaves nothing wanted, also when it is asked for again', async () => {
    const order = await monitored(anOrder());
    await cancel(order);
    await order.answer('cancel', answered());
    expect(order.context).toMatchObject({ cancelWanted: null, cancelSubmitted: true });
    await cancel(order);
    expect(order.context.cancelWanted).toBeNull();
  });

  it('that was refused is written with the exchange’s reason, and sent again only when somebody asks again', async () => {
    const order = await monitored(anOrder());
    await cancel(order);
    await order.answer('cancel', REFUSED);
    expect(order.last).toMatchObject({
      cause: 'cancel_answered',
      source: 'post',
      ...BY_ANN,
      evidence: { submitted: false, failure_reason: 'UNKNOWN_CANCEL_ORDER' },
    });
    await order.pass(60_000);
    await order.observe(anOrder({ filledSize: '0.1' }));
    expect(order.started('cancel')).toBe(1);

    await cancel(order, BY_BOB);
    expect(order.started('cancel')).toBe(2);
    await order.answer('cancel', answered());
    await cancel(order, BY_BOB);
    expect(order.started('cancel')).toBe(2);
  });

  it('that is submitted proves nothing: the order stays open until it is seen ended', async () => {
    const order = await monitored(anOrder());
    await cancel(order);
    await order.answer('cancel', answered());
    expect(order.state).toBe('monitoring');
    await order.see(aFilledOrder());
    expect(order.trade.status).toBe('completed');
  });

  it('shows the order as it was read afterwards, and that ends it: first the answer is written, then the end', async () => {
    const order = await monitored(anOrder());
    await cancel(order);
    const written = order.changes.length;
    await order.answer('cancel', answered({ order: anOrder({ status: 'CANCELLED', filledSize: '0.1' }) }));
    expect(order.state).toBe('closed');
    expect(order.changes.slice(written).map(({ cause, trade }) => [cause, trade.status])).toEqual([
      ['cancel_answered', 'pending'],
      ['observed', 'cancelled'],
    ]);
  });

  it('refused because the order is filled completes it, when it is read so afterwards', async () => {
    const order = await monitored(anOrder());
    await cancel(order);
    await order.answer('cancel', { ...REFUSED, failureReason: 'ORDER_IS_FULLY_FILLED', order: aFilledOrder() });
    expect(order.trade.status).toBe('completed');
    expect(order.started('cancel')).toBe(1);
  });

  it('during the immediate check lets the check go on, and the fill that it sees is immediate', async () => {
    const order = await checking();
    await cancel(order);
    await order.answer('cancel', answered());
    expect(order.running).toEqual(['checkImmediately']);
    await order.look(aFilledOrder());
    expect(order.trade).toMatchObject({ status: 'completed', immediateFill: true });
  });
});

describe('a cancellation of an order that has ended', () => {
  it('is written and never sent', async () => {
    const order = await monitored(anOrder());
    await order.see(aFilledOrder());
    await cancel(order);
    expect(order.started('cancel')).toBe(0);
    expect(order.last.cause).toBe('cancel_requested');
    expect(order.trade.status).toBe('completed');
  });

  it('after a refusal is not sent either', async () => {
    const order = await monitored(anOrder());
    await cancel(order);
    await order.answer('cancel', REFUSED);
    await order.see(aFilledOrder());
    await cancel(order);
    expect(order.started('cancel')).toBe(1);
  });

  it('that was wanted before the order was refused is never sent', async () => {
    const order = new OrderUnderTest();
    await cancel(order);
    await order.answer('place', { kind: 'refused', code: 'INVALID_SIZE_PRECISION', message: '', at: order.now });
    expect(order.state).toBe('closed');
    expect(order.started('cancel')).toBe(0);
  });

  it('while it is being answered only records the answer', async () => {
    const order = await monitored(anOrder());
    await cancel(order);
    await order.see(aFilledOrder());
    await order.answer('cancel', { ...REFUSED, failureReason: 'ORDER_IS_FULLY_FILLED', order: aFilledOrder() });
    expect(order.trade.status).toBe('completed');
    expect(order.last.cause).toBe('cancel_answered');
    expect(order.started('cancel')).toBe(1);
  });
});
