import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CBAdvancedTradeClient, WebsocketClient } from 'coinbase-api';
import { createKey, startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { eventually } from '../support/waiting.ts';

const key = createKey();
const access = { apiKey: key.name, apiSecret: key.privateKeyPem };
const quiet = () => {};
const silent = { trace: quiet, info: quiet, error: quiet };

let simulator: Simulator;
let client: CBAdvancedTradeClient;
beforeAll(async () => {
  simulator = await startSimulator({ keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }] });
  client = new CBAdvancedTradeClient({ ...access, baseUrl: simulator.url });
});
afterAll(() => simulator.close());

/** It puts its own prefix before each client order id, and says so on the console. */
function limitOrder(clientOrderId: string): Parameters<CBAdvancedTradeClient['submitOrder']>[0] {
  return {
    client_order_id: client.generateNewOrderId() + clientOrderId,
    product_id: 'BTC-USD',
    side: 'BUY',
    order_configuration: { limit_limit_gtc: { base_size: '0.01', limit_price: '20000' } },
  };
}

describe('coinbase-api', () => {
  it('places, reads, edits, cancels and lists orders', async () => {
    const placed = await client.submitOrder(limitOrder('-life'));
    const orderId = placed.success_response?.order_id ?? '';
    expect(placed.success).toBe(true);
    expect((await client.getOrder({ order_id: orderId })).order.status).toBe('OPEN');
    expect(await client.updateOrder({ order_id: orderId, price: '21000', size: '0.02' })).toMatchObject({
      success: true,
    });
    expect((await client.getOrders({ order_status: ['OPEN'] })).orders.map((order) => order.order_id)).toEqual([
      orderId,
    ]);
    expect((await client.cancelOrders({ order_ids: [orderId] })).results).toMatchObject([{ success: true }]);
    await eventually(async () => (await client.getOrder({ order_id: orderId })).order.status === 'CANCELLED', {
      withinMs: 5_000,
      what: 'the cancel',
    });
    expect((await client.getFills()).fills).toEqual([]);
  });

  it('reads the market and the account', async () => {
    const now = Math.floor(Date.now() / 1000);
    const product = { product_id: 'BTC-USD' };
    expect((await client.getProducts()).products.length).toBeGreaterThan(5);
    expect((await client.getBestBidAsk({ product_ids: ['BTC-USD'] })).pricebooks).toHaveLength(1);
    expect((await client.getProductBook({ ...product, limit: 3 })).pricebook.bids).toHaveLength(3);
    const window = { start: String(now - 240), end: String(now), granularity: 'ONE_MINUTE' as const };
    expect((await client.getProductCandles({ ...product, ...window })).candles).toHaveLength(5);
    expect(await client.getMarketTrades({ ...product, limit: 5 })).toMatchObject({ best_bid: expect.any(String) });
    expect((await client.getPortfolios()).portfolios).toHaveLength(1);
    expect(await client.getTransactionSummary({})).toMatchObject({ fee_tier: { maker_fee_rate: '0.004' } });
    expect((await client.getAccounts()).accounts.length).toBeGreaterThan(5);
  });

  it('receives the changes of an order on its WebSocket', async () => {
    const websocket = new WebsocketClient({ ...access, wsUrl: simulator.wsUrl }, silent);
    const heard: string[] = [];
    websocket.on('update', (message) => heard.push(JSON.stringify(message)));
    websocket.on('exception', quiet);
    try {
      websocket.subscribe({ topic: 'user', payload: { product_ids: ['BTC-USD'] } }, 'advTradeUserData');
      await eventually(() => simulator.userChannel.subscriberCount === 1, {
        withinMs: 10_000,
        what: 'its subscription',
      });
      await client.submitOrder(limitOrder('-heard'));
      const update = () => heard.find((text) => text.includes('-heard'));
      expect(await eventually(update, { withinMs: 10_000, what: 'the order' })).toContain('"status":"OPEN"');
    } finally {
      websocket.closeAll(true);
    }
  });
});
