import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import type { AcceptedOrder, Exchange, NewOrder } from '../../src/ports/exchange.ts';
import { createKey, startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { eventually } from '../support/waiting.ts';

const key = createKey();
let simulator: Simulator;
let coinbase: Exchange;

function connect(requestsPerSecond = 500): Exchange {
  return connectCoinbase({
    restUrl: simulator.url,
    keyName: key.name,
    privateKey: key.privateKeyPem,
    requestsPerSecond,
    // Bounds that a busy machine keeps, too.
    requestTimeoutMs: 10_000,
    placementTimeoutMs: 10_000,
  });
}

beforeAll(async () => {
  simulator = await startSimulator({ keys: [key], tickMs: 0 });
  coinbase = connect();
});
afterEach(() => {
  simulator.faults.clear();
  simulator.rateLimit.set(null);
});
afterAll(() => simulator.close());

const MARKET = { market_market_ioc: { quote_size: '10.00' } };
const RESTING = { limit_limit_gtc: { base_size: '0.001', limit_price: '100.00', post_only: false } };

function order(clientOrderId: string, orderConfiguration: NewOrder['orderConfiguration']): NewOrder {
  return { clientOrderId, productId: 'BTC-USD', side: 'BUY', orderConfiguration };
}

async function place(newOrder: NewOrder, exchange = coinbase): Promise<AcceptedOrder> {
  await exchange.reservePlacement('bot7');
  return exchange.createOrder(newOrder, { sendBefore: Infinity });
}

describe('the adapter against the simulated exchange', () => {
  it('places an order, sees it filled, and finds that its fills add up to it', async () => {
    const accepted = await place(order('filled-1', MARKET));
    expect(accepted).toMatchObject({ clientOrderId: 'filled-1', productId: 'BTC-USD', orderConfiguration: MARKET });
    const seen = await coinbase.getOrder(accepted.orderId, 'urgent');
    expect(seen).toMatchObject({ orderId: accepted.orderId, clientOrderId: 'filled-1', status: 'FILLED' });
    const { fills } = await coinbase.listFills([accepted.orderId], 'urgent');
    expect(fills).toHaveLength(seen.numberOfFills ?? -1);
    const truth = simulator.ledger.orderByClientId('filled-1');
    expect(seen.filledSize).toBe(truth?.filledSize);
    expect(fills.map(({ entryId }) => entryId)).toEqual(truth?.fills.map(({ entryId }) => entryId));
  });

  it("reads what the key may do, and the exchange's time", async () => {
    expect(await coinbase.keyPermissions()).toEqual({
      canView: true,
      canTrade: true,
      canTransfer: false,
      portfolioId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const [before, time, after] = [Date.now(), await coinbase.time(), Date.now()];
    expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(time)).toBeLessThanOrEqual(after);
    const body = { iso: new Date().toISOString() };
    simulator.faults.add({ match: { endpoint: 'getTime' }, do: { kind: 'answer', when: 'after', status: 200, body } });
    await expect(coinbase.time()).rejects.toMatchObject({ kind: 'malformed-answer' });
  });

  it('reads a product with its increments, and reports one that does not exist', async () => {
    const found = await coinbase.product('DOGE-USDC');
    expect(found).toEqual({
      productId: 'DOGE-USDC',
      price: expect.stringMatching(/^0\.\d+$/),
      priceIncrement: '0.00001',
      baseIncrement: '0.00000001',
      baseMinSize: '0.00000001',
      quoteMinSize: '1',
      closed: null,
    });
    await expect(coinbase.product('DOGE-EUR')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('lists orders by id, by status and by time', async () => {
    const accepted = await place(order('listed-1', RESTING));
    const { orders: byId } = await coinbase.listOrders({ orderIds: [accepted.orderId] }, 'sweep');
    expect(byId).toMatchObject([
      { clientOrderId: 'listed-1', status: 'OPEN', filledSize: '0', averageFilledPrice: null },
    ]);
    const { orders: open } = await coinbase.listOrders(
      { statuses: ['OPEN', 'PENDING'], productIds: ['BTC-USD'] },
      'sweep',
    );
    expect(open.map(({ clientOrderId }) => clientOrderId)).toContain('listed-1');
    const createdFrom = new Date(Date.now() + 60_000).toISOString();
    expect(await coinbase.listOrders({ createdFrom, statuses: ['FILLED'] }, 'sweep')).toEqual({
      orders: [],
      unreadable: [],
    });
  });

  it('lists more orders than one request can name', async () => {
    const ids = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => (await place(order(`many-${index}`, RESTING))).orderId),
    );
    const { orders: listed } = await coinbase.listOrders({ orderIds: ids }, 'sweep');
    expect(listed.map(({ orderId }) => orderId).sort()).toEqual(ids.sort());
  });

  it('cancels an order, and is told why another cannot be cancelled', async () => {
    const resting = await place(order('cancelled-1', RESTING));
    expect(await coinbase.cancelOrder({ orderId: resting.orderId, botId: 'bot7' })).toEqual({
      submitted: true,
      failureReason: null,
    });
    await eventually(async () => (await coinbase.getOrder(resting.orderId, 'urgent')).status === 'CANCELLED', {
      withinMs: 5_000,
      what: 'the cancel',
    });
    const filled = await place(order('cancelled-2', MARKET));
    expect(await coinbase.cancelOrder({ orderId: filled.orderId, botId: 'bot7' })).toEqual({
      submitted: false,
      failureReason: 'ORDER_IS_FULLY_FILLED',
    });
  });

  it('is told a refusal with its reason', async () => {
    const tooDear = { market_market_ioc: { quote_size: '900000000.00' } };
    await expect(place(order('refused-1', tooDear))).rejects.toMatchObject({
      kind: 'refused',
      code: 'INSUFFICIENT_FUND',
    });
    await expect(place({ ...order('refused-2', MARKET), productId: 'NO-PE' })).rejects.toMatchObject({
      kind: 'refused',
    });
  });

  it('finds the first order when it posts again after a lost answer', async () => {
    simulator.faults.add({ match: { endpoint: 'createOrder', times: 1 }, do: { kind: 'reset', when: 'after' } });
    await expect(place(order('lost-1', MARKET))).rejects.toMatchObject({ kind: 'unknown-outcome' });
    const again = await place(order('lost-1', MARKET));
    expect(again.orderId).toBe(simulator.ledger.orderByClientId('lost-1')?.orderId);
  });

  it('says not-found for an order that does not exist, and unauthorised for a key that is not known', async () => {
    await expect(coinbase.getOrder('7f0f8ad1-7a0c-4c51-9dd3-0d7f5d1f0c11', 'urgent')).rejects.toMatchObject({
      kind: 'not-found',
    });
    const unknownKey = createKey();
    const locked = connectCoinbase({
      restUrl: simulator.url,
      keyName: unknownKey.name,
      privateKey: unknownKey.privateKeyPem,
      requestsPerSecond: 10,
    });
    await expect(locked.getOrder('x', 'urgent')).rejects.toMatchObject({ kind: 'unauthorised', httpStatus: 401 });
  });

  it('stays within the limit of the exchange with many orders at once', async () => {
    simulator.rateLimit.set(20);
    const careful = connect(20);
    const placing = Array.from({ length: 50 }, (_, index) => place(order(`burst-${index}`, RESTING), careful));
    const outcomes = await Promise.allSettled(placing);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});
