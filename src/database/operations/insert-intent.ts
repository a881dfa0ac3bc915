import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { OrderIntent } from '../../order/order-request.ts';
import { stateOf, type Trade, type TradeStatus } from '../../order/trade.ts';
import { TradeEntity } from '../entities/trade.ts';
import { findTrade, mapTrade } from './find-trade.ts';
import { placeholders, storeFields } from './plain-row.ts';
import { withEvent } from './write-event.ts';

/** Trade and event are one statement; only where the trade is there already, a second one reads it. */
export async function insertIntent(
  em: EntityManager,
  intent: OrderIntent,
  requestedAt: string,
): Promise<{ trade: Trade; inserted: boolean }> {
  const { clientOrderId, botId, productId, side, orderConfiguration, policy } = intent;
  const status: TradeStatus = 'placing';
  const createdAt = raw('least(clock_timestamp(), ?::timestamptz)', [requestedAt]);
  const row = { clientOrderId, botId, productId, side, orderConfiguration, policy, status, createdAt };
  const { columns, values } = storeFields(em, TradeEntity, row);
  const insert = {
    sql: `insert into trades (${columns.join(', ')}) values (${placeholders(values)})
      on conflict (client_order_id) do nothing returning *`,
    parameters: values,
  };
  const { sql, parameters } = withEvent(em, insert, {
    clientOrderId,
    fromStatus: null,
    toStatus: status,
    state: stateOf({ status, orderId: null }),
    cause: 'intent',
    source: 'bot',
    requestedBy: null,
    reason: null,
    evidence: { clientOrderId, botId, productId, side, orderConfiguration, policy },
  });
  const [inserted] = await em.execute(sql, parameters);
  return inserted === undefined
    ? { trade: mustBeThere(await findTrade(em, clientOrderId)), inserted: false }
    : { trade: mapTrade(em, inserted), inserted: true };
}

function mustBeThere(trade: Trade | null): Trade {
  if (trade === null) throw new Error('a trade that keeps an intent from being inserted is not to be found');
  return trade;
}
