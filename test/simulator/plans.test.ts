import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { OrderPlan } from '../../src/simulator/index.ts';
import type { Bot, CancelRow, OrderRow } from './bot.ts';
import { eventually, restingBuy, startWithBot } from './bot.ts';

let bot: Bot;
beforeAll(async () => {
  bot = await startWithBot({ cancelMs: 500 });
});
afterAll(() => bot.simulator.close());

/** Places a resting order for 0.01 BTC under a plan and answers the exchange's id. */
async function placeWith(clientOrderId: string, plan: OrderPlan): Promise<string> {
  bot.simulator.exchange.setPlan({ clientOrderId }, plan);
  const { json } = await bot.place(clientOrderId, restingBuy());
  return json.success_response.order_id;
}

async function comesTo(clientOrderId: string, status: string): Promise<OrderRow> {
  return eventually(
    () => bot.order(clientOrderId),
    (order) => order.status === status,
  );
}

describe('a plan', () => {
  it('fills in parts, each after its wait', async () => {
    await placeWith('parts', {
      steps: [
        { do: 'fill', part: '0.4', afterMs: 400 },
        { do: 'fill', afterMs: 400 },
      ],
    });
    expect(await comesTo('parts', 'FILLED')).toMatchObject({
      filled_size: '0.01',
      filled_value: '600',
      total_fees: '2.4',
      number_of_fills: '2',
      settled: true,
    });
    const { createdAt, fills } = bot.simulator.ledger.orderByClientId('parts') ?? {};
    expect(fills?.map((fill) => fill.size)).toEqual(['0.004', '0.006']);
    for (const [index, { tradeTime }] of (fills ?? []).entries()) {
      // Node's timers fire up to a millisecond early.
      expect(Date.parse(tradeTime) - Date.parse(createdAt ?? '')).toBeGreaterThanOrEqual((index + 1) * 399);
    }
  });

  it('cancels after a part was filled, and the fill is kept', async () => {
    await placeWith('part-cancelled', {
      steps: [
        { do: 'fill', part: '0.5' },
        { do: 'cancel', afterMs: 10 },
      ],
    });
    expect(await comesTo('part-cancelled', 'CANCELLED')).toMatchObject({
      filled_size: '0.005',
      completion_percentage: '50',
      outstanding_hold_amount: '0',
    });
  });

  it('expires, fails, and sets unknown statuses', async () => {
    await placeWith('expires', { steps: [{ do: 'expire', afterMs: 5 }] });
    await placeWith('fails', { steps: [{ do: 'fail', afterMs: 5, message: 'no luck' }] });
    await placeWith('strange', {
      steps: [
        { do: 'status', status: 'EDIT_QUEUED' },
        { do: 'status', status: 'HALTED', afterMs: 5 },
      ],
    });
    await comesTo('expires', 'EXPIRED');
    expect(await comesTo('fails', 'FAILED')).toMatchObject({
      reject_reason: 'HOLD_FAILURE',
      reject_message: 'no luck',
    });
    await comesTo('strange', 'HALTED');
  });

  it('gives an order that has ended no other status', async () => {
    await placeWith('over', { steps: [{ do: 'cancel' }, { do: 'status', status: 'SUSPENDED' }, { do: 'fill' }] });
    expect(await bot.order('over')).toMatchObject({ status: 'CANCELLED', filled_size: '0' });
  });

  it('ends an order as FILLED with another size than was asked for', async () => {
    await placeWith('short', { steps: [{ do: 'fill', size: '0.009' }, { do: 'complete' }] });
    expect(await bot.order('short')).toMatchObject({ status: 'FILLED', filled_size: '0.009' });
  });

  it('without steps leaves the order open, although the price reaches it', async () => {
    await placeWith('stays', {});
    bot.simulator.exchange.setPrice('BTC-USD', '59000');
    bot.simulator.exchange.setPrice('BTC-USD', '65000');
    expect((await bot.order('stays')).status).toBe('OPEN');
  });

  it('refuses with a code, in a 200 or a 400', async () => {
    bot.simulator.exchange.setPlan(
      { clientOrderId: 'r-200' },
      { refuse: { code: 'ORDER_ENTRY_DISABLED', message: 'closed' } },
    );
    bot.simulator.exchange.setPlan(
      { clientOrderId: 'r-400' },
      { refuse: { code: 'X', message: 'account is not available', httpStatus: 400 } },
    );
    expect((await bot.place('r-200')).json.error_response).toMatchObject({
      error: 'ORDER_ENTRY_DISABLED',
      message: 'closed',
    });
    expect(await bot.place('r-400')).toMatchObject({ status: 400, json: { message: 'account is not available' } });
  });

  it('reverses a fill and corrects it under the same trade id', async () => {
    const orderId = await placeWith('corrected', {
      steps: [{ do: 'fill' }, { do: 'reverse', correctedSize: '0.008' }],
    });
    const { json } = await bot.get(`/orders/historical/fills?order_ids=${orderId}`);
    expect(json.fills.map((fill) => fill.trade_type)).toEqual(['CORRECTION', 'REVERSAL', 'FILL']);
    expect(new Set(json.fills.map((fill) => fill.trade_id)).size).toBe(1);
    expect(new Set(json.fills.map((fill) => fill.entry_id)).size).toBe(3);
    expect((await bot.order('corrected')).filled_size).toBe('0.008');
  });

  it('adds a fill that the exchange made by itself', async () => {
    const orderId = await placeWith('synthetic', {
      steps: [
        { do: 'fill', part: '0.5' },
        { do: 'fill', tradeType: 'SYNTHETIC' },
      ],
    });
    const { json } = await bot.get(`/orders/historical/fills?order_ids=${orderId}`);
    expect(json.fills.map((fill) => fill.trade_type)).toEqual(['SYNTHETIC', 'FILL']);
    expect((await bot.order('synthetic')).status).toBe('FILLED');
  });

  it('lets the exchange fill an order that has ended, which stays ended', async () => {
    await placeWith('filled-late', { steps: [{ do: 'fill', part: '0.5' }, { do: 'cancel' }] });
    expect(bot.simulator.exchange.act('filled-late', { do: 'fill' })).toBe(false);
    expect(bot.simulator.exchange.act('filled-late', { do: 'fill', part: '0.1', tradeType: 'SYNTHETIC' })).toBe(true);
    expect(await bot.order('filled-late')).toMatchObject({ status: 'CANCELLED', filled_size: '0.006' });
  });

  it('lets the exchange forget an order, but not the ledger', async () => {
    const orderId = await placeWith('purged', { steps: [{ do: 'fill' }, { do: 'purge', afterMs: 5 }] });
    await eventually(
      () => bot.get(`/orders/historical/${orderId}`),
      ({ status }) => status === 404,
    );
    expect((await bot.get(`/orders/historical/batch?order_ids=${orderId}`)).json.orders).toEqual([]);
    expect(bot.simulator.ledger.orderByClientId('purged')).toMatchObject({ status: 'FILLED', purged: true });
  });

  it('is found by the longest prefix that fits, the exact id first', async () => {
    const { exchange } = bot.simulator;
    exchange.setPlan({ clientOrderIdPrefix: 'grid-' }, { initialStatus: 'PENDING' });
    exchange.setPlan({ clientOrderIdPrefix: 'grid-b' }, { initialStatus: 'QUEUED' });
    exchange.setPlan({ clientOrderId: 'grid-b2' }, { steps: [{ do: 'fill' }] });
    for (const id of ['grid-a1', 'grid-b1', 'grid-b2']) await bot.place(id);
    const statuses = ['grid-a1', 'grid-b1', 'grid-b2'].map((id) => bot.simulator.ledger.orderByClientId(id)?.status);
    expect(statuses).toEqual(['PENDING', 'QUEUED', 'FILLED']);
  });

  it('is refused when it is malformed, with the field named', () => {
    const steps = [{ do: 'fill', part: 0.5 }] as never;
    expect(() => bot.simulator.exchange.setPlan({ clientOrderId: 'x' }, { steps })).toThrow(
      'plan.steps[0].part must be a decimal string',
    );
  });
});

describe('a cancel request', () => {
  async function cancel(...orderIds: string[]): Promise<CancelRow[]> {
    return (await bot.post('/orders/batch_cancel', { order_ids: orderIds })).json.results;
  }

  it('is carried out a moment after its answer', async () => {
    const orderId = await placeWith('c-usual', {});
    expect(await cancel(orderId)).toEqual([
      { success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: orderId },
    ]);
    expect(await bot.order('c-usual')).toMatchObject({ status: 'OPEN', pending_cancel: true });
    expect((await cancel(orderId))[0]?.failure_reason).toBe('DUPLICATE_CANCEL_REQUEST');
    expect(await comesTo('c-usual', 'CANCELLED')).toMatchObject({ pending_cancel: false });
    expect((await cancel(orderId))[0]?.failure_reason).toBe('UNKNOWN_CANCEL_ORDER');
    expect(bot.simulator.ledger.cancels(orderId).map(({ success }) => success)).toEqual([true, false, false]);
  });

  it('may succeed although the order then fills', async () => {
    const orderId = await placeWith('c-fills', { onCancel: { steps: [{ do: 'fill', afterMs: 5 }] } });
    expect((await cancel(orderId))[0]?.success).toBe(true);
    await comesTo('c-fills', 'FILLED');
    expect((await cancel(orderId))[0]?.failure_reason).toBe('ORDER_IS_FULLY_FILLED');
  });

  it('may be refused', async () => {
    const orderId = await placeWith('c-refused', { onCancel: { refuse: 'COMMANDER_REJECTED_CANCEL_ORDER' } });
    expect((await cancel(orderId))[0]).toMatchObject({
      success: false,
      failure_reason: 'COMMANDER_REJECTED_CANCEL_ORDER',
    });
    expect((await bot.order('c-refused')).pending_cancel).toBe(false);
  });

  it('answers each order for itself', async () => {
    const orderId = await placeWith('c-each', {});
    const results = await cancel(orderId, 'no-such');
    expect(results.map((row) => row.failure_reason)).toEqual(['UNKNOWN_CANCEL_FAILURE_REASON', 'UNKNOWN_CANCEL_ORDER']);
  });

  it.each([
    ['none', 0],
    ['more than 100', 101],
  ])('of %s is malformed', async (_what, count) => {
    const { status, json } = await bot.post('/orders/batch_cancel', { order_ids: Array(count).fill('x') });
    expect([status, json.error]).toEqual([400, 'INVALID_ARGUMENT']);
  });
});
