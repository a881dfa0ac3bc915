import type { EntityManager } from '@mikro-orm/postgresql';
import type { Trade } from '../../domain/order/trade.ts';
import type { Page } from '../../ports/page.ts';
import type { TradeFilter } from '../../ports/trade-store.ts';
import { toTrade, TradeEntity, type TradeRow } from '../entities/trade.ts';
import { readPage } from './read-page.ts';

export async function listTrades(em: EntityManager, filter: TradeFilter): Promise<Page<Trade>> {
  const { limit: _limit, cursor: _cursor, ...fields } = filter;
  const wanted = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const { items, nextCursor } = await readPage<TradeRow>(filter, {
    timeOf: ({ createdAt }) => createdAt,
    read: (limit, after) => {
      const query = em.createQueryBuilder(TradeEntity, 't').select('*').where(wanted);
      if (after !== null) query.andWhere('(t.created_at, t.id) < (?::timestamptz, ?::bigint)', [after.at, after.id]);
      return query.orderBy({ createdAt: 'desc', id: 'desc' }).limit(limit).getResultList();
    },
  });
  return { items: items.map(toTrade), nextCursor };
}
