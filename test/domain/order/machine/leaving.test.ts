import { describe, expect, it } from '@jest/globals';
import { createActor } from 'xstate';
import { createOrderMachine } from '../../../../src/domain/order/machine.ts';
import type { OrderStateName, Trade } from '../../../../src/domain/order/trade.ts';
import { after, aTrade, START } from '../support/builders.ts';
import { OrderUnderTest, ROWS, type ActorName } from '../support/order-under-test.ts';

/** Longer than any timer of the machine. */
const LONG_MS = 10 * 86_400_000;

const CASES: { from: OrderStateName; actor: ActorName; row: Partial<Trade>; to: OrderStateName[] }[] = [
  {
    from: 'placed',
    actor: 'place',
    row: ROWS.placed,
    to: ['immediate-check', 'monitoring', 'stale', 'completed', 'closed'],
  },
  {
    from: 'immediate-check',
    actor: 'check',
    row: ROWS['immediate-check'],
    to: ['monitoring', 'stale', 'completed', 'closed'],
  },
  {
    from: 'monitoring',
    actor: 'closeWindow',
    row: { ...ROWS.monitoring, monitoredSince: after(-LONG_MS) },
    to: ['stale', 'completed', 'closed'],
  },
];

describe.each(CASES)('leaving $from', ({ from, actor, row, to }) => {
  async function arrive(): Promise<OrderUnderTest> {
    const order = new OrderUnderTest(row);
    await order.pass(0);
    expect(order.running).toEqual([actor]);
    return order;
  }

  it.each(to)('for %s stops its actor', async (state) => {
    const order = await arrive();
    const signal = order.signalOf(actor);
    await order.commit(ROWS[state]);
    expect(signal.aborted).toBe(true);
  });

  it('ignores what a stopped actor answers, and its failure', async () => {
    for (const state of to) {
      for (const outcome of [aTrade({ ...ROWS[from], updatedAt: after(LONG_MS) }), new Error('cancelled')]) {
        const order = await arrive();
        await order.commit(ROWS[state]);
        await order.answerTooLate(actor, outcome);
        expect(order.state).toBe(state);
        expect(order.errors).toEqual([]);
      }
    }
  });

  it('happens when the machine is stopped, which stops its actor too', async () => {
    const order = await arrive();
    const signal = order.signalOf(actor);
    order.stop();
    expect(signal.aborted).toBe(true);
  });
});

describe('the timer of the monitoring window', () => {
  it('is stopped with the machine', async () => {
    const order = new OrderUnderTest(ROWS.monitoring);
    order.stop();
    await order.pass(LONG_MS);
    expect(order.started('closeWindow')).toBe(0);
  });
});

describe('an actor that fails', () => {
  it.each([
    ['place', ROWS.placed],
    ['check', ROWS['immediate-check']],
    ['closeWindow', { ...ROWS.monitoring, monitoredSince: after(-LONG_MS) }],
    ['cancel', { ...ROWS.monitoring, cancelRequestedAt: START }],
  ] as [ActorName, Partial<Trade>][])('(%s) is a defect, and the machine says so', async (actor, row) => {
    const order = new OrderUnderTest(row);
    await order.pass(0);
    await order.fail(actor, new Error('a defect'));
    expect(order.machineStatus).toBe('error');
    expect(order.errors).toEqual([new Error('a defect')]);
  });

  it('because none was provided says so, too', async () => {
    const actor = createActor(
      createOrderMachine(() => 0),
      { input: { row: aTrade() } },
    );
    const failed = new Promise((_resolve, reject) => actor.subscribe({ error: reject }));
    actor.start();
    await expect(failed).rejects.toThrow('the actor place must be provided');
  });
});
