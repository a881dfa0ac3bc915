import type { EntityManager } from '@mikro-orm/postgresql';
import type { Trade } from '../../domain/order/trade.ts';
import { TradeNotFoundError } from '../../ports/trade-store-error.ts';
import { storable } from '../columns/storable.ts';
import { toTrade, TradeEntity, type TradeRow } from '../entities/trade.ts';
import { placeholders, readRow } from './plain-row.ts';
import type { Page, PageRequest } from '../../ports/page.ts';
import type { StoredEvent, TradeFilter } from '../../ports/trade-store.ts';
import { readPage } from './read-page.ts';
import { OrderEventEntity, toEvent } from '../entities/order-event.ts';

export async function findTrade(em: EntityManager, clientOrderId: string): Promise<Trade | null> {
  const [row] = await em.execute('select * from trades where client_order_id = ?', [storable(clientOrderId)]);
  return row === undefined ? null : mapTrade(em, row);
}

export async function findTrades(em: EntityManager, clientOrderIds: readonly string[]): Promise<Trade[]> {
  if (clientOrderIds.length === 0) return [];
  const rows = await em.execute(
    `select * from trades where client_order_id in (${placeholders(clientOrderIds)})`,
    clientOrderIds.map(storable),
  );
  return rows.map((row: object) => mapTrade(em, row));
}

/** By the exchange's id, else by the client order id. */
export async function findByEitherId(em: EntityManager, id: string): Promise<Trade | null> {
  const [row] = await em.execute('select * from trades where order_id = ?', [storable(id)]);
  return row === undefined ? findTrade(em, id) : mapTrade(em, row);
}

/** Newest first. Reads the whole table: for what a person typed, not for a bot. */
export async function findByPrefix(em: EntityManager, prefix: string, limit: number): Promise<Trade[]> {
  const rows = await em
    .createQueryBuilder(TradeEntity, 't')
    .select('*')
    .where('starts_with(t.client_order_id, ?) or starts_with(t.order_id, ?)', [prefix, prefix])
    .orderBy({ createdAt: 'desc', id: 'desc' })
    .limit(limit)
    .getResultList();
  return rows.map(toTrade);
}

/**
 * The row, locked until the transaction ends: for what cannot be decided by the condition of a single statement, which
 * locks the row, too, while it writes.
 */
export async function lockTrade(em: EntityManager, clientOrderId: string): Promise<TradeRow> {
  const [row] = await em.execute('select * from trades where client_order_id = ? for update', [clientOrderId]);
  if (row === undefined) throw new TradeNotFoundError(clientOrderId);
  return readRow(em, TradeEntity, row);
}

/** What `select *` or `returning *` gave, as the domain has it. */
export function mapTrade(em: EntityManager, returned: object | undefined): Trade {
  if (returned === undefined) throw new Error('a statement that must return a trade returned none');
  return toTrade(readRow(em, TradeEntity, returned));
}

export function listTrades(em: EntityManager, filter: TradeFilter): Promise<Page<Trade>> {
  const { limit: _limit, cursor: _cursor, olderThanMs, createdBefore, ...fields } = filter;
  const wanted = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return readTradePage(em, filter, (query) => {
    query.where(wanted);
    if (olderThanMs !== undefined) {
      query.andWhere("t.created_at <= statement_timestamp() - ? * interval '1 millisecond'", [olderThanMs]);
    }
    if (createdBefore !== undefined) query.andWhere('t.created_at < ?::timestamptz', [createdBefore]);
  });
}

type TradeQuery = ReturnType<typeof selectTrades>;

function selectTrades(em: EntityManager) {
  return em.createQueryBuilder(TradeEntity, 't').select('*');
}

/** Newest first. `narrow` says which trades are meant. Entities of 500 trades would hold the process up for 70 ms. */
export async function readTradePage(
  em: EntityManager,
  request: PageRequest,
  narrow: (query: TradeQuery) => void,
): Promise<Page<Trade>> {
  const { items, nextCursor } = await readPage<TradeRow>(request, {
    timeOf: ({ createdAt }) => createdAt,
    read: async (limit, after) => {
      const query = selectTrades(em);
      narrow(query);
      if (after !== null) query.andWhere('(t.created_at, t.id) < (?::timestamptz, ?::bigint)', [after.at, after.id]);
      const rows = await query.orderBy({ createdAt: 'desc', id: 'desc' }).limit(limit).execute<object[]>('all', false);
      return rows.map((row) => readRow(em, TradeEntity, row));
    },
  });
  return { items: items.map(toTrade), nextCursor };
}

/** Oldest first. */
export async function listEvents(em: EntityManager, clientOrderId: string): Promise<StoredEvent[]> {
  const rows = await em.find(OrderEventEntity, { clientOrderId }, { orderBy: { id: 'asc' } });
  return rows.map(toEvent);
}
