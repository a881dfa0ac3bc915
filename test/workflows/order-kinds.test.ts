/** Each kind of order that Coinbase takes, as the prices decide about it, from the request to the row. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderConfiguration } from '../../src/domain/order/order-configuration.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { TradeStatus } from '../../src/domain/order/trade.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { expectOneOrder } from '../support/scenario.ts';
import { expectTruth } from '../support/truth.ts';

let test: TestEngine;
beforeAll(async () => {
  // Bitcoin costs 65,000 at the start, and what the tests make it cost.
  test = await startTestEngine({ simulator: { tickMs: 0, balances: { USD: '1000000', BTC: '10' } } });
});
afterAll(() => test?.stop());

function order(side: OrderRequest['side'], orderConfiguration: OrderConfiguration): OrderRequest {
  return marketOrder({ side, orderConfiguration, policy: QUICK });
}

const HALF = { base_size: '0.5' };
const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();

describe('an order that ends at once', () => {
  it.concurrent.each<[string, OrderRequest['side'], OrderConfiguration, TradeStatus, string | null]>([
    ['a market buy for an amount of money', 'BUY', { market_market_ioc: { quote_size: '100' } }, 'completed', null],
    ['a market buy of a size', 'BUY', { market_market_ioc: HALF }, 'completed', null],
    ['a market sell of a size', 'SELL', { market_market_ioc: HALF }, 'completed', null],
    ['a market FOK', 'BUY', { market_market_fok: HALF }, 'rejected', 'UNSUPPORTED_ORDER_CONFIGURATION'],
    ['a limit IOC within the market', 'BUY', { sor_limit_ioc: { ...HALF, limit_price: '66000' } }, 'completed', null],
    ['a limit IOC off the market', 'BUY', { sor_limit_ioc: { ...HALF, limit_price: '60000' } }, 'cancelled', null],
    [
      'a limit FOK within the market',
      'SELL',
      { limit_limit_fok: { ...HALF, limit_price: '64000' } },
      'completed',
      null,
    ],
    ['a limit FOK off the market', 'SELL', { limit_limit_fok: { ...HALF, limit_price: '70000' } }, 'cancelled', null],
    [
      'a post-only order that would take',
      'BUY',
      { limit_limit_gtc: { ...HALF, limit_price: '66000', post_only: true } },
      'rejected',
      'INVALID_LIMIT_PRICE_POST_ONLY',
    ],
  ])('%s', async (_what, side, configuration, status, reason) => {
    const request = order(side, configuration);
    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ status, reason, detectedBy: 'immediate-check' });
    const trade = await expectTruth(test.trades, test.simulator, request.clientOrderId);
    expect(Number(trade.filledSize) > 0).toBe(status === 'completed');
    expectOneOrder(test, request.clientOrderId);
  });

  it('and was filled in part is cancelled with what it was filled', async () => {
    const request = order('BUY', { sor_limit_ioc: { ...HALF, limit_price: '66000' } });
    test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill', part: '0.4' }, { do: 'cancel' }] });
    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ status: 'cancelled', filledSize: '0.2', immediateFill: false });
    await expectTruth(test.trades, test.simulator, request.clientOrderId);
  });
});

describe('an order that rests', () => {
  const STOP_DOWN = { stop_price: '62000', stop_direction: 'STOP_DIRECTION_STOP_DOWN' };
  const STOP_UP = { stop_price: '68000', stop_direction: 'STOP_DIRECTION_STOP_UP' };
  const RESTING = {
    limitBuy: order('BUY', { limit_limit_gtc: { ...HALF, limit_price: '61000' } }),
    limitSell: order('SELL', { limit_limit_gtc: { ...HALF, limit_price: '69000' } }),
    postOnly: order('BUY', { limit_limit_gtc: { ...HALF, limit_price: '61000', post_only: true } }),
    untilLater: order('SELL', { limit_limit_gtd: { ...HALF, limit_price: '69000', end_time: IN_AN_HOUR } }),
    stopSell: order('SELL', { stop_limit_stop_limit_gtc: { ...HALF, ...STOP_DOWN, limit_price: '60000' } }),
    stopBuy: order('BUY', { stop_limit_stop_limit_gtc: { ...HALF, ...STOP_UP, limit_price: '70000' } }),
    bracket: order('SELL', { trigger_bracket_gtc: { ...HALF, limit_price: '90000', stop_trigger_price: '50000' } }),
  };

  it('is monitored until its price is reached, stop or limit, buy or sell', async () => {
    const handles = await Promise.all(Object.values(RESTING).map((request) => test.start(request)));
    const rest = Object.values(RESTING).map(({ clientOrderId }) =>
      test.untilState(
        clientOrderId,
        ({ state, exchangeStatus }) => state === 'monitoring' && exchangeStatus === 'OPEN',
      ),
    );
    await Promise.all(rest);

    const { limitBuy, postOnly, stopSell, bracket, ...others } = RESTING;
    whenItCosts('61000', limitBuy, postOnly, stopSell);
    whenItCosts('69000', ...Object.values(others));
    whenItCosts('49000', bracket);
    for (const handle of handles) {
      expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });
    }
    for (const { clientOrderId } of Object.values(RESTING)) {
      await expectTruth(test.trades, test.simulator, clientOrderId);
      expectOneOrder(test, clientOrderId);
    }
  });

  /** An order fills in three parts at most, one with each movement of the price. */
  function whenItCosts(price: string, ...requests: OrderRequest[]): void {
    for (let part = 1; part <= 4; part += 1) test.simulator.exchange.setPrice('BTC-USD', price);
    const filled = requests.map(({ clientOrderId }) => test.simulator.ledger.orderByClientId(clientOrderId)?.status);
    expect(filled).toEqual(requests.map(() => 'FILLED'));
  }
});
