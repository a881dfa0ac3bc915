import { describe, expect, it } from '@jest/globals';
import { createActor } from 'xstate';
import { PRESENT_EDITION } from '../../../../src/domain/order/edition.ts';
import { createOrderMachine } from '../../../../src/domain/order/machine.ts';
import type { OrderEvent } from '../../../../src/domain/order/order-context.ts';
import { aFilledOrder, anOrder, aTrade, RESTING } from '../support/builders.ts';
import { checking, monitored, OrderUnderTest, type ActorName } from '../support/order-under-test.ts';

/** Longer than any timer of the machine. */
const LONG_MS = 10 * 86_400_000;

type Leave = (order: OrderUnderTest) => Promise<void>;
interface Case {
  from: string;
  actor: ActorName;
  arrive: () => Promise<OrderUnderTest>;
  ways: Record<string, Leave>;
}

const RESOLVE: OrderEvent = { type: 'RESOLVE', status: 'cancelled', requester: { requestedBy: 'ann', reason: 'x' } };
const SETTLED: OrderEvent = { type: 'SETTLED', trade: aTrade({ status: 'cancelled', fillsComplete: true }) };

/** The ways out that every state has in which the order lives. */
const ENDS: Record<string, Leave> = {
  'a fill is seen': (order) => order.observe(aFilledOrder()),
  'another end is seen': (order) => order.observe(anOrder({ status: 'EXPIRED' })),
  'the row has ended elsewhere': (order) => order.send(SETTLED),
  'the machine is stopped': async (order) => order.stop(),
};
const RESOLVED: Record<string, Leave> = { 'it is resolved by hand': (order) => order.send(RESOLVE) };
const MISMATCH: Record<string, Leave> = {
  'another order is seen under its id': (order) => order.observe(anOrder({ side: 'SELL' })),
};
const NEWS: Record<string, Leave> = { 'news is heard': (order) => order.observe(anOrder({ filledSize: '0.1' })) };

async function staleUnknown(): Promise<OrderUnderTest> {
  const order = new OrderUnderTest({ trade: { orderConfiguration: RESTING } });
  await order.answer('place', { kind: 'unknown', at: order.now });
  return order;
}

async function unchecked(): Promise<OrderUnderTest> {
  const order = await checking();
  await order.look(null, 'no answer');
  return order;
}

async function collecting(): Promise<OrderUnderTest> {
  const order = await monitored(anOrder());
  await order.see(anOrder({ status: 'CANCELLED', filledSize: '0.2' }));
  return order;
}

async function collectingResolved(): Promise<OrderUnderTest> {
  const order = await monitored(anOrder({ filledSize: '0.2' }));
  await order.send(RESOLVE);
  return order;
}

async function cancelling(): Promise<OrderUnderTest> {
  const order = await monitored(anOrder());
  await order.send({ type: 'CANCEL', requester: { requestedBy: null, reason: null }, evidence: null });
  return order;
}

const CASES: Case[] = [
  {
    from: 'placed',
    actor: 'place',
    arrive: async () => new OrderUnderTest(),
    ways: { ...ENDS, ...MISMATCH, 'it is seen open': (order) => order.observe(anOrder()) },
  },
  {
    from: 'immediate-check',
    actor: 'checkImmediately',
    arrive: checking,
    ways: { ...ENDS, ...MISMATCH, ...RESOLVED },
  },
  {
    from: 'monitoring',
    actor: 'watch',
    arrive: unchecked,
    ways: { ...ENDS, ...MISMATCH, ...RESOLVED, ...NEWS, 'the window closes': (order) => order.pass(300_000) },
  },
  {
    from: 'stale',
    actor: 'watch',
    arrive: staleUnknown,
    ways: { ...ENDS, ...MISMATCH, ...RESOLVED, ...NEWS },
  },
  {
    from: 'closed, fills being collected',
    actor: 'collectFills',
    arrive: collecting,
    ways: {
      'more was filled': (order) => order.observe(anOrder({ status: 'CANCELLED', filledSize: '0.3' })),
      'the machine is stopped': async (order) => order.stop(),
    },
  },
  {
    from: 'closed by hand, fills being collected',
    actor: 'collectFills',
    arrive: collectingResolved,
    ways: {
      'it is disproved by a fill': (order) => order.observe(aFilledOrder()),
      'it is disproved by another end': (order) => order.observe(anOrder({ status: 'EXPIRED', filledSize: '0.2' })),
      'it is disproved by being open': (order) => order.observe(anOrder({ filledSize: '0.2' })),
    },
  },
];

describe.each(CASES)('leaving $from', ({ actor, arrive, ways }) => {
  it.each(Object.entries(ways))('stops its actor when %s', async (_how, leave) => {
    const order = await arrive();
    const signal = order.signalOf(actor);
    expect(signal.aborted).toBe(false);
    await leave(order);
    expect(signal.aborted).toBe(true);
  });

  it('leaves no more than one actor at work for the order’s life', async () => {
    for (const leave of Object.values(ways)) {
      const order = await arrive();
      await leave(order);
      expect(order.running.length).toBeLessThanOrEqual(1);
    }
  });

  it('takes no notice of what a stopped actor answers, nor of its failure', async () => {
    for (const leave of Object.values(ways)) {
      const order = await arrive();
      await leave(order);
      const { state, changes } = order;
      const written = changes.length;
      await order.answerTooLate(actor, new Error('cancelled'));
      expect(order.state).toBe(state);
      expect(order.changes).toHaveLength(written);
      expect(order.errors).toEqual([]);
    }
  });
});

describe('the timer of the monitoring window', () => {
  it.each([
    ['an end', (order) => order.observe(anOrder({ status: 'EXPIRED' }))],
    ['a resolution', (order) => order.send(RESOLVE)],
    ['a settled row', (order) => order.send(SETTLED)],
    ['a mismatch', (order) => order.observe(anOrder({ side: 'SELL' }))],
    ['the stop of the machine', async (order) => order.stop()],
  ] as [string, Leave][])('is stopped by %s', async (_how, leave) => {
    const order = await unchecked();
    await leave(order);
    const written = order.changes.length;
    await order.pass(LONG_MS);
    expect(order.changes).toHaveLength(written);
  });

  it('of a first monitoring does not cut a second one short', async () => {
    const order = await monitored(anOrder());
    await order.pass(200_000);
    await order.send(RESOLVE);
    await order.observe(anOrder());
    await order.pass(299_999);
    expect(order.state).toBe('monitoring');
    await order.pass(1);
    expect(order.state).toBe('stale');
  });
});

describe('an actor that fails', () => {
  it.each([
    ['place', async () => new OrderUnderTest()],
    ['checkImmediately', checking],
    ['watch', unchecked],
    ['cancel', cancelling],
    ['collectFills', collecting],
  ] as [ActorName, () => Promise<OrderUnderTest>][])(
    '(%s) is a defect, and the machine says so',
    async (actor, arrive) => {
      const order = await arrive();
      await order.fail(actor, new Error('a defect'));
      expect(order.machineStatus).toBe('error');
      expect(order.errors).toEqual([new Error('a defect')]);
    },
  );

  it('because nobody provided it says so too', async () => {
    const actor = createActor(
      createOrderMachine(() => ''),
      { input: { trade: aTrade(), resumed: false, edition: PRESENT_EDITION } },
    );
    const failed = new Promise((_resolve, reject) => actor.subscribe({ error: reject }));
    actor.start();
    await expect(failed).rejects.toThrow('this actor must be provided');
  });
});
