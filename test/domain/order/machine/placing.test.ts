import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, aTrade, ORDER_ID } from '../support/builders.ts';
import { DEFAULT_POLICY } from '../../../../src/domain/order/policy.ts';
import { OrderUnderTest } from '../support/order-under-test.ts';

describe('an order whose intent is committed', () => {
  it('is placed under its client order id, and nothing is to be written yet', () => {
    const order = new OrderUnderTest();
    expect(order.state).toBe('placed');
    expect(order.running).toEqual(['place']);
    expect(order.inputOf('place')).toEqual({ clientOrderId: 'bot7-1' });
    expect(order.changes).toEqual([]);
  });

  it('stays placed for however long the placing takes, because the window is not the machine’s to measure', async () => {
    const order = new OrderUnderTest();
    await order.pass(86_400_000);
    expect(order.state).toBe('placed');
    expect(order.changes).toEqual([]);
  });

  it('cannot be resolved by hand, because its window is still open', async () => {
    const order = new OrderUnderTest();
    await order.send({ type: 'RESOLVE', status: 'failed', requester: { requestedBy: 'ann', reason: 'x' } });
    expect(order.state).toBe('placed');
    expect(order.changes).toEqual([]);
  });
});

describe('what comes of the placement', () => {
  it('accepted: has the exchange’s id, still blocks the bot, and is checked at once', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { kind: 'accepted', orderId: ORDER_ID, at: after(50) });
    expect(order.state).toBe('immediate-check');
    expect(order.running).toEqual(['checkImmediately']);
    expect(order.changes).toEqual([
      {
        number: 1,
        trade: aTrade({ orderId: ORDER_ID }),
        cause: 'accepted',
        source: 'post',
        requestedBy: null,
        reason: null,
        evidence: { order_id: ORDER_ID },
        corrects: false,
        alert: null,
      },
    ]);
  });

  describe('accepted, with what the placing has written and seen itself', () => {
    const acceptance = { kind: 'accepted', orderId: ORDER_ID, at: after(50), recorded: true } as const;
    const looked = { looks: 1, lastError: null, at: after(60) };

    it('an end: ended at once, by one change, seen by the immediate check', async () => {
      const order = new OrderUnderTest();
      await order.answer('place', { ...acceptance, look: { ...looked, order: aFilledOrder() } });
      expect(order.state).toBe('completed');
      expect(order.started('checkImmediately')).toBe(0);
      expect(order.recorded).toEqual([{ orderId: ORDER_ID }]);
      expect(order.causes).toEqual(['observed']);
      expect(order.last).toMatchObject({ source: 'look', trade: { orderId: ORDER_ID, status: 'completed' } });
      expect(order.trade).toMatchObject({ immediateFill: true, detectedBy: 'immediate-check' });
    });

    it('an end that it has written as well: ended at once, with nothing left to write', async () => {
      const order = new OrderUnderTest();
      const row = aTrade({ orderId: ORDER_ID, status: 'completed', immediateFill: true, filledSize: '0.5' });
      const look = { ...looked, order: aFilledOrder() };
      await order.answer('place', { ...acceptance, look, end: { key: 'look/1', row } });
      expect(order.state).toBe('completed');
      expect(order.running).toEqual(['collectFills']);
      expect(order.recorded).toEqual([row]);
      expect(order.changes).toEqual([]);
      expect(order.trade).toEqual(row);
    });

    it.each([
      ['an open order', anOrder(), null],
      ['nothing, but an error', null, 'no such order'],
    ])('%s: the check goes on with the second look', async (_what, seen, lastError) => {
      const order = new OrderUnderTest();
      await order.answer('place', { ...acceptance, look: { ...looked, order: seen, lastError } });
      expect(order.state).toBe('immediate-check');
      expect(order.inputOf('checkImmediately')).toMatchObject({ orderId: ORDER_ID, looks: 1 });
      expect(order.recorded).toEqual([{ orderId: ORDER_ID }]);
      expect(order.changes).toEqual([]);
    });

    it('an open order, where one look is all there is: monitored from then on', async () => {
      const order = new OrderUnderTest({
        trade: { policy: { ...DEFAULT_POLICY, immediateCheckAttempts: 1 } },
      });
      await order.answer('place', { ...acceptance, look: { ...looked, order: anOrder() } });
      expect(order.state).toBe('monitoring');
      expect(order.started('checkImmediately')).toBe(0);
      expect(order.causes).toEqual(['observed']);
      expect(order.last).toMatchObject({ evidence: { status: 'OPEN', looks: 1 }, trade: { status: 'pending' } });
    });

    it('another order than was meant: closed, never adopted', async () => {
      const order = new OrderUnderTest();
      await order.answer('place', { ...acceptance, look: { ...looked, order: aFilledOrder({ side: 'SELL' }) } });
      expect(order.state).toBe('closed');
      expect(order.trade).toMatchObject({ status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH', orderId: null });
    });
  });

  it('refused: closed as rejected with the exchange’s own code, seen by the first layer, nothing left to collect', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { kind: 'refused', code: 'INSUFFICIENT_FUND', message: 'no funds', at: after(50) });
    expect(order.state).toBe('closed');
    expect(order.finished).toBe(true);
    expect(order.running).toEqual([]);
    expect(order.changes).toHaveLength(1);
    expect(order.last).toMatchObject({
      cause: 'refused',
      source: 'post',
      evidence: { code: 'INSUFFICIENT_FUND', message: 'no funds' },
      alert: null,
    });
    expect(order.trade).toEqual(
      aTrade({
        status: 'rejected',
        reason: 'INSUFFICIENT_FUND',
        detectedBy: 'immediate-check',
        fillsComplete: true,
      }),
    );
  });

  it('another order returned for the same id: closed as failed, never adopted, and alerted', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { kind: 'mismatch', fields: ['side'], orderId: 'older-1', at: after(50) });
    expect(order.state).toBe('closed');
    expect(order.finished).toBe(true);
    expect(order.trade).toEqual(
      aTrade({
        status: 'failed',
        reason: 'CLIENT_ORDER_ID_MISMATCH',
        detectedBy: 'immediate-check',
        fillsComplete: true,
      }),
    );
    expect(order.last).toMatchObject({
      cause: 'intent_mismatch',
      source: 'post',
      evidence: { fields: ['side'], order_id: 'older-1' },
      alert: { kind: 'intent-mismatch' },
    });
  });

  it('never attempted in time: closed as failed, and the bot is free', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { kind: 'never-attempted', at: after(30_000) });
    expect(order.state).toBe('closed');
    expect(order.finished).toBe(true);
    expect(order.trade).toMatchObject({ status: 'failed', reason: 'NOT_PLACED_IN_TIME', orderId: null });
    expect(order.causes).toEqual(['not_placed_in_time']);
  });

  it('unknown when the window closes: stale without an exchange id, alerted, searched for and resolvable', async () => {
    const order = new OrderUnderTest();
    await order.pass(30_000);
    await order.answer('place', { kind: 'unknown', at: after(30_000) });
    expect(order.state).toBe('stale');
    expect(order.trade).toEqual(aTrade({ status: 'stale', staleSince: after(30_000) }));
    expect(order.last).toMatchObject({ cause: 'placement_unknown', source: 'timer', alert: { kind: 'stale' } });
    expect(order.inputOf('watch')).toMatchObject({ clientOrderId: 'bot7-1', orderId: null, pace: 'growing' });
  });
});

describe('a row that is settled already when the placement asks the database', () => {
  it.each([
    ['completed', 'completed', ORDER_ID],
    ['cancelled', 'closed', null],
    ['stale', 'stale', ORDER_ID],
    ['pending', 'monitoring', ORDER_ID],
    ['placing', 'immediate-check', ORDER_ID],
  ] as const)('goes on where the row is: %s is %s', async (status, state, orderId) => {
    const order = new OrderUnderTest();
    const row = aTrade({ status, orderId, fillsComplete: true });
    await order.answer('place', { kind: 'settled', trade: row });
    expect(order.state).toBe(state);
    expect(order.trade).toEqual(row);
    expect(order.changes).toHaveLength(1);
    expect(order.last).toMatchObject({ cause: 'resumed', source: 'row' });
    expect(order.started('place')).toBe(1);
  });
});

describe('a push that comes before the answer to the POST', () => {
  it('makes the id known: the placing is stopped and the check begins', async () => {
    const order = new OrderUnderTest();
    const placing = order.signalOf('place');
    await order.observe(anOrder());
    expect(placing.aborted).toBe(true);
    expect(order.state).toBe('immediate-check');
    expect(order.inputOf('checkImmediately').orderId).toBe(ORDER_ID);
    expect(order.causes).toEqual(['observed']);

    await order.answerTooLate('place', { kind: 'accepted', orderId: ORDER_ID, at: order.now });
    expect(order.changes).toHaveLength(1);
  });

  it('completes the order directly when it tells the fill, as an immediate one', async () => {
    const order = new OrderUnderTest();
    await order.pass(20);
    await order.observe(aFilledOrder());
    expect(order.state).toBe('completed');
    expect(order.causes).toEqual(['observed']);
    expect(order.trade).toMatchObject({
      orderId: ORDER_ID,
      status: 'completed',
      immediateFill: true,
      detectedBy: 'immediate-check',
      fillDetectedAt: after(20),
      filledAt: after(20),
      filledSize: '0.5',
    });
  });

  it('closes the order directly when it tells another end', async () => {
    const order = new OrderUnderTest();
    await order.observe(anOrder({ status: 'CANCELLED', reason: 'no liquidity' }));
    expect(order.state).toBe('closed');
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
