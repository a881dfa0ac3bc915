import { describe, expect, it } from '@jest/globals';
import { SimulatedClock, createActor, fromPromise } from 'xstate';
import { PRESENT_EDITION } from '../../../../src/domain/order/edition.ts';
import { createOrderMachine, lifeOf } from '../../../../src/domain/order/machine.ts';
import { stateOf } from '../../../../src/domain/order/trade.ts';
import { aFilledOrder, anOrder, aTrade, ORDER_ID } from '../support/builders.ts';
import { checking, monitored, OrderUnderTest } from '../support/order-under-test.ts';

describe('the changes of an order', () => {
  it('are numbered from 1 in the order in which they were decided, each emitted once', async () => {
    const order = await monitored(anOrder());
    await order.send({ type: 'CANCEL', requester: { requestedBy: 'ann', reason: null }, evidence: null });
    await order.answer('cancel', {
      submitted: true,
      failureReason: null,
      order: anOrder({ status: 'CANCELLED', filledSize: '0.1' }),
      at: order.now,
    });
    await order.answer('collectFills', {
      complete: true,
      filledSize: '0.1',
      fillCount: 1,
      totals: { averagePrice: '20000', value: '2000', fees: '1' },
      newestTradeTime: order.now,
      lastError: null,
    });
    expect(order.changes.map(({ number, cause, trade }) => [number, cause, stateOf(trade)])).toEqual([
      [1, 'accepted', 'immediate-check'],
      [2, 'observed', 'monitoring'],
      [3, 'cancel_requested', 'monitoring'],
      [4, 'cancel_answered', 'monitoring'],
      [5, 'observed', 'closed'],
      [6, 'fills', 'closed'],
    ]);
  });

  it('have each the trade as it then shall be, also when one step makes several', async () => {
    const order = await checking();
    await order.look(anOrder({ filledSize: '0.1', status: 'HALTED' }));
    const [, seen, watched] = order.changes;
    expect(seen?.trade).toEqual(aTrade({ orderId: ORDER_ID, filledSize: '0.1' }));
    expect(watched?.trade).toEqual(aTrade({ orderId: ORDER_ID, filledSize: '0.1', status: 'pending' }));
  });

  it('are emitted when the machine is already where they say', () => {
    const actor = createActor(
      createOrderMachine(() => '').provide({ actors: { place: fromPromise(() => new Promise(() => {})) } }),
      { input: { trade: aTrade(), resumed: false, edition: PRESENT_EDITION }, clock: new SimulatedClock() },
    );
    const states: [string, string][] = [];
    actor.on('CHANGED', ({ change }) => states.push([stateOf(change.trade), lifeOf(actor.getSnapshot())]));
    actor.start();
    actor.send({ type: 'OBSERVED', order: anOrder({ status: 'CANCELLED' }), seenAt: '', source: 'push' });
    expect(states).toEqual([['closed', 'closed']]);
  });

  it('include what was only noted, and leave the trade as it is', async () => {
    const order = await monitored(anOrder());
    const { trade } = order;
    const requester = { requestedBy: 'ann', reason: 'is it there?' };
    await order.send({ type: 'NOTED', cause: 'manual_sync_failed', requester, evidence: { error: 'no answer' } });
    expect(order.last).toMatchObject({
      cause: 'manual_sync_failed',
      source: 'operator',
      ...requester,
      evidence: { error: 'no answer' },
      trade,
    });
    expect(order.started('watch')).toBe(1);
  });

  it('can be noted in every state', async () => {
    for (const status of ['placing', 'pending', 'stale', 'completed', 'rejected'] as const) {
      const order = new OrderUnderTest({ trade: { status } });
      await order.send({
        type: 'NOTED',
        cause: 'manual_sync_failed',
        requester: { requestedBy: null, reason: null },
        evidence: null,
      });
      expect(order.causes).toEqual(['manual_sync_failed']);
    }
  });

  it('are plain JSON, because they pass through histories', async () => {
    const order = await monitored(anOrder());
    await order.see(aFilledOrder());
    const { changes } = order;
    expect(JSON.parse(JSON.stringify(changes))).toEqual(changes);
    expect(JSON.parse(JSON.stringify(order.context))).toEqual(order.context);
  });
});

describe('what the exchange said last', () => {
  it('is remembered with its time, whether or not it was news', async () => {
    const order = await monitored(anOrder());
    await order.pass(700);
    await order.observe(anOrder({ status: 'CANCEL_QUEUED' }));
    await order.pass(700);
    await order.observe(anOrder({ status: 'CANCEL_QUEUED' }));
    expect(order.context).toMatchObject({ exchangeStatus: 'CANCEL_QUEUED', lastCheckedAt: order.now });
  });
});
