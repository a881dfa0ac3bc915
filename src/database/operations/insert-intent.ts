import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { OrderIntent } from '../../order/order-request.ts';
import { stateOf, type Trade, type TradeStatus } from '../../order/trade.ts';
import { toTrade, TradeEntity } from '../entities/trade.ts';
import { mapTrade } from './find-trade.ts';
import { writeEvent } from './write-event.ts';

export async function insertIntent(
  em: EntityManager,
  intent: OrderIntent,
  requestedAt: string,
): Promise<{ trade: Trade; inserted: boolean }> {
  const { clientOrderId, botId, productId, side, orderConfiguration, policy } = intent;
  const status: TradeStatus = 'placing';
  const createdAt = raw('least(clock_timestamp(), ?::timestamptz)', [requestedAt]);
  const row = { clientOrderId, botId, productId, side, orderConfiguration, policy, status, createdAt };
  const [inserted] = await em
    .createQueryBuilder(TradeEntity)
    .insert(row)
    .onConflict('clientOrderId')
    .ignore()
    .returning('*')
    .execute('all', false);
  if (inserted === undefined) {
    return { trade: toTrade(await em.findOneOrFail(TradeEntity, { clientOrderId })), inserted: false };
  }
  const trade = mapTrade(em, inserted);
  await writeEvent(em, {
    clientOrderId,
    fromStatus: null,
    toStatus: trade.status,
    state: stateOf(trade),
    cause: 'intent',
    source: 'bot',
    requestedBy: null,
    reason: null,
    evidence: { clientOrderId, botId, productId, side, orderConfiguration, policy },
  });
  return { trade, inserted: true };
}
