import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../../../../src/domain/order/policy.ts';
import { aFilledOrder, after, anOrder, ORDER_ID, RESTING } from '../support/builders.ts';
import { checking, monitored } from '../support/order-under-test.ts';

const WINDOW_MS = DEFAULT_POLICY.monitorForMs;
const resting = { trade: { orderConfiguration: RESTING } };

describe('an order that is watched', () => {
  it('tells the watch what is known, how often to look, and with a steady pace', async () => {
    const order = await monitored(anOrder({ filledSize: '0.1' }));
    expect(order.inputOf('watch')).toEqual({
      clientOrderId: 'bot7-1',
      orderId: ORDER_ID,
      known: { status: 'OPEN', filledSize: '0.1' },
      intervalMs: 2_000,
      pace: 'steady',
      reportOpen: false,
      unconfirmedAfterMs: null,
    });
  });

  it('that may rest is to be confirmed within the window', async () => {
    const order = await monitored(anOrder(), resting);
    expect(order.inputOf('watch').unconfirmedAfterMs).toBe(WINDOW_MS);
  });

  it('knows no status when the check saw nothing', async () => {
    const order = await checking();
    await order.look(null, 'no answer');
    expect(order.inputOf('watch').known).toEqual({ status: null, filledSize: '0' });
  });

  it('completes when the watch sees FILLED: detected by monitoring, not an immediate fill', async () => {
    const order = await monitored(anOrder());
    await order.pass(4_000);
    await order.see(aFilledOrder({ lastFillTime: after(3_000) }));
    expect(order.state).toBe('completed');
    expect(order.trade).toMatchObject({
      status: 'completed',
      immediateFill: false,
      detectedBy: 'monitoring',
      fillDetectedAt: after(4_000),
      filledAt: after(3_000),
      filledSize: '0.5',
      averageFilledPrice: '20000.00',
      totalFees: '1.25',
    });
  });

  it('has the layer that a push or a reconciliation names', async () => {
    const order = await monitored(anOrder());
    await order.observe(aFilledOrder(), { source: 'sweep', layer: 'reconciliation' });
    expect(order.trade.detectedBy).toBe('reconciliation');
    expect(order.last.source).toBe('sweep');
  });

  it.each([
    ['CANCELLED', 'cancelled'],
    ['EXPIRED', 'expired'],
    ['FAILED', 'failed'],
  ] as const)('that ended %s is %s, and the fills that it had are kept', async (status, ended) => {
    const order = await monitored(anOrder());
    const partial = { filledSize: '0.2', averageFilledPrice: '20000', filledValue: '4000', totalFees: '0.5' };
    await order.see(anOrder({ status, ...partial }));
    expect(order.state).toBe('closed');
    expect(order.trade).toMatchObject({
      status: ended,
      ...partial,
      detectedBy: 'monitoring',
      fillDetectedAt: null,
      filledAt: null,
      fillsComplete: false,
    });
    expect(order.running).toEqual(['collectFills']);
  });

  it('with as much filled as was asked for is not ended by that, only by the exchange’s status', async () => {
    const order = await monitored(anOrder(), resting);
    await order.see(anOrder({ filledSize: '0.5' }));
    expect(order.state).toBe('monitoring');
  });

  it('that the exchange calls filled is completed, whatever size was filled', async () => {
    const order = await monitored(anOrder(), resting);
    await order.see(aFilledOrder({ filledSize: '0.49' }));
    expect(order.trade).toMatchObject({ status: 'completed', filledSize: '0.49' });
  });

  it.each(['PENDING', 'QUEUED', 'CANCEL_QUEUED', 'EDIT_QUEUED', 'SOMETHING_NEW'])(
    'goes on being watched when the status is %s',
    async (status) => {
      const order = await monitored(anOrder());
      await order.see(anOrder({ status }));
      expect(order.state).toBe('monitoring');
      expect(order.trade.status).toBe('pending');
      expect(order.context.exchangeStatus).toBe(status);
    },
  );

  it('alerts an unknown status once, however often it is seen', async () => {
    const order = await monitored(anOrder());
    await order.see(anOrder({ status: 'SOMETHING_NEW' }));
    await order.see(anOrder({ status: 'SOMETHING_NEW' }));
    await order.observe(anOrder({ status: 'SOMETHING_NEW', filledSize: '0.1' }));
    const alerts = order.changes.filter((change) => change.alert?.kind === 'unknown-status');
    expect(alerts).toHaveLength(1);
  });
});

describe('news of a watched order', () => {
  it('starts the watch anew with what is known now, once', async () => {
    const order = await monitored(anOrder());
    await order.see(anOrder({ filledSize: '0.3' }));
    expect(order.started('watch')).toBe(2);
    expect(order.running).toEqual(['watch']);
    expect(order.inputOf('watch').known).toEqual({ status: 'OPEN', filledSize: '0.3' });
  });

  it('or an answer without news: the watch goes on after each answer', async () => {
    const order = await monitored(anOrder());
    const written = order.changes.length;
    for (let answers = 1; answers <= 3; answers += 1) {
      await order.see(anOrder());
      expect(order.running).toEqual(['watch']);
      expect(order.started('watch')).toBe(1 + answers);
    }
    expect(order.changes).toHaveLength(written);
  });

  it('by a push stops the watch that did not know it', async () => {
    const order = await monitored(anOrder());
    const watching = order.signalOf('watch');
    await order.observe(anOrder({ filledSize: '0.3' }));
    expect(watching.aborted).toBe(true);
    expect(order.inputOf('watch').known.filledSize).toBe('0.3');
  });

  it('that is no news leaves the watch alone and writes nothing', async () => {
    const order = await monitored(anOrder());
    const written = order.changes.length;
    await order.pass(500);
    await order.observe(anOrder());
    expect(order.started('watch')).toBe(1);
    expect(order.changes).toHaveLength(written);
    expect(order.context.lastCheckedAt).toBe(after(500));
  });

  it('that is older than what is known changes no figure', async () => {
    const order = await monitored(anOrder({ filledSize: '0.3', averageFilledPrice: '20000', totalFees: '0.7' }));
    await order.observe(anOrder({ filledSize: '0.1', averageFilledPrice: '19000', totalFees: '0.2' }));
    expect(order.trade).toMatchObject({ filledSize: '0.3', averageFilledPrice: '20000', totalFees: '0.7' });
  });

  it('that tells less of the same fill takes away nothing that is known', async () => {
    const figures = { filledSize: '0.3', averageFilledPrice: '20000', filledValue: '6000', totalFees: '0.7' };
    const order = await monitored(anOrder(figures));
    const written = order.changes.length;
    await order.observe(anOrder({ filledSize: '0.30', averageFilledPrice: null, filledValue: null, totalFees: null }));
    expect(order.trade).toMatchObject(figures);
    expect(order.changes).toHaveLength(written);
  });

  it('that fills in what the same fill cost is taken over', async () => {
    const order = await monitored(anOrder({ filledSize: '0.3' }));
    await order.observe(anOrder({ filledSize: '0.3', totalFees: '0.7' }));
    expect(order.trade.totalFees).toBe('0.7');
  });

  it('that reports no fill has no average price', async () => {
    const order = await monitored(anOrder({ averageFilledPrice: '0' }));
    expect(order.trade.averageFilledPrice).toBeNull();
  });
});

describe('the monitoring window', () => {
  it('makes an immediate order stale exactly when it closes, with an alert', async () => {
    const order = await monitored(anOrder());
    await order.pass(WINDOW_MS - 1);
    expect(order.state).toBe('monitoring');
    await order.pass(1);
    expect(order.state).toBe('stale');
    expect(order.trade).toMatchObject({ status: 'stale', staleSince: after(WINDOW_MS) });
    expect(order.last).toMatchObject({
      cause: 'window_closed',
      source: 'timer',
      evidence: { status: 'OPEN' },
      alert: { kind: 'stale' },
    });
  });

  it('counts from the entry into monitoring, not from the placement', async () => {
    const order = await checking();
    await order.pass(5_000);
    await order.look(anOrder());
    await order.pass(WINDOW_MS - 1);
    expect(order.state).toBe('monitoring');
    await order.pass(1);
    expect(order.state).toBe('stale');
  });

  it('is not restarted by news, nor by anything else that is heard meanwhile', async () => {
    const order = await monitored(anOrder());
    await order.pass(WINDOW_MS - 3);
    await order.see(anOrder({ filledSize: '0.1' }));
    await order.pass(1);
    await order.observe(anOrder({ filledSize: '0.2' }));
    await order.pass(1);
    await order.send({ type: 'CANCEL', requester: { requestedBy: null, reason: null }, evidence: null });
    expect(order.state).toBe('monitoring');
    await order.pass(1);
    expect(order.state).toBe('stale');
    expect(order.trade.filledSize).toBe('0.2');
  });

  it('is as long as the order’s policy says', async () => {
    const order = await monitored(anOrder(), { trade: { policy: { ...DEFAULT_POLICY, monitorForMs: 1_000 } } });
    await order.pass(999);
    expect(order.state).toBe('monitoring');
    await order.pass(1);
    expect(order.state).toBe('stale');
  });

  it('closing on an order that has ended changes nothing', async () => {
    const order = await monitored(anOrder());
    await order.see(anOrder({ status: 'CANCELLED' }));
    const written = order.changes.length;
    await order.pass(10 * WINDOW_MS);
    expect(order.state).toBe('closed');
    expect(order.changes).toHaveLength(written);
  });

  it('does not measure a resting order, which stays open as long as it is confirmed', async () => {
    const order = await monitored(anOrder(), resting);
    await order.pass(100 * WINDOW_MS);
    expect(order.state).toBe('monitoring');
    expect(order.trade.status).toBe('pending');
  });
});

describe('a resting order that no answer confirms', () => {
  it('becomes stale when the watch says so, with an alert', async () => {
    const order = await monitored(anOrder(), resting);
    await order.pass(WINDOW_MS);
    await order.answer('watch', { kind: 'unconfirmed', since: after(0), lastError: 'no answer' });
    expect(order.state).toBe('stale');
    expect(order.trade).toMatchObject({ status: 'stale', staleSince: after(WINDOW_MS), orderId: ORDER_ID });
    expect(order.last).toMatchObject({ cause: 'unconfirmed', source: 'timer', alert: { kind: 'stale' } });
  });
});
