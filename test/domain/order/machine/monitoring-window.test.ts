import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../../../../src/domain/order/policy.ts';
import { after, RESTING } from '../support/builders.ts';
import { OrderUnderTest, ROWS } from '../support/order-under-test.ts';

const WINDOW_MS = DEFAULT_POLICY.monitorForMs;

describe('the monitoring window', () => {
  it('is closed exactly when it is over, and the row then says that the order is stale', async () => {
    const order = new OrderUnderTest(ROWS.monitoring);
    await order.pass(WINDOW_MS - 1);
    expect(order.running).toEqual([]);
    await order.pass(1);
    expect(order.running).toEqual(['closeWindow']);
    expect(order.state).toBe('monitoring');
    await order.answer('closeWindow', ROWS.stale);
    expect(order.state).toBe('stale');
  });

  it('counts from the entry into monitoring, not from the placement', async () => {
    const order = new OrderUnderTest();
    await order.pass(5_000);
    await order.answer('place', { ...ROWS.monitoring, monitoredSince: order.now });
    await order.pass(WINDOW_MS - 1);
    expect(order.running).toEqual([]);
    await order.pass(1);
    expect(order.running).toEqual(['closeWindow']);
  });

  it('is not restarted by rows that are committed meanwhile', async () => {
    const order = new OrderUnderTest(ROWS.monitoring);
    await order.pass(WINDOW_MS - 2);
    await order.commit({ filledSize: '0.1' });
    await order.pass(1);
    await order.commit({ filledSize: '0.2', cancelRequestedAt: order.now });
    await order.answer('cancel', { cancelRequestedAt: null });
    expect(order.running).toEqual([]);
    await order.pass(1);
    expect(order.running).toEqual(['closeWindow']);
    expect(order.inputOf('closeWindow').filledSize).toBe('0.2');
  });

  it('is as long as the order’s policy says', async () => {
    const order = new OrderUnderTest({ ...ROWS.monitoring, policy: { ...DEFAULT_POLICY, monitorForMs: 1_000 } });
    await order.pass(999);
    expect(order.running).toEqual([]);
    await order.pass(1);
    expect(order.running).toEqual(['closeWindow']);
  });

  it('of an immediate order that continues in another run is what is left of it', async () => {
    const order = new OrderUnderTest({ ...ROWS.monitoring, monitoredSince: after(-200_000) });
    await order.pass(WINDOW_MS - 200_000 - 1);
    expect(order.running).toEqual([]);
    await order.pass(1);
    expect(order.running).toEqual(['closeWindow']);
  });

  it('that was over before the run began is closed at once', async () => {
    const order = new OrderUnderTest({ ...ROWS.monitoring, monitoredSince: after(-2 * WINDOW_MS) });
    await order.pass(0);
    expect(order.running).toEqual(['closeWindow']);
  });

  it('does not measure a resting order, which stays open as long as it is confirmed', async () => {
    const order = new OrderUnderTest({ ...ROWS.monitoring, orderConfiguration: RESTING });
    await order.pass(100 * WINDOW_MS);
    expect(order.state).toBe('monitoring');
    expect(order.started('closeWindow')).toBe(0);
  });

  it.each(['completed', 'closed', 'stale'] as const)('is not closed once the order is %s', async (state) => {
    const order = new OrderUnderTest(ROWS.monitoring);
    await order.commit(ROWS[state]);
    await order.pass(10 * WINDOW_MS);
    expect(order.started('closeWindow')).toBe(0);
  });

  it('of a first monitoring does not cut a second one short', async () => {
    const order = new OrderUnderTest(ROWS.monitoring);
    await order.pass(200_000);
    await order.commit(ROWS.closed);
    await order.commit({ ...ROWS.monitoring, monitoredSince: order.now });
    await order.pass(WINDOW_MS - 1);
    expect(order.started('closeWindow')).toBe(0);
    await order.pass(1);
    expect(order.running).toEqual(['closeWindow']);
  });
});
