import { describe, expect, it } from '@jest/globals';
import { after, aTrade, ORDER_ID } from '../support/builders.ts';
import { OrderUnderTest, ROWS, type ActorName } from '../support/order-under-test.ts';
import type { OrderStateName } from '../../../../src/domain/order/trade.ts';

const ACTORS: [OrderStateName, ActorName[]][] = [
  ['placed', ['place']],
  ['immediate-check', ['check']],
  ['monitoring', []],
  ['stale', []],
  ['completed', []],
  ['closed', []],
];
const STATES = ACTORS.map(([state]) => state);

describe('a run begins where the row is', () => {
  it.each(ACTORS)('%s, with %j at work', (state, actors) => {
    const order = new OrderUnderTest(ROWS[state]);
    expect(order.state).toBe(state);
    expect(order.running).toEqual(actors);
    expect(order.row).toEqual(aTrade(ROWS[state]));
  });

  it.each([
    ['stale, never heard of', { status: 'stale', orderId: null }, 'stale'],
    ['expired', { status: 'expired', orderId: ORDER_ID }, 'closed'],
    ['failed', { status: 'failed' }, 'closed'],
    ['rejected', { status: 'rejected' }, 'closed'],
  ] as const)('%s: nothing is at work', (_what, row, state) => {
    const order = new OrderUnderTest(row);
    expect(order.state).toBe(state);
    expect(order.running).toEqual([]);
  });

  it('never places an order that has an exchange id or has ended', () => {
    for (const status of ['placing', 'pending', 'stale', 'completed', 'cancelled', 'expired', 'failed', 'rejected']) {
      const order = new OrderUnderTest({ status, orderId: ORDER_ID } as Partial<typeof ROWS.placed>);
      expect(order.started('place')).toBe(0);
    }
  });
});

describe('the row that an actor answers', () => {
  it('is followed: an accepted order is checked at once, with its current row', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { orderId: ORDER_ID });
    expect(order.state).toBe('immediate-check');
    expect(order.running).toEqual(['check']);
    expect(order.inputOf('check')).toEqual(order.row);
  });

  it.each(STATES.filter((state) => state !== 'placed'))(
    'leads from the placement to %s, which need not be the next state',
    async (state) => {
      const order = new OrderUnderTest();
      await order.answer('place', ROWS[state]);
      expect(order.state).toBe(state);
      expect(order.started('place')).toBe(1);
    },
  );

  it.each(['monitoring', 'stale', 'completed', 'closed'] as const)('leads from the check to %s', async (state) => {
    const order = new OrderUnderTest(ROWS['immediate-check']);
    await order.answer('check', ROWS[state]);
    expect(order.state).toBe(state);
    expect(order.running).toEqual([]);
  });

  it('is ignored where it is older than what was heard meanwhile', async () => {
    const order = new OrderUnderTest(ROWS['immediate-check']);
    await order.commit({ cancelRequestedAt: after(1) });
    const answer = order.next({ cancelRequestedAt: null, cancelSubmittedAt: after(2) });
    await order.commit({ ...ROWS.monitoring, filledSize: '0.1', cancelRequestedAt: null });
    const { row } = order;
    await order.answerWith('cancel', answer);
    expect(order.row).toEqual(row);
    expect(order.state).toBe('monitoring');
  });
});

describe('a row that somebody else committed', () => {
  it.each(STATES.flatMap((from) => STATES.map((to) => [from, to] as const)))(
    'is followed from %s to %s',
    async (from, to) => {
      const order = new OrderUnderTest(ROWS[from]);
      await order.commit({ ...aTrade(), ...ROWS[to], filledSize: '0.1' });
      expect(order.state).toBe(to);
      expect(order.row.filledSize).toBe('0.1');
    },
  );

  it.each(STATES)('that is older than the row of %s is ignored', async (state) => {
    const order = new OrderUnderTest({ ...ROWS[state], updatedAt: after(10) });
    for (const to of STATES) {
      await order.tell(aTrade({ ...ROWS[to], updatedAt: after(9) }));
      expect(order.state).toBe(state);
      expect(order.row.updatedAt).toBe(after(10));
    }
  });

  it('with a finer time than the row is newer, however many digits it has', async () => {
    const order = new OrderUnderTest({ updatedAt: '2026-11-23T12:00:00.5Z' });
    await order.tell(aTrade({ ...ROWS.closed, updatedAt: '2026-11-23T12:00:00.500001Z' }));
    expect(order.state).toBe('closed');
  });

  it.each(ACTORS.filter(([, actors]) => actors.length > 0))(
    'and leaves the order in %s leaves %j at work, which is not started anew',
    async (state, actors) => {
      const order = new OrderUnderTest(ROWS[state]);
      await order.commit({ filledSize: '0.1' });
      await order.commit({ filledSize: '0.2' });
      expect(order.running).toEqual(actors);
      for (const actor of actors) expect(order.started(actor)).toBe(1);
    },
  );
});

describe('the passing of time', () => {
  it.each(STATES.filter((state) => state !== 'monitoring'))('moves nothing in %s', async (state) => {
    const order = new OrderUnderTest(ROWS[state]);
    const { running } = order;
    await order.pass(30 * 86_400_000);
    expect(order.state).toBe(state);
    expect(order.running).toEqual(running);
  });
});
