import { describe, expect, it } from '@jest/globals';
import { after, ORDER_ID } from '../support/builders.ts';
import { OrderUnderTest, ROWS } from '../support/order-under-test.ts';

const WANTED = { cancelRequestedAt: after(0) };
const SUBMITTED = { cancelRequestedAt: null, cancelSubmittedAt: after(0) };
const REFUSED = { cancelRequestedAt: null };

describe('a cancel', () => {
  it.each(['immediate-check', 'monitoring', 'stale'] as const)(
    'of an order in %s is sent as soon as it is wanted, and the order’s life goes on beside it',
    async (state) => {
      const order = new OrderUnderTest(ROWS[state]);
      const { running } = order;
      await order.commit(WANTED);
      expect(order.running).toEqual([...running, 'cancel']);
      expect(order.inputOf('cancel')).toEqual(order.row);
      expect(order.state).toBe(state);
    },
  );

  it.each([
    ['placed', {}],
    ['stale', { orderId: null }],
  ] as const)('of an order in %s whose id is not known is sent as soon as it is', async (state, unknown) => {
    const order = new OrderUnderTest({ ...ROWS[state], ...unknown });
    await order.commit(WANTED);
    expect(order.started('cancel')).toBe(0);
    await order.commit({ orderId: ORDER_ID });
    expect(order.running).toContain('cancel');
  });

  it('that the placement’s answer makes possible is sent', async () => {
    const order = new OrderUnderTest(WANTED);
    await order.answer('place', { orderId: ORDER_ID });
    expect(order.running).toEqual(['check', 'cancel']);
  });

  it('that was wanted in an earlier run is sent by the next', () => {
    expect(new OrderUnderTest({ ...ROWS.monitoring, ...WANTED }).running).toEqual(['cancel']);
  });

  it('is sent once while one is under way, however often it is wanted', async () => {
    const order = new OrderUnderTest({ ...ROWS.monitoring, ...WANTED });
    await order.commit({ cancelRequestedAt: after(5) });
    await order.commit({ filledSize: '0.1' });
    expect(order.started('cancel')).toBe(1);
  });

  it.each([
    ['submitted', SUBMITTED],
    ['refused', REFUSED],
  ])('that was %s is not sent again before it is wanted again', async (_what, answered) => {
    const order = new OrderUnderTest({ ...ROWS.monitoring, ...WANTED });
    await order.answer('cancel', answered);
    await order.commit({ filledSize: '0.1' });
    await order.pass(60_000);
    expect(order.started('cancel')).toBe(1);
    await order.commit({ cancelRequestedAt: order.now });
    expect(order.started('cancel')).toBe(2);
  });

  it('during the immediate check lets the check go on', async () => {
    const order = new OrderUnderTest({ ...ROWS['immediate-check'], ...WANTED });
    const checking = order.signalOf('check');
    await order.answer('cancel', SUBMITTED);
    expect(order.running).toEqual(['check']);
    expect(checking.aborted).toBe(false);
  });

  it('whose answer shows the order ended ends it', async () => {
    const order = new OrderUnderTest({ ...ROWS.monitoring, ...WANTED });
    await order.answer('cancel', { ...SUBMITTED, ...ROWS.completed });
    expect(order.state).toBe('completed');
    expect(order.running).toEqual([]);
  });

  it('under way when the order ends is not stopped, so that its answer is recorded', async () => {
    const order = new OrderUnderTest({ ...ROWS.monitoring, ...WANTED });
    const asking = order.signalOf('cancel');
    await order.commit({ ...ROWS.completed, cancelRequestedAt: null });
    expect(asking.aborted).toBe(false);
    await order.answer('cancel', SUBMITTED);
    expect(order.state).toBe('completed');
    expect(order.started('cancel')).toBe(1);
  });

  it.each(['completed', 'closed'] as const)('of an order that is %s is never sent', async (state) => {
    const order = new OrderUnderTest({ ...ROWS[state], ...WANTED });
    await order.commit(WANTED);
    expect(order.started('cancel')).toBe(0);
  });
});
