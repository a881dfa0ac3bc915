import type { EntityManager } from '@mikro-orm/postgresql';
import type { OpenStatus, OpenTrade } from '../../ports/trade-store.ts';

const MOST_TRADES = 500;

interface OpenTradeRow {
  order_id: string | null;
  client_order_id: string;
  status: OpenStatus;
  age_seconds: number;
}

/** Oldest first. The ages are the database's: another clock would make them negative now and then. */
export async function openTradesOf(em: EntityManager, botId: string, productId: string | null): Promise<OpenTrade[]> {
  const rows = await em.execute<OpenTradeRow[]>(
    `select order_id, client_order_id, status,
            floor(extract(epoch from clock_timestamp() - created_at))::integer as age_seconds
     from trades
     where bot_id = ? and (?::text is null or product_id = ?) and status in ('placing', 'pending', 'stale')
     order by created_at, id
     limit ?`,
    [botId, productId, productId, MOST_TRADES],
  );
  return rows.map((row) => ({
    orderId: row.order_id,
    clientOrderId: row.client_order_id,
    status: row.status,
    ageSeconds: row.age_seconds,
  }));
}

/** Reads the index of the statuses, and of that only the open orders. */
export async function countOpen(em: EntityManager): Promise<Record<OpenStatus, number>> {
  const rows = await em.execute<{ status: OpenStatus; count: number }[]>(
    `select status, count(*)::integer as count from trades
     where status in ('placing', 'pending', 'stale') group by status`,
  );
  const none: Record<OpenStatus, number> = { placing: 0, pending: 0, stale: 0 };
  return { ...none, ...Object.fromEntries(rows.map(({ status, count }) => [status, count])) };
}
