/** What the demonstration bot trades, what the exchange does with it, and what must come out. */
import type { OrderConfiguration } from '../../domain/order/order-configuration.ts';
import type { OrderRequest } from '../../domain/order/order-request.ts';
import type { OrderPolicy } from '../../domain/order/policy.ts';
import type { Layer, Side, TradeStatus } from '../../domain/order/trade.ts';
import type { OrderPlan } from '../../simulator/index.ts';

export interface DemoOrder {
  /** What happens to it, in a few words. */
  story: string;
  request: OrderRequest;
  /** What the exchange does; null leaves it to the prices. */
  plan: OrderPlan | null;
  expected: { status: TradeStatus; detectedBy: Layer | null };
  /** What the bot or an operator does meanwhile. */
  byHand?: 'cancel-when-monitored' | 'sync-when-stale';
}

const BUY_10_USD: OrderConfiguration = { market_market_ioc: { quote_size: '10.00' } };
const SELL_A_LITTLE: OrderConfiguration = { market_market_ioc: { base_size: '0.001' } };
const CHEAP_LIMIT: OrderConfiguration = { limit_limit_gtc: { base_size: '0.002', limit_price: '20000.00' } };

const BY_CHECK = { status: 'completed', detectedBy: 'immediate-check' } as const;
const BY_MONITORING = { status: 'completed', detectedBy: 'monitoring' } as const;

/** Twenty orders; `run` makes their ids unique. */
export function demoOrders(run: string): DemoOrder[] {
  let count = 0;
  function order(
    story: string,
    orderConfiguration: OrderConfiguration,
    plan: OrderPlan | null,
    expected: DemoOrder['expected'],
    more: { side?: Side; productId?: string; policy?: Partial<OrderPolicy>; byHand?: DemoOrder['byHand'] } = {},
  ): DemoOrder {
    count += 1;
    const { side = 'BUY', productId = 'BTC-USD', policy, byHand } = more;
    const clientOrderId = `demo-${run}-${String(count).padStart(2, '0')}`;
    const botId = `demo-bot-${(count % 4) + 1}`;
    return {
      story,
      request: { clientOrderId, botId, productId, side, orderConfiguration, ...(policy && { policy }) },
      plan,
      expected,
      ...(byHand && { byHand }),
    };
  }
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const shortWindow = { immediateCheckAttempts: 2, monitorForMs: 2_000, monitorIntervalMs: 60_000 };

  return [
    order('market, fills at once', BUY_10_USD, null, BY_CHECK),
    order('market, fills at once', BUY_10_USD, null, BY_CHECK, { productId: 'ETH-USD' }),
    order('market, fills at once', BUY_10_USD, null, BY_CHECK, { productId: 'SOL-USD' }),
    order('market sell, fills at once', SELL_A_LITTLE, null, BY_CHECK, { side: 'SELL' }),
    order('market sell, fills at once', SELL_A_LITTLE, null, BY_CHECK, { side: 'SELL', productId: 'ETH-USD' }),
    order('market, fills after 0.7 s', BUY_10_USD, { steps: [{ do: 'fill', afterMs: 700 }] }, BY_CHECK),
    order('market, fills after 1.8 s', BUY_10_USD, { steps: [{ do: 'fill', afterMs: 1_800 }] }, BY_CHECK),
    order('market, fills after 3.2 s', SELL_A_LITTLE, { steps: [{ do: 'fill', afterMs: 3_200 }] }, BY_CHECK, {
      side: 'SELL',
    }),
    order('market, fills after 9 s', BUY_10_USD, { steps: [{ do: 'fill', afterMs: 9_000 }] }, BY_MONITORING),
    order('limit, fills while monitored', CHEAP_LIMIT, { steps: [{ do: 'fill', afterMs: 10_000 }] }, BY_MONITORING),
    order('limit, fills while monitored', CHEAP_LIMIT, { steps: [{ do: 'fill', afterMs: 11_000 }] }, BY_MONITORING),
    order(
      'limit, fills in three parts',
      CHEAP_LIMIT,
      {
        steps: [
          { do: 'fill', part: '0.25', afterMs: 2_000 },
          { do: 'fill', part: '0.25', afterMs: 4_000 },
          { do: 'fill', afterMs: 4_000 },
        ],
      },
      BY_MONITORING,
    ),
    order(
      'limit, partly filled, cancelled by the exchange',
      CHEAP_LIMIT,
      {
        steps: [
          { do: 'fill', part: '0.4', afterMs: 1_000 },
          { do: 'cancel', afterMs: 9_000 },
        ],
      },
      { status: 'cancelled', detectedBy: 'monitoring' },
    ),
    order(
      'limit, partly filled, cancelled by the bot',
      CHEAP_LIMIT,
      { steps: [{ do: 'fill', part: '0.6', afterMs: 1_000 }] },
      { status: 'cancelled', detectedBy: 'monitoring' },
      { byHand: 'cancel-when-monitored' },
    ),
    order(
      'market, refused: no funds',
      BUY_10_USD,
      { refuse: { code: 'INSUFFICIENT_FUND' } },
      { status: 'rejected', detectedBy: 'immediate-check' },
    ),
    order(
      'limit, refused: would take liquidity',
      { limit_limit_gtc: { base_size: '0.002', limit_price: '20000.00', post_only: true } },
      { refuse: { code: 'INVALID_LIMIT_PRICE_POST_ONLY' } },
      { status: 'rejected', detectedBy: 'immediate-check' },
    ),
    order(
      'limit, expires after 3 s',
      { limit_limit_gtd: { base_size: '0.002', limit_price: '20000.00', end_time: inAnHour } },
      { steps: [{ do: 'expire', afterMs: 3_000 }] },
      { status: 'expired', detectedBy: 'immediate-check' },
    ),
    order(
      'market, fails at the exchange',
      BUY_10_USD,
      { steps: [{ do: 'fail', afterMs: 1_000 }] },
      { status: 'failed', detectedBy: 'immediate-check' },
    ),
    order('limit, rests', CHEAP_LIMIT, {}, { status: 'pending', detectedBy: null }),
    order(
      'market, goes stale, fills, synced by hand',
      BUY_10_USD,
      {},
      { status: 'completed', detectedBy: 'manual-sync' },
      { policy: shortWindow, byHand: 'sync-when-stale' },
    ),
  ];
}
