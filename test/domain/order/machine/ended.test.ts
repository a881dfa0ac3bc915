import { describe, expect, it } from '@jest/globals';
import { aFilledOrder, after, anOrder, FILLS, ORDER_ID } from '../support/builders.ts';
import { checking, monitored, OrderUnderTest, type OutcomeOf } from '../support/order-under-test.ts';

const NO_FILLS: OutcomeOf<'collectFills'> = {
  complete: false,
  filledSize: '0.5',
  fillCount: 1,
  totals: null,
  newestTradeTime: after(800),
  lastError: 'no answer',
};

async function completed(): Promise<OrderUnderTest> {
  const order = await checking();
  await order.pass(1_000);
  await order.look(aFilledOrder());
  return order;
}

async function cancelledWithFills(): Promise<OrderUnderTest> {
  const order = await monitored(anOrder());
  await order.see(anOrder({ status: 'CANCELLED', filledSize: '0.2' }));
  return order;
}

describe('the fills of an ended order', () => {
  it('are collected after the end, up to the filled size', async () => {
    const order = await completed();
    expect(order.running).toEqual(['collectFills']);
    expect(order.inputOf('collectFills')).toEqual({ orderId: ORDER_ID, filledSize: '0.5' });
    expect(order.finished).toBe(false);
    expect(order.trade.status).toBe('completed');
  });

  it('that were written by whoever collected them leave nothing to write', async () => {
    const order = await completed();
    const decided = order.changes.length;
    const row = { ...order.trade, fillsComplete: true, totalFees: '1.26', updatedAt: after(2_000) };
    await order.answer('collectFills', { ...FILLS, recorded: { key: 'fills/1', row } });
    expect(order.finished).toBe(true);
    expect(order.changes).toHaveLength(decided);
    expect(order.recorded).toEqual([row]);
    expect(order.trade).toEqual(row);
  });

  it('that were written before something else was decided are written again after it', async () => {
    const order = await completed();
    await order.observe(aFilledOrder({ totalFees: '1.30' }));
    expect(order.last).toMatchObject({ cause: 'late_observation', trade: { fillsComplete: false } });
    const row = { ...order.trade, fillsComplete: true, totalFees: '1.26' };
    await order.answer('collectFills', { ...FILLS, recorded: { key: 'fills/1', row } });
    expect(order.recorded).toEqual([]);
    expect(order.last).toMatchObject({ cause: 'fills', trade: { fillsComplete: true, totalFees: '1.26' } });
  });

  it('when whole, give the exact figures and the time of the fill that was guessed until then', async () => {
    const order = await completed();
    expect(order.trade.filledAt).toBe(after(1_000));
    await order.answer('collectFills', FILLS);
    expect(order.finished).toBe(true);
    expect(order.trade).toMatchObject({
      fillsComplete: true,
      averageFilledPrice: '20000.5',
      filledValue: '10000.25',
      totalFees: '1.26',
      filledAt: after(900),
      fillDetectedAt: after(1_000),
    });
    expect(order.last).toMatchObject({
      cause: 'fills',
      source: 'fills',
      evidence: { fill_count: 2, last_error: null },
      alert: null,
    });
  });

  it('that were all taken back leave nothing filled, and no average price', async () => {
    const order = await cancelledWithFills();
    const totals = { averagePrice: '0', value: '0', fees: '0' };
    await order.answer('collectFills', { ...FILLS, filledSize: '0', totals });
    expect(order.trade).toMatchObject({
      filledSize: '0',
      averageFilledPrice: null,
      totalFees: '0',
      fillsComplete: true,
    });
  });

  it('leave the exchange’s own time of the fill as it is', async () => {
    const order = await checking();
    await order.pass(1_000);
    await order.look(aFilledOrder({ lastFillTime: after(850) }));
    await order.answer('collectFills', FILLS);
    expect(order.trade.filledAt).toBe(after(850));
  });

  it('that stay incomplete are flagged and alerted, the order’s own figures kept, and the order is finished', async () => {
    const order = await completed();
    await order.answer('collectFills', NO_FILLS);
    expect(order.finished).toBe(true);
    expect(order.trade).toMatchObject({ status: 'completed', fillsComplete: false, averageFilledPrice: '20000.00' });
    expect(order.last).toMatchObject({ cause: 'fills_incomplete', alert: { kind: 'fills-incomplete' } });
  });

  it('are not asked for when the order ended without any', async () => {
    const order = await monitored(anOrder());
    await order.see(anOrder({ status: 'EXPIRED' }));
    expect(order.finished).toBe(true);
    expect(order.started('collectFills')).toBe(0);
    expect(order.trade.fillsComplete).toBe(true);
  });

  it('are asked for when the order is filled, though its size is not told yet', async () => {
    const order = await checking();
    await order.look(anOrder({ status: 'FILLED', filledSize: '0' }));
    expect(order.trade).toMatchObject({ status: 'completed', fillsComplete: false });
    expect(order.running).toEqual(['collectFills']);
  });

  it('of a cancelled order are collected too, and it has no time of a fill', async () => {
    const order = await cancelledWithFills();
    expect(order.inputOf('collectFills').filledSize).toBe('0.2');
    await order.answer('collectFills', { ...FILLS, filledSize: '0.2' });
    expect(order.trade).toMatchObject({ status: 'cancelled', fillsComplete: true, filledAt: null });
    expect(order.finished).toBe(true);
  });
});

describe('what is seen of an order after its end', () => {
  it('is ignored and recorded when it shows it open again: once, with an alert', async () => {
    const order = await completed();
    await order.observe(anOrder({ filledSize: '0.9' }));
    expect(order.state).toBe('completed');
    expect(order.trade.filledSize).toBe('0.5');
    expect(order.last).toMatchObject({
      cause: 'late_observation',
      alert: { kind: 'contradiction' },
      evidence: { status: 'OPEN', filled_size: '0.9' },
    });
    const written = order.changes.length;
    await order.observe(anOrder({ filledSize: '0.9' }));
    expect(order.changes).toHaveLength(written);
  });

  it('is ignored and recorded when it shows another end', async () => {
    const order = await cancelledWithFills();
    await order.observe(aFilledOrder({ filledSize: '0.2' }));
    expect(order.state).toBe('closed');
    expect(order.trade).toMatchObject({ status: 'cancelled', immediateFill: false, fillDetectedAt: null });
    expect(order.last).toMatchObject({ cause: 'late_observation', alert: { kind: 'contradiction' } });
  });

  it('writes nothing when it only repeats the end', async () => {
    const order = await completed();
    const written = order.changes.length;
    await order.observe(aFilledOrder());
    await order.observe(aFilledOrder());
    expect(order.changes).toHaveLength(written);
    expect(order.started('collectFills')).toBe(1);
  });

  it('is written when somebody asked for it by hand', async () => {
    const order = await completed();
    const requester = { requestedBy: 'ann', reason: 'checking' };
    await order.observe(aFilledOrder(), { source: 'look', layer: 'manual-sync', requester });
    expect(order.last).toMatchObject({ cause: 'manual_sync', ...requester });
    expect(order.trade).toMatchObject({ status: 'completed', detectedBy: 'immediate-check' });
  });

  it('with more filled than was known starts the collecting anew, for the larger size', async () => {
    const order = await cancelledWithFills();
    const collecting = order.signalOf('collectFills');
    await order.observe(anOrder({ status: 'CANCELLED', filledSize: '0.3', totalFees: '0.9' }));
    expect(collecting.aborted).toBe(true);
    expect(order.inputOf('collectFills').filledSize).toBe('0.3');
    expect(order.trade).toMatchObject({ status: 'cancelled', filledSize: '0.3', totalFees: '0.9' });
  });

  it('with more filled than was known takes up the collecting that was over', async () => {
    const order = await cancelledWithFills();
    await order.answer('collectFills', { ...FILLS, filledSize: '0.2' });
    await order.observe(anOrder({ status: 'CANCELLED', filledSize: '0.3' }));
    expect(order.finished).toBe(false);
    expect(order.trade).toMatchObject({ filledSize: '0.3', fillsComplete: false });
    await order.answer('collectFills', { ...FILLS, filledSize: '0.3' });
    expect(order.finished).toBe(true);
    expect(order.trade).toMatchObject({ filledSize: '0.3', fillsComplete: true });
  });

  it('with less filled than was known takes up the collecting that was over, and leaves the size to the fills', async () => {
    const order = await completed();
    await order.answer('collectFills', FILLS);
    await order.observe(aFilledOrder({ filledSize: '0.4' }));
    expect(order.finished).toBe(false);
    expect(order.trade).toMatchObject({ status: 'completed', filledSize: '0.5', fillsComplete: false });
    expect(order.last).toMatchObject({ cause: 'late_observation', evidence: { filled_size: '0.4' }, alert: null });
    const totals = { averagePrice: '20000', value: '8000', fees: '1' };
    await order.answer('collectFills', { ...FILLS, filledSize: '0.4', totals });
    expect(order.finished).toBe(true);
    expect(order.trade).toMatchObject({ filledSize: '0.4', filledValue: '8000', totalFees: '1', fillsComplete: true });
  });

  it('with the exchange’s time of the fill replaces the guessed one', async () => {
    const order = await completed();
    await order.answer('collectFills', { ...NO_FILLS, newestTradeTime: null });
    await order.observe(aFilledOrder({ lastFillTime: after(700) }), { source: 'sweep' });
    expect(order.trade).toMatchObject({ filledAt: after(700), fillDetectedAt: after(1_000) });
    expect(order.last.cause).toBe('late_observation');
  });

  it('shows an order that was refused after all: it stays rejected, but has its id and fills, and alerts', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { kind: 'refused', code: 'INSUFFICIENT_FUND', message: '', at: order.now });
    await order.observe(aFilledOrder());
    expect(order.state).toBe('closed');
    expect(order.trade).toMatchObject({ status: 'rejected', orderId: ORDER_ID, filledSize: '0.5' });
    expect(order.last.alert).toMatchObject({ kind: 'contradiction' });
    expect(order.running).toEqual(['collectFills']);
  });
});

describe('an order that was refused, but lives', () => {
  it('stays rejected, has its id, and no other order is taken for it', async () => {
    const order = new OrderUnderTest();
    await order.answer('place', { kind: 'refused', code: 'INSUFFICIENT_FUND', message: '', at: order.now });
    await order.observe(anOrder());
    expect(order.trade).toMatchObject({ status: 'rejected', orderId: ORDER_ID });
    expect(order.last.alert).toMatchObject({ kind: 'contradiction' });
    await order.observe(aFilledOrder({ orderId: 'exchange-2' }));
    expect(order.trade).toMatchObject({ status: 'rejected', orderId: ORDER_ID, filledSize: '0' });
  });
});

describe('an ended order', () => {
  it.each(['completed', 'cancelled', 'expired', 'failed', 'rejected'] as const)(
    'that is %s stays so, whatever status is seen and whatever time passes',
    async (status) => {
      const order = new OrderUnderTest({ trade: { status, orderId: ORDER_ID, filledSize: '0.5' } });
      for (const seen of ['OPEN', 'FILLED', 'CANCELLED', 'EXPIRED', 'FAILED', 'QUEUED', 'SOMETHING_NEW']) {
        await order.observe(aFilledOrder({ status: seen }));
        await order.pass(1_000_000);
        expect(order.trade.status).toBe(status);
      }
    },
  );

  it('is not resolved by hand again', async () => {
    const order = await completed();
    const written = order.changes.length;
    await order.send({ type: 'RESOLVE', status: 'failed', requester: { requestedBy: 'ann', reason: 'x' } });
    expect(order.changes).toHaveLength(written);
  });
});
