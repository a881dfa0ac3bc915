import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { OrderIntent } from '../../domain/order/order-request.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { findTrade } from './find-trade.ts';
import { insertTrade } from './insert-trade.ts';

/** One statement; only where the trade is there already, a second one reads it. */
export async function insertIntent(
  em: EntityManager,
  intent: OrderIntent,
  requestedAt: string,
): Promise<{ trade: Trade; inserted: boolean }> {
  const { clientOrderId, botId, productId, side, orderConfiguration, policy } = intent;
  const evidence = { clientOrderId, botId, productId, side, orderConfiguration, policy };
  const createdAt = raw('least(clock_timestamp(), ?::timestamptz)', [requestedAt]);
  const inserted = await insertTrade(
    em,
    { ...evidence, status: 'placing', createdAt },
    { cause: 'intent', source: 'bot', requestedBy: null, reason: null, evidence },
  );
  return inserted === null
    ? { trade: mustBeThere(await findTrade(em, clientOrderId)), inserted: false }
    : { trade: inserted, inserted: true };
}

function mustBeThere(trade: Trade | null): Trade {
  if (trade === null) throw new Error('a trade that keeps an intent from being inserted is not to be found');
  return trade;
}
