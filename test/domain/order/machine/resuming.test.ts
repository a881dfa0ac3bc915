import { describe, expect, it } from '@jest/globals';
import { after, anOrder, aTrade, ORDER_ID, RESTING } from '../support/builders.ts';
import { monitored, OrderUnderTest } from '../support/order-under-test.ts';

describe('a second life begins where the row is', () => {
  it.each([
    ['placing, never accepted', { status: 'placing', orderId: null }, 'placed', ['place']],
    ['placing, accepted', { status: 'placing', orderId: ORDER_ID }, 'immediate-check', ['checkImmediately']],
    ['pending', { status: 'pending', orderId: ORDER_ID }, 'monitoring', ['watch']],
    ['stale, known', { status: 'stale', orderId: ORDER_ID, staleSince: after(-5) }, 'stale', ['watch']],
    ['stale, never heard of', { status: 'stale', orderId: null, staleSince: after(-5) }, 'stale', ['watch']],
  ] as const)('%s', (_name, trade, state, running) => {
    const order = new OrderUnderTest({ trade, resumed: true });
    expect(order.state).toBe(state);
    expect(order.running).toEqual(running);
    expect(order.changes).toEqual([
      {
        number: 1,
        trade: aTrade(trade),
        cause: 'resumed',
        source: 'row',
        requestedBy: null,
        reason: null,
        evidence: null,
        corrects: false,
        alert: null,
      },
    ]);
  });

  it.each([
    ['completed', 'completed'],
    ['cancelled', 'closed'],
    ['expired', 'closed'],
    ['failed', 'closed'],
    ['rejected', 'closed'],
  ] as const)('%s, with whole fills: it is finished, and nothing is written', (status, state) => {
    const order = new OrderUnderTest({ trade: { status, orderId: ORDER_ID, fillsComplete: true }, resumed: true });
    expect(order.state).toBe(state);
    expect(order.finished).toBe(true);
    expect(order.running).toEqual([]);
    expect(order.changes).toEqual([]);
  });

  it.each(['completed', 'cancelled'] as const)('%s, with fills missing: they are collected', (status) => {
    const trade = { status, orderId: ORDER_ID, filledSize: '0.5', fillsComplete: false };
    const order = new OrderUnderTest({ trade, resumed: true });
    expect(order.inputOf('collectFills')).toEqual({ orderId: ORDER_ID, filledSize: '0.5' });
  });

  it('rejected without an exchange id, though no fills were ever counted: it is finished', () => {
    const order = new OrderUnderTest({ trade: { status: 'rejected', fillsComplete: false }, resumed: true });
    expect(order.finished).toBe(true);
  });
});

describe('a second life', () => {
  it('never places an order that has an exchange id', () => {
    for (const status of [
      'placing',
      'pending',
      'stale',
      'completed',
      'cancelled',
      'expired',
      'failed',
      'rejected',
    ] as const) {
      const order = new OrderUnderTest({ trade: { status, orderId: ORDER_ID }, resumed: true });
      expect(order.started('place')).toBe(0);
    }
  });

  it('keeps since when the order is stale', async () => {
    const trade = { status: 'stale', orderId: ORDER_ID, staleSince: after(-90_000) } as const;
    const order = new OrderUnderTest({ trade, resumed: true });
    await order.see(anOrder({ filledSize: '0.1' }));
    expect(order.trade.staleSince).toBe(after(-90_000));
  });

  it('takes the first answer for news, because it knows no status yet', async () => {
    const trade = { status: 'pending', orderId: ORDER_ID, orderConfiguration: RESTING } as const;
    const order = new OrderUnderTest({ trade, resumed: true });
    expect(order.inputOf('watch').known).toEqual({ status: null, filledSize: '0' });
    await order.see(anOrder());
    expect(order.causes).toEqual(['resumed', 'observed']);
    await order.see(anOrder());
    expect(order.causes).toEqual(['resumed', 'observed']);
  });

  it('of a new order writes no resumption', () => {
    expect(new OrderUnderTest().changes).toEqual([]);
  });
});

describe('a row that was ended by another hand', () => {
  it.each(['placing', 'pending', 'stale'] as const)(
    'ends the %s order with it, and stops its actor',
    async (status) => {
      const order = new OrderUnderTest({ trade: { status }, resumed: true });
      const [actor] = order.running;
      const signal = order.signalOf(actor ?? 'place');
      const row = aTrade({ status: 'cancelled', reason: 'WITHDRAWN', fillsComplete: true });
      await order.send({ type: 'SETTLED', trade: row });
      expect(order.state).toBe('closed');
      expect(order.trade).toEqual(row);
      expect(signal.aborted).toBe(true);
      expect(order.finished).toBe(true);
      expect(order.last).toMatchObject({ cause: 'resumed', source: 'row' });
    },
  );

  it('with fills missing has them collected', async () => {
    const order = await monitored(anOrder());
    const row = aTrade({ status: 'completed', orderId: ORDER_ID, filledSize: '0.5' });
    await order.send({ type: 'SETTLED', trade: row });
    expect(order.state).toBe('completed');
    expect(order.inputOf('collectFills').filledSize).toBe('0.5');
  });

  it('says nothing new to an order that has ended itself, nor does a row that has not ended', async () => {
    const order = await monitored(anOrder());
    await order.send({ type: 'SETTLED', trade: aTrade({ status: 'pending', orderId: ORDER_ID }) });
    expect(order.state).toBe('monitoring');
    expect(order.started('watch')).toBe(1);
    await order.see(anOrder({ status: 'EXPIRED' }));
    const written = order.changes.length;
    await order.send({ type: 'SETTLED', trade: aTrade({ status: 'cancelled', orderId: ORDER_ID }) });
    expect(order.trade.status).toBe('expired');
    expect(order.changes).toHaveLength(written);
  });
});
