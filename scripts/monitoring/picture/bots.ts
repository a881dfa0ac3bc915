/** Bots that trade over HTTP, as bots do: one asks whether it may, places an order, and comes again a little later. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderConfiguration } from '../../../src/domain/order/order-configuration.ts';
import type { Exchange, OrderPlan } from '../../../src/simulator/index.ts';

export interface Bot {
  botId: string;
  productId: string;
  everyMs: number;
  /** Whether it leaves its earlier orders open when it places another. Default false: it waits until they have ended. */
  keepsMany?: boolean;
  orderConfiguration: OrderConfiguration;
  /** What the exchange does with its orders, one after the other and from the beginning again. Default: it fills them. */
  plans?: readonly OrderPlan[];
}

const MARKET: OrderConfiguration = { market_market_ioc: { quote_size: '10.00' } };
export const RESTING: OrderConfiguration = { limit_limit_gtc: { base_size: '0.002', limit_price: '20000.00' } };

export const BOTS: readonly Bot[] = [
  { botId: 'trend-1', productId: 'BTC-USD', everyMs: 1_500, orderConfiguration: MARKET },
  { botId: 'trend-2', productId: 'ETH-USD', everyMs: 2_300, orderConfiguration: MARKET },
  {
    botId: 'mean-1',
    productId: 'SOL-USD',
    everyMs: 4_100,
    orderConfiguration: MARKET,
    plans: [
      { steps: [{ do: 'fill', afterMs: 700 }] },
      { steps: [{ do: 'fill', afterMs: 2_600 }] },
      { refuse: { code: 'INSUFFICIENT_FUND' } },
      { steps: [{ do: 'cancel', afterMs: 1_200 }] },
    ],
  },
  {
    botId: 'grid-1',
    productId: 'BTC-USD',
    everyMs: 3_000,
    keepsMany: true,
    orderConfiguration: RESTING,
    plans: [7_000, 12_000, 21_000, 9_000].map((afterMs) => ({ steps: [{ do: 'fill', afterMs }] })),
  },
  {
    botId: 'grid-2',
    productId: 'ETH-USD',
    everyMs: 7_000,
    keepsMany: true,
    orderConfiguration: RESTING,
    plans: [{ steps: [{ do: 'fill', afterMs: 35_000 }] }, { steps: [{ do: 'cancel', afterMs: 25_000 }] }],
  },
];

export interface Api {
  get(path: string): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
}

/** Trades until the signal is aborted. An order that the engine refuses is not placed, and the bot goes on. */
export async function tradeAs(bot: Bot, api: Api, exchange: Exchange, stop: AbortSignal): Promise<void> {
  const { botId, productId, everyMs, keepsMany = false, orderConfiguration, plans = [] } = bot;
  for (let count = 0; !stop.aborted;) {
    const answer = await api.get(`bots/${botId}/can-trade?product_id=${productId}`);
    if (keepsMany || (answer as { allowed: boolean }).allowed) {
      count += 1;
      const clientOrderId = `${botId}-${String(count).padStart(4, '0')}`;
      const plan = plans[count % plans.length];
      if (plan !== undefined) exchange.setPlan({ clientOrderId }, plan);
      await placeOrder(api, { clientOrderId, botId, productId, orderConfiguration });
    }
    await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

export type BotOrder = Pick<Bot, 'botId' | 'productId' | 'orderConfiguration'> & {
  clientOrderId: string;
  policy?: Record<string, number>;
};

export async function placeOrder(api: Api, order: BotOrder): Promise<void> {
  await api.post('orders', {
    client_order_id: order.clientOrderId,
    bot_id: order.botId,
    product_id: order.productId,
    side: 'BUY',
    order_configuration: order.orderConfiguration,
    ...(order.policy && { policy: order.policy }),
  });
}
